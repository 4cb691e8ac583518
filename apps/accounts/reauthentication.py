"""Asking once more, before anything dangerous, whether it is really the person."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]


def required(view: View) -> View:
    """The person has shown their password, a code or a key within the last five minutes, or is asked for it now.

    Stands below `login_required`. What was posted is kept meanwhile and goes on by itself afterwards.
    """
    asked: Any = reauthentication_required(view, app="allauth.account")
    return asked  # type: ignore[no-any-return]  # allauth has no types


def is_recent(records: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of the session's records says that the person was asked again just now."""
    return any(
        record.get("reauthenticated") and time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        for record in records
    )
