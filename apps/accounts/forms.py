"""The forms of the settings pages: shape of input; the rules stand in models, validators and pictures."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import pictures
from apps.accounts.enums import Theme
from apps.accounts.models import PortfolioItem, Profile, Settings
from apps.accounts.validators import ZONES
from apps.core.forms import WordsField

PROFILE_SIDE: Final = 512
PORTFOLIO_SIDE: Final = 1600


class PictureField(forms.FileField):
    """Gives the picture drawn anew, or nothing when none was chosen."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def __init__(self, *, most_side: int, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.most_side = most_side

    def clean(self, data: UploadedFile | None, initial: object = None) -> "ContentFile[bytes] | None":
        upload = super().clean(data)
        return pictures.redraw(upload, most_side=self.most_side) if upload else None


class WithPicture(forms.ModelForm):
    """A form whose row has a picture: a new one, none any more, or as it was."""

    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)

    @property
    def changes(self) -> dict[str, object]:
        """What the service is told; an untouched picture is not among it."""
        changes = dict(self.cleaned_data)
        picture, is_removed = changes.pop("new_picture"), changes.pop("remove_picture")
        if picture or is_removed:
            changes["picture"] = picture
        return changes


class ProfileForm(WithPicture):
    skills = WordsField(
        label=gettext_lazy("Skills"), most=50, required=False, help_text=gettext_lazy("Separate them with commas.")
    )
    languages = WordsField(
        label=gettext_lazy("Languages"),
        most=20,
        required=False,
        help_text=gettext_lazy("With the level, like: English C1, Ukrainian native."),
    )
    new_picture = PictureField(label=gettext_lazy("Picture"), most_side=PROFILE_SIDE)

    class Meta:
        model = Profile
        fields = [
            "first_name", "last_name", "title", "overview", "skills", "hourly_rate", "experience", "languages", "country"
        ]  # fmt: skip
        widgets = {"overview": forms.Textarea(attrs={"rows": 6})}


class PortfolioItemForm(WithPicture):
    skills = WordsField(
        label=gettext_lazy("Skills"), most=20, required=False, help_text=gettext_lazy("Separate them with commas.")
    )
    new_picture = PictureField(label=gettext_lazy("Picture"), most_side=PORTFOLIO_SIDE)
    url = forms.URLField(label=gettext_lazy("Link"), required=False, max_length=200, assume_scheme="https")
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=1970, max_value=2100)

    class Meta:
        model = PortfolioItem
        fields = ["title", "outcome", "description", "url", "skills", "year", "is_confidential"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in sorted(ZONES)]
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=Theme.choices, widget=forms.RadioSelect)
    has_shortcuts = forms.BooleanField(
        label=gettext_lazy("Single-key shortcuts"),
        required=False,
        help_text=gettext_lazy("j and k move, s saves. Switch them off if you dictate or use a switch device."),
    )


class AISettingsForm(forms.ModelForm):
    class Meta:
        model = Settings
        fields = [
            "tone", "letter_language", "words_min", "words_max", "provider", "model", "only_own_keys", "monthly_budget"
        ]  # fmt: skip
        widgets = {"tone": forms.RadioSelect, "letter_language": forms.RadioSelect}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        least, most = given.get("words_min"), given.get("words_max")
        if least is not None and least < 40:
            self.add_error("words_min", _("A letter needs at least 40 words."))
        if most is not None and most > 800:
            self.add_error("words_max", _("A letter may have at most 800 words."))
        if least is not None and most is not None and least >= most:
            self.add_error("words_max", _("The most must be more than the least."))
        return given
