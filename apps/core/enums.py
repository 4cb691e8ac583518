"""Words that every room shares: events on the wire and the queues of background work."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    """What can happen to a person; the name on the socket, in notifications and in webhooks."""

    NEW_JOB = "new_job", _("New job")
    JOB_UPDATED = "job_updated", _("Job updated")
    PROPOSAL_STATUS = "proposal_status", _("Proposal status")
    AI_PROGRESS = "ai_progress", _("Draft in progress")
    AI_COMPLETE = "ai_complete", _("Draft complete")
    MESSAGE = "message", _("Message")
    REMINDER = "reminder", _("Reminder")
    BILLING = "billing", _("Billing")
    SECURITY = "security", _("Security")


class Queues:
    """One queue for each kind of work, so that a slow kind never holds up a quick one."""

    SYNC = "sync"
    MATCH = "match"
    AI = "ai"
    MAIL = "mail"
    BILLING = "billing"
    REPORTS = "reports"
    ML = "ml"

    # each line has a worker of its own: letters in the making must not hold up what is quick
    QUICK = (SYNC, MATCH, MAIL, BILLING)
    SLOW = (AI, ML, REPORTS)
    ALL = (*QUICK, *SLOW)
