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
    COMPATIBLE = "compatible", _("My own server")


class KeyKind(TextChoices):
    """What a person's own key opens."""

    OPENAI = "openai", _("OpenAI")
    ANTHROPIC = "anthropic", _("Anthropic")
    COMPATIBLE = "compatible", _("OpenAI-compatible server")
    UPWORK = "upwork", _("Upwork application")


class KeyResult(TextChoices):
    """What became of a test, or of a use that failed."""

    WORKS = "works", _("Works")
    KNOWN = "known", _("Known")
    REFUSED = "refused", _("Refused")
    NO_CREDIT = "no_credit", _("Out of quota")
    BUSY = "busy", _("Asks to wait")
    NO_ANSWER = "no_answer", _("No answer")
    NO_MODEL = "no_model", _("Model not found")
    ADDRESS = "address", _("Address not allowed")
    STRANGE = "strange", _("Not understood")
