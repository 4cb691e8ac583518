"""Asking once more, before anything dangerous, whether it is really the person."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]


def required(view: View) -> View:
    """The person has shown their password, a code or a key within the last five minutes, or is asked for it now.

    Stands below `login_required`. What was posted is kept meanwhile and goes on by itself afterwards.
    """
    asked: Any = reauthentication_required(view, app="allauth.account")
    return asked  # type: ignore[no-any-return]  # allauth has no types
