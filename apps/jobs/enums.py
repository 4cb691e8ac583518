"""Choices of the jobs room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    API = "api", _("Upwork")
    SANDBOX = "sandbox", _("Sandbox")
    PASTED = "pasted", _("Pasted")
    IMPORTED = "imported", _("Imported")


class Kind(TextChoices):
    HOURLY = "hourly", _("Hourly")
    FIXED = "fixed", _("Fixed price")


class HideReason(TextChoices):
    NOT_MY_WORK = "not_my_work", _("Not my kind of work")
    PAYS_TOO_LITTLE = "pays_too_little", _("Pays too little")
    BAD_CLIENT = "bad_client", _("I do not trust the client")
    TOO_MANY_BIDS = "too_many_bids", _("Too many proposals")
    OTHER = "other", _("Something else")
