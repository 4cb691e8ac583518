"""The mail about a sign-in from a new device, and what “this was not me” does.

The link, which stands in every mail about a change of the account's safety, works without a sign-in, once, and whatever the intruder has changed meanwhile: it names the person
and the address that was theirs at the time, sealed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts import devices, sessions
from apps.accounts.models import User
from apps.accounts.security import remembered
from apps.core import audit, crypto
from apps.core.audit import Action
from apps.core.tenancy import owner_scope

PURPOSE: Final = "not-me"
NOBODY: Final = 0  # the link is opened before anybody knows whose it is
LINK_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Link:
    """What the link of one mail says."""

    user_id: int
    email: str
    signed_in_at: datetime
    digest: str


def notice_device(request: HttpRequest, user: User, *, is_first: bool) -> None:
    """Write to the person when this browser is new to them; not when the whole account is."""
    request.session.pop(sessions.NEW_DEVICE, None)
    if is_first or remembered.is_remembered(request, user):
        return
    request.session[sessions.NEW_DEVICE] = True
    user_agent, zone = request.headers.get("User-Agent", ""), request.COOKIES.get(sessions.ZONE_COOKIE, "")
    with translation.override(user.language or translation.get_language()):
        device = devices.name_of(user_agent)
    context = {
        "user": user,
        "device": device,
        "place": devices.place_of(address=audit.address_of(request), time_zone=zone),
        "at": timezone.now(),
        "not_me_url": not_me_url(request, user, user.email),
    }
    get_adapter(request).send_mail("account/email/new_device", user.email, context)


def not_me_url(request: HttpRequest, user: User, email: str) -> str:
    """For a mail to that address: it undoes what was done since this session began."""
    mark = request.session.get(sessions.MARK, {})
    began = datetime.fromtimestamp(mark["first"], UTC) if mark else timezone.now()
    token = crypto.encrypt(json.dumps([user.pk, email, began.isoformat()]), owner_id=NOBODY, purpose=PURPOSE)
    return request.build_absolute_uri(reverse("accounts:not-me", kwargs={"token": token}))


def read(token: str) -> Link | None:
    """The link of the token; None where it is made up, too old or was used."""
    try:
        user_id, email, at = json.loads(crypto.decrypt(token, owner_id=NOBODY, purpose=PURPOSE))
    except crypto.DecryptionError:
        return None
    link = Link(user_id, email, datetime.fromisoformat(at), hashlib.sha256(token.encode()).hexdigest())
    is_old = (timezone.now() - link.signed_in_at).total_seconds() > LINK_SECONDS
    return None if is_old or cache.get(_used(link)) else link


def disown(request: HttpRequest, link: Link) -> bool:
    """Put everybody out and lead the person back in through their mail; False when the link was just used.

    What was added since that sign-in goes as well: another address, a factor, an Upwork account, recovery codes that were shown.
    """
    if not cache.add(_used(link), True, timeout=LINK_SECONDS):
        return False
    with owner_scope(link.user_id):
        user = _shut_out(link)
    if user is None:
        return False
    request_password_reset(request, link.email, [user], None)
    return True


@transaction.atomic
def _shut_out(link: Link) -> User | None:
    user = User.objects.select_for_update(no_key=True).filter(pk=link.user_id, is_active=True).first()
    if user is None:
        return None
    sessions.end_all_but(user=user, session_id=None)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _undo_since(user, link)
    audit.record(action=Action.SIGN_IN_DISOWNED, owner_id=user.pk, target=user)
    return user


def _undo_since(user: User, link: Link) -> None:
    is_newer = Q(created_at__gt=link.signed_in_at) | Q(type=Authenticator.Type.RECOVERY_CODES)
    _remove(user, Action.FACTOR_REMOVED, Authenticator.objects.filter(is_newer, user=user), "method", "type")
    linked = SocialAccount.objects.filter(user=user, date_joined__gt=link.signed_in_at)
    _remove(user, Action.ACCOUNT_UNLINKED, linked, "method", "provider")
    others = EmailAddress.objects.filter(user=user).exclude(email__iexact=link.email)
    is_taken = User.objects.filter(email__iexact=link.email).exclude(pk=user.pk).exists()
    if is_taken:  # given away, and confirmed by somebody else since
        return
    before = user.email
    _remove(user, Action.EMAIL_REMOVED, others, "email", "email")
    address, _is_new = EmailAddress.objects.get_or_create(user=user, email=link.email)
    address.verified = True
    address.set_as_primary()
    user.email = link.email
    audit.record(
        action=Action.EMAIL_CHANGED,
        owner_id=user.pk,
        target=user,
        before={"email": before},
        after={"email": link.email},
    )


def _remove(user: User, action: Action, rows: Iterable[Model], label: str, field: str) -> None:
    for row in rows:
        audit.record(action=action, owner_id=user.pk, target=user, before={label: getattr(row, field)})
        row.delete()


def _used(link: Link) -> str:
    return f"not-me:{link.digest}"
