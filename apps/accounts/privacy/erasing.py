"""The end of an account: asked for, told by mail, taken back within days, and else carried out by the registry."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import roles, sessions
from apps.accounts.models import Erasure, User
from apps.accounts.privacy.enums import Cause
from apps.accounts.privacy.registry import holdings
from apps.core import audit, claims, realtime
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.errors import DomainError
from apps.notifications import services as notifications

logger = logging.getLogger(__name__)

LAST_WARNING: Final = timedelta(days=1)
CLAIM_SECONDS: Final = 900  # one transaction: it cannot hold on to its row meanwhile
WARNINGS: Final = {
    Cause.ASKED: gettext_lazy(
        "You asked for it. Until %(until)s you can sign in and keep your account; after that nothing brings it back."
    ),
    Cause.INACTIVE: gettext_lazy(
        "You have not been here for a long time, so your account and everything in it is erased on %(until)s. Sign in before "
        "then, and it stays."
    ),
}


@transaction.atomic
def ask_erasure(*, actor: User) -> Erasure:
    """Begin the days in which the person may take it back. Asking twice changes nothing."""
    if actor.is_staff:
        raise DomainError(_("You work here. Ask another administrator to take that role from you first."))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    asked = Erasure.objects.filter(owner=actor, cause=Cause.ASKED).first()
    if asked:
        return asked
    Erasure.objects.filter(owner=actor).delete()  # a warning that nobody came is overtaken
    due_at = timezone.now() + timedelta(days=settings.ERASURE_GRACE_DAYS)
    erasure = _announce(owner_id=actor.pk, cause=Cause.ASKED, due_at=due_at)
    audit.record(action=Action.ERASURE_ASKED, owner_id=actor.pk, target=erasure, after={"due_at": due_at})
    return erasure


def announce_inactive(*, owner_id: int, due_at: datetime) -> None:
    with transaction.atomic():
        erasure = _announce(owner_id=owner_id, cause=Cause.INACTIVE, due_at=due_at)
        audit.record(
            action=Action.ERASURE_ASKED,
            owner_id=owner_id,
            target=erasure,
            after={"due_at": due_at, "cause": Cause.INACTIVE},
        )


@transaction.atomic
def cancel_erasure(*, owner_id: int) -> bool:
    """Keep the account; False where nothing was planned."""
    erasure = Erasure.objects.select_for_update().filter(owner_id=owner_id).first()
    if erasure is None:
        return False
    audit.record(action=Action.ERASURE_CANCELLED, owner_id=owner_id, target=erasure)
    _tell(erasure, "cancelled", gettext_lazy("Your account stays"), gettext_lazy("Nothing will be erased."))
    erasure.delete()
    return True


def standing() -> Q:
    """Those that still hold: an account that nobody came to is kept as soon as its person has signed in again."""
    is_back = Q(owner__last_login__gt=F("created_at"))
    return ~Q(cause=Cause.INACTIVE) | ~is_back | Q(owner__last_login=None)


def due() -> QuerySet[Erasure]:
    """What is to be carried out now. Whoever was given a role meanwhile is waited for: staff are not erased at work."""
    return Erasure.objects.filter(standing(), due_at__lte=timezone.now()).exclude(owner__role__in=roles.STAFF)


def planned_for(owner_id: int) -> Erasure | None:
    return Erasure.objects.filter(standing(), owner_id=owner_id).first()


def care_for_erasures() -> list[tuple[int, int]]:
    """Keep who is back, warn whose last day begins; (erasure, owner) of those that are to be carried out now."""
    now = timezone.now()
    for owner_id in Erasure.objects.exclude(standing()).values_list("owner_id", flat=True):
        cancel_erasure(owner_id=owner_id)
    for erasure in Erasure.objects.filter(reminded_at=None, due_at__lte=now + LAST_WARNING, due_at__gt=now):
        _remind(erasure)
    return list(due().filter(claims.free()).values_list("pk", "owner_id"))


def erase(*, erasure_id: int) -> None:
    """Erase everything, in one transaction; what is under way for the person meanwhile finds nobody to write for."""
    if not claims.claim(due().filter(pk=erasure_id), seconds=CLAIM_SECONDS):
        return
    owner = Erasure.objects.select_related("owner").get(pk=erasure_id).owner
    sessions.end_all_but(user=owner, session_id=None)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)  # new rows of the person wait here, and then fail
        if not Erasure.objects.filter(pk=erasure_id).exists():
            return  # taken back at the last moment
        for holding in reversed(holdings()):
            holding.erase(owner.pk)
        audit.record(action=Action.ERASED, owner_id=owner.pk)
        transaction.on_commit(partial(realtime.forget, owner.pk), robust=True)
        transaction.on_commit(_farewell(owner), robust=True)


def _announce(*, owner_id: int, cause: Cause, due_at: datetime) -> Erasure:
    """Written and told at once; with less than a day to go, that was the last warning too."""
    is_last = due_at - timezone.now() <= LAST_WARNING
    erasure = Erasure.objects.create(
        owner_id=owner_id, cause=cause, due_at=due_at, reminded_at=timezone.now() if is_last else None
    )
    _tell(erasure, "planned", gettext_lazy("Your account will be erased"), WARNINGS[cause])
    return erasure


@transaction.atomic
def _remind(erasure: Erasure) -> None:
    if Erasure.objects.filter(pk=erasure.pk, reminded_at=None).update(reminded_at=timezone.now()):
        _tell(erasure, "reminder", gettext_lazy("Your account is erased tomorrow"), WARNINGS[Cause(erasure.cause)])


def _tell(erasure: Erasure, what: str, title: Promise, text: Promise) -> None:
    notifications.notify(
        owner_id=erasure.owner_id,
        event=Event.SECURITY,
        key=f"erasure-{what}:{erasure.public_id}",
        context={
            "title": title,
            "text": text,
            "until": erasure.due_at.isoformat(),
            "path": reverse("accounts:privacy"),
        },
        is_vital=True,
    )


def _farewell(owner: User) -> Callable[[], None]:
    """The last mail, written while there is still somebody to write to; it is in no outbox, for that is empty now."""
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        subject = _("Your account has been erased")
        context = {"subject": subject, "audit_days": settings.AUDIT_DAYS}
        mail = EmailMultiAlternatives(
            subject=subject, body=render_to_string("mail/erased.txt", context), to=[owner.email]
        )
        mail.attach_alternative(render_to_string("mail/erased.html", context), "text/html")
    return partial(_send, mail)


def _send(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except (OSError, SMTPException):
        logger.warning("The last mail to an erased account could not be sent.")
