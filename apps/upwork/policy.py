"""What Upwork's terms ask of us, in one place: how long content is kept, who sees it, how often we ask.

The terms let an API client keep marketplace content for 24 hours and want searches to be somebody's own: a person
sees what their own key was shown, always. An operator with consent on record can widen the hours with a setting.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

API: Final = "api"
SANDBOX: Final = "sandbox"
ATTRIBUTION: Final[Promise] = _("Source: Upwork")


def content_expires_at(first_fetch: datetime, source: str) -> datetime | None:
    """When content fetched then must be blanked; `None` where it may stay.

    Counted from the first fetch alone: seeing a posting again never buys it more time. What people bring
    along themselves is theirs, and the sandbox's postings are nobody's.
    """
    if source == API or (source == SANDBOX and settings.SANDBOX_PURGE):
        return first_fetch + timedelta(hours=settings.UPWORK_CONTENT_HOURS)
    return None


def is_kept() -> bool:
    """Whether what comes through the marketplace in use stays, also after a disconnect."""
    return content_expires_at(timezone.now(), source()) is None


def least_poll_seconds() -> int:
    """No saved search is asked more often than this."""
    return int(settings.UPWORK_POLL_SECONDS)


def is_sandbox() -> bool:
    """Whether the marketplace in use is the local one."""
    return bool(settings.SANDBOX_URL) and settings.UPWORK_API_URL.startswith(settings.SANDBOX_URL)


def source() -> str:
    """What postings that come through the client are: `api` or `sandbox`."""
    return SANDBOX if is_sandbox() else API
