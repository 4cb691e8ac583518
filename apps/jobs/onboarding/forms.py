"""Input of the first steps."""

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy

from apps.core.forms import WordsInput
from apps.jobs.forms import SearchForm, SearchWordsField


class SkillsForm(forms.Form):
    """What the person can do, and for how much; the rate may come later."""

    skills = SearchWordsField(
        label=gettext_lazy("Your skills"),
        most=50,
        most_letters=60,
        required=True,
        widget=WordsInput({"list": "all-skills", "autofocus": True}),
        error_messages={"required": gettext_lazy("Name at least one skill, or skip this step.")},
    )
    first_name = forms.CharField(
        label=gettext_lazy("First name"), required=False, max_length=60, help_text=gettext_lazy("Signs your letters.")
    )
    last_name = forms.CharField(label=gettext_lazy("Last name"), required=False, max_length=60)
    hourly_rate = forms.DecimalField(
        label=gettext_lazy("Your hourly rate, USD"),
        required=False,
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Used to score jobs; shown to nobody."),
    )


class FirstSearchForm(SearchForm):
    """The few fields that a first search needs; everything else can be set later."""

    class Meta(SearchForm.Meta):
        fields = ("name", "skills", "exclude_words", "kind", "verified_only")  # type: ignore[assignment]  # fewer

    all_words = any_words = phrases = exclude_countries = None  # type: ignore[assignment]  # Django: not in this form
