"""Choices of the Upwork room."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConnectionState(TextChoices):
    CONNECTED = "connected", _("Connected")
    RECONNECT = "reconnect", _("Needs a new permission")
    DISCONNECTED = "disconnected", _("Disconnected")


class Capability(TextChoices):
    """What a key may do; asked of the API field by field after connecting."""

    SEARCH = "search", _("Search jobs")
    SUBMIT = "submit", _("Submit proposals")
    PROPOSALS = "proposals", _("Follow proposals")
    PROFILE = "profile", _("Read the profile")
    CONNECTS = "connects", _("Read the Connects balance")


class CallKind(TextChoices):
    """Kinds of calls with an hourly budget of their own; OTHER has none beyond the address and the key."""

    JOBS = "jobs", _("Jobs")
    PROPOSALS = "proposals", _("Proposals")
    MESSAGES = "messages", _("Messages")
    OTHER = "other", _("Account")


class KeyChoice(StrEnum):
    """Whose application key a connection is made with."""

    INSTALLATION = "installation"
    OWN = "own"
    VAULT = "vault"
    SAME = "same"
