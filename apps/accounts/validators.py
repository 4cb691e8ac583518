"""Checks of input that forms, models and the API share."""

import zoneinfo
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ZONES: Final = frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    if name not in ZONES:
        raise ValidationError(_("%(name)s is not a time zone; choose one like Europe/Kyiv."), params={"name": name})


class CharacterKindsValidator:
    """A password needs an upper-case letter, a lower-case letter, a digit and a special character."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = (
            any(character.isupper() for character in password),
            any(character.islower() for character in password),
            any(character.isdigit() for character in password),
            any(not character.isalnum() for character in password),
        )
        if not all(kinds):
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("Use an upper-case letter, a lower-case letter, a digit and a special character.")
