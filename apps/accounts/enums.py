"""Choices of the accounts room."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SIGN_IN_STATE: Final = "sign-in-"  # how the state of a sign-in with Upwork begins


class Theme(TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Experience(TextChoices):
    ENTRY = "entry", _("Entry level")
    INTERMEDIATE = "intermediate", _("Intermediate")
    EXPERT = "expert", _("Expert")


class Tone(TextChoices):
    PLAIN = "plain", _("Plain and direct")
    WARM = "warm", _("Warm")
    FORMAL = "formal", _("Formal")
    CONFIDENT = "confident", _("Confident")


class LetterLanguage(TextChoices):
    JOB = "job", _("The language of the job")
    ENGLISH = "en", _("English")
    UKRAINIAN = "uk", _("Ukrainian")


class ProviderChoice(TextChoices):
    AUTO = "auto", _("Best available")
    OPENAI = "openai", _("OpenAI")
    ANTHROPIC = "anthropic", _("Anthropic")
