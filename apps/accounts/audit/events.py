"""What allauth does for us, written into the trail: sign-ins, passwords, addresses, second factors.

These are the signals of a package whose code we cannot call from; our own code calls `core.audit.record`.
"""

from collections.abc import Callable
from typing import Any, Final

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as linked
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.sessions import NEW_DEVICE
from apps.core.audit import Action, record


def connect() -> None:
    for signal, receiver in RECEIVERS:
        signal.connect(receiver)


def _plainly(action: Action) -> Callable[..., None]:
    """A receiver for what needs no more words than the name of the action."""

    def receiver(*, user: User | None, **_: Any) -> None:
        if user is not None:  # a session that was over already signs nobody out
            record(action=action, owner_id=user.pk, target=user)

    return receiver


def _signed_in(*, request: HttpRequest, user: User, **_: Any) -> None:
    """With what the person came in, and whether from a browser that was new to them."""
    shown = [
        one.get("type") or one.get("provider") or one["method"] for one in get_authentication_records(request, user)
    ]
    after: dict[str, object] = {"method": list(dict.fromkeys(shown))} if shown else {}
    if request.session.get(NEW_DEVICE):
        after["new_device"] = True
    record(action=Action.SIGNED_IN, owner_id=user.pk, target=user, after=after)


def _sign_in_failed(*, credentials: dict[str, Any], **_: Any) -> None:
    """What was typed is not kept: it may be a password in the wrong field."""
    typed = str(credentials.get("email") or "")
    user = User.objects.filter(email__iexact=typed).first() if typed else None
    record(action=Action.SIGN_IN_FAILED, owner_id=user.pk if user else None, after={"method": "password"})


def _factor_failed(*, user: User, authenticator: Authenticator | None, **_: Any) -> None:
    method = authenticator.type if authenticator else ""
    record(action=Action.SIGN_IN_FAILED, owner_id=user.pk, target=user, after={"method": method})


def _email_changed(
    *, user: User, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any
) -> None:
    old = from_email_address.email if from_email_address else ""
    record(
        action=Action.EMAIL_CHANGED,
        owner_id=user.pk,
        target=user,
        before={"email": old},
        after={"email": to_email_address.email},
    )


def _email_added(*, user: User, email_address: EmailAddress, **_: Any) -> None:
    record(action=Action.EMAIL_ADDED, owner_id=user.pk, target=user, after={"email": email_address.email})


def _email_removed(*, user: User, email_address: EmailAddress, **_: Any) -> None:
    record(action=Action.EMAIL_REMOVED, owner_id=user.pk, target=user, before={"email": email_address.email})


def _factor_added(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record(action=Action.RECOVERY_CODES_MADE, owner_id=user.pk, target=user)
    else:
        record(action=Action.FACTOR_ADDED, owner_id=user.pk, target=user, after={"method": authenticator.type})


def _factor_removed(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    record(action=Action.FACTOR_REMOVED, owner_id=user.pk, target=user, before={"method": authenticator.type})


def _account_linked(*, sociallogin: SocialLogin, **_: Any) -> None:
    after = {"upwork_name": sociallogin.account.extra_data.get("name", "")}
    record(action=Action.ACCOUNT_LINKED, owner_id=sociallogin.user.pk, target=sociallogin.user, after=after)


def _account_unlinked(*, socialaccount: SocialAccount, **_: Any) -> None:
    before = {"upwork_name": socialaccount.extra_data.get("name", "")}
    record(action=Action.ACCOUNT_UNLINKED, owner_id=socialaccount.user_id, target=socialaccount.user, before=before)


RECEIVERS: Final[tuple[tuple[Signal, Callable[..., None]], ...]] = (
    (account.user_signed_up, _plainly(Action.SIGNED_UP)),
    (account.user_logged_in, _signed_in),
    (user_login_failed, _sign_in_failed),
    (factors.authentication_failed, _factor_failed),
    (user_logged_out, _plainly(Action.SIGNED_OUT)),
    (account.password_set, _plainly(Action.PASSWORD_CHANGED)),
    (account.password_changed, _plainly(Action.PASSWORD_CHANGED)),
    (account.password_reset, _plainly(Action.PASSWORD_RESET)),
    (account.email_changed, _email_changed),
    (account.email_added, _email_added),
    (account.email_removed, _email_removed),
    (linked.social_account_added, _account_linked),
    (linked.social_account_removed, _account_unlinked),
    (factors.authenticator_added, _factor_added),
    (factors.authenticator_reset, _plainly(Action.RECOVERY_CODES_MADE)),
    (factors.authenticator_removed, _factor_removed),
)
