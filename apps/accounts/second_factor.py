"""The bridge from allauth's second factor to django-otp: which device has verified this session.

allauth keeps a record of the factors a session has passed. The session counts as verified while the
authenticator it names still exists, so there is no table of our own and nothing to keep in step.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class SessionDevice:
    """What django-otp calls a device: the authenticator that this session has passed."""

    user_id: int
    authenticator_id: int


def verified_device(request: HttpRequest, user: User) -> SessionDevice | None:
    """The factor of this session, if it was passed by this person and was not removed since."""
    passed = [
        record["id"]
        for record in get_authentication_records(request, user)
        if record["method"] == "mfa" and "id" in record
    ]
    if not passed:
        return None
    left = Authenticator.objects.filter(user=user, pk__in=passed).values_list("pk", flat=True).first()
    return None if left is None else SessionDevice(user.pk, left)


def count_the_enrolling_session(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Whoever has just shown a code or a key to enrol it need not show it again.

    allauth itself records a factor only when it is asked for. Recovery codes prove nothing when they are made.
    """
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
