"""Choices of the proposals room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Where a proposal stands between a person and a client."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent")
    VIEWED = "viewed", _("Viewed")
    REPLIED = "replied", _("Replied")
    INTERVIEW = "interview", _("Interview")
    OFFER = "offer", _("Offer")
    HIRED = "hired", _("Hired")
    LOST = "lost", _("Lost")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SendState(TextChoices):
    """Where the one attempt to send stands; it lives beside the status."""

    NONE = "", _("Not approved")
    WAITING = "waiting", _("Waits for the undo to pass")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCLEAR = "unclear", _("Unclear")
    BY_HAND = "by_hand", _("To be sent by hand")


class SentVia(TextChoices):
    API = "api", _("Through the connection")
    HAND = "hand", _("By hand on Upwork")


class VersionSource(TextChoices):
    AI = "ai", _("AI draft")
    PERSON = "person", _("Your edit")


class ChangeSource(TextChoices):
    PERSON = "person", _("You")
    SENDING = "sending", _("Sending")
    SYNC = "sync", _("Upwork")


class Column(TextChoices):
    """The columns of the board, in the order of the way."""

    SHORTLIST = "shortlist", _("Shortlist")
    DRAFTING = "drafting", _("Drafting")
    SENT = "sent", pgettext_lazy("column", "Sent")
    TALKING = "talking", _("Talking")
    HIRED = "hired", pgettext_lazy("column", "Hired")
    CLOSED = "closed", pgettext_lazy("column", "Closed")
