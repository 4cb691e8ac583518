from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportState(TextChoices):
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


class Cause(TextChoices):
    """Why an account is going to be erased."""

    ASKED = "asked", _("The person asked for it")
    INACTIVE = "inactive", _("Nobody came for a long time")
