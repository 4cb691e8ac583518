"""How long things are kept and who sees them, as it is read: the numbers are the installation's own."""

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.functional import lazy as _lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise
YEAR = 365
nobody: Text = gettext_lazy("Nobody")


def lazily(words: Callable[[], str]) -> Text:
    """Said anew each time it is read, in the reader's language."""
    return _lazy(words, str)()


def days_in_words(days: int) -> str:
    """Whole years as years."""
    if days and days % YEAR == 0:
        return ngettext("%(count)d year", "%(count)d years", days // YEAR) % {"count": days // YEAR}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def during_account() -> Text:
    return lazily(
        lambda: (
            _("Until you erase it, or %(time)s after your last visit")
            % {"time": days_in_words(settings.RETENTION_DAYS)}
        )
    )


def for_days(days: int) -> Text:
    return lazily(lambda: days_in_words(days))
