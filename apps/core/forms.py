"""Fields that the forms of several rooms share."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _


class WordsInput(forms.TextInput):
    """One text field with commas, or several of the same name as the token box makes them."""

    def __init__(self, attrs: Mapping[str, str | bool] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", **(attrs or {})})

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> list[str]:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else [data.get(name) or ""]
        return [word.strip() for value in values for word in value.replace("\n", ",").split(",")]

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else ", ".join(filter(None, value or ()))


class WordsField(forms.Field):
    """A list of short words, in their order, each once whatever its case."""

    widget = WordsInput

    def __init__(self, *, most: int, most_letters: int = 60, **options: Any) -> None:
        super().__init__(**options)
        self.most, self.most_letters = most, most_letters

    def to_python(self, value: list[str] | None) -> list[str]:
        unique: dict[str, str] = {}
        for word in filter(None, (" ".join(word.split()) for word in value or ())):
            unique.setdefault(word.casefold(), word)
        return list(unique.values())

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise ValidationError(_("At most %(most)s, please.") % {"most": self.most})
        if too_long := next((word for word in value if len(word) > self.most_letters), None):
            raise ValidationError(_("“%(word)s…” is too long.") % {"word": too_long[:30]})
