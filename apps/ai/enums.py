"""Words of the AI room: states, providers, and what can go wrong, each failure with its sentence."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    LETTER = "letter", _("Letter")


class State(TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Writing")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


OPEN = (State.QUEUED, State.RUNNING)
FINISHED = (State.DONE, State.FAILED, State.CANCELLED)


class ProviderName(TextChoices):
    OPENAI = "openai", "OpenAI"
    ANTHROPIC = "anthropic", "Anthropic"
    COMPATIBLE = "compatible", _("Own server")


class Outcome(TextChoices):
    """How one call of a provider ended."""

    OK = "ok", _("Answered")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")
    CACHED = "cached", _("From the cache")


class Failure(TextChoices):
    """Why a call or a whole generation failed. The label says what to do about it."""

    RATE_LIMIT = "rate_limit", _("The AI provider asks us to slow down. Try again in a minute.")
    UNAVAILABLE = "unavailable", _("The AI provider does not answer at the moment. Try again in a minute.")
    TIMEOUT = "timeout", _("The AI provider was silent for too long. Try again in a minute.")
    BROKEN = "broken", _("The AI provider broke off in the middle of the text. Try again.")
    INTERRUPTED = "interrupted", _("Writing was interrupted several times. Try again; nothing was lost.")
    QUOTA = "quota", _("The account at the AI provider has no credit left. Top it up or change the key.")
    KEY = "key", _("The AI provider refused the key. Check it and set it again.")
    MODEL = "model", _("The AI provider does not know the model. Choose another one.")
    ADDRESS = "address", _("The address of the AI provider may not be reached from here. Check the base URL.")
    REQUEST = "request", _("The AI provider did not accept the request. Choose another model.")
    TOO_LONG = (
        "too_long",
        _("The job and the profile are too long for the model. Shorten the profile or choose another."),
    )
    LENGTH = "length", _("The model used up its tokens before the end. Raise AI_MAX_TOKENS or choose another model.")
    REFUSED = "refused", _("The model declined to write this letter. Write it by hand or choose another model.")

    @property
    def is_temporary(self) -> bool:
        return self in TEMPORARY

    @property
    def blames_provider(self) -> bool:
        """Whether the next request would probably fail as well; what lies in this one request says nothing."""
        return self not in {Failure.TOO_LONG, Failure.LENGTH, Failure.REFUSED, Failure.REQUEST}


TEMPORARY = frozenset({Failure.RATE_LIMIT, Failure.UNAVAILABLE, Failure.TIMEOUT, Failure.BROKEN, Failure.INTERRUPTED})
