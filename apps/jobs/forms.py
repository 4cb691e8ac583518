"""Input of the jobs room: the feed's address, a saved search, weights, the first steps."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.enums import Experience
from apps.core import countries
from apps.core.forms import WordsField
from apps.jobs import scoring, text
from apps.jobs.enums import HideReason, Kind
from apps.jobs.models import SavedSearch, ScoreWeights
from apps.jobs.selectors import FeedFilter
from apps.jobs.selectors.feed import BEST, NEWEST

SCORE_FROM: Final = 60


class FeedForm(forms.Form):
    """The feed's filters as they stand in the address; what makes no sense is left out, never an error page."""

    q = forms.CharField(required=False, max_length=200)
    score = forms.IntegerField(required=False, min_value=0, max_value=100)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *Kind.choices])
    verified = forms.BooleanField(required=False)
    few = forms.BooleanField(required=False)
    saved = forms.BooleanField(required=False)
    hidden = forms.BooleanField(required=False)
    unread = forms.BooleanField(required=False)
    search = forms.UUIDField(required=False)
    sort = forms.ChoiceField(
        required=False, choices=[(NEWEST, gettext_lazy("Newest")), (BEST, gettext_lazy("Best match"))]
    )

    def chosen(self) -> FeedFilter:
        self.is_valid()
        return FeedFilter(**{name: value for name, value in self.cleaned_data.items() if value})


class HideForm(forms.Form):
    reason = forms.ChoiceField(required=False, choices=[("", ""), *HideReason.choices])


class SearchWordsField(WordsField):
    """Words and phrases for a search; each must hold something that can be searched."""

    def __init__(self, *, most: int = 30, most_letters: int = 80, required: bool = False, **options: Any) -> None:
        super().__init__(most=most, most_letters=most_letters, required=required, **options)

    def to_python(self, value: list[str] | None) -> list[str]:
        return super().to_python([word.replace('"', " ") for word in value or ()])

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        for word in value:
            if not text.term(word):
                raise ValidationError(_("“%(word)s” has no letter or digit to search for.") % {"word": word})


class CountriesField(SearchWordsField):
    """Countries in the reader's language; kept by the names that the marketplace gives them."""

    def to_python(self, value: list[str] | None) -> list[str]:
        return super().to_python([countries.in_english(word.strip()) for word in value or ()])

    def prepare_value(self, value: Any) -> Any:
        return [countries.named(word) for word in value] if isinstance(value, list) else value


class SearchForm(forms.ModelForm):
    """A saved search; at least one word, skill or filter, so that it is a search and not the whole market."""

    all_words = SearchWordsField(label=gettext_lazy("All of these words"))
    any_words = SearchWordsField(label=gettext_lazy("Any of these words"))
    phrases = SearchWordsField(label=gettext_lazy("Exact phrases"))
    exclude_words = SearchWordsField(label=gettext_lazy("None of these words"))
    skills = SearchWordsField(label=gettext_lazy("Any of these skills"))
    exclude_countries = CountriesField(label=gettext_lazy("Not from these countries"))

    class Meta:
        model = SavedSearch
        fields = (
            "name", "all_words", "any_words", "phrases", "exclude_words", "skills", "kind", "hourly_least", "fixed_least",
            "experience", "verified_only", "client_spent_least", "client_rating_least", "applicants_most",
            "exclude_countries", "alert_threshold", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, owner_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.owner_id = owner_id
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Payment"),
            required=False,
            choices=[("", gettext_lazy("Any")), *Kind.choices],
            widget=forms.RadioSelect,
        )
        if "experience" in self.fields:
            self.fields["experience"].choices = [("", gettext_lazy("Any")), *Experience.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asks = [
            data.get(name)
            for name in self.fields
            if name not in {"name", "alert_threshold", "is_active", "exclude_words"}
        ]
        if not self.errors and not any(asks):
            raise ValidationError(_("Name at least one word, skill or condition to look for."))
        return data

    def clean_name(self) -> str:
        name: str = " ".join(self.cleaned_data["name"].split())
        others = SavedSearch.objects.filter(name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("You have a search with this name."))
        return name

    def unsaved(self) -> SavedSearch:
        """The search as filled in, for trying it; nothing is written."""
        return SavedSearch(owner_id=self.instance.owner_id, **self.cleaned_data)


class WeightsForm(forms.ModelForm):
    class Meta:
        model = ScoreWeights
        fields = scoring.PARTS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise ValidationError(_("At least one part must count."))
        return data

    def weights(self) -> scoring.Weights:
        return scoring.Weights(**self.cleaned_data)
