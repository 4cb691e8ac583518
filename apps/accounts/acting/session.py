"""Beginning, going on and ending. It lives in the session of the member of staff, who stays signed in as themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import roles
from apps.accounts.models import User
from apps.accounts.roles import Right, Role
from apps.core import audit
from apps.core.audit import Action
from apps.core.errors import DomainError

KEY: Final = "acting_for"
LONGEST: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Acting:
    person: User
    staff: User
    ends_at: datetime


def begin(*, request: HttpRequest, staff: User, person: User, reason: str) -> None:
    """From the next page on `staff` sees what `person` sees."""
    if not _may(staff, person):
        raise DomainError(_("Nobody may act for this person."))
    if not reason.strip():
        raise DomainError(_("Say why: the person reads it in their activity."))
    end(request, how="changed")
    ends_at = timezone.now() + LONGEST
    request.session[KEY] = {"person_id": person.pk, "ends_at": ends_at.timestamp()}
    audit.record(
        action=Action.IMPERSONATION_STARTED,
        owner_id=person.pk,
        actor_id=staff.pk,
        target=person,
        after={"reason": reason.strip(), "ends_at": ends_at},
    )


def current(request: HttpRequest) -> Acting | None:
    """For whom this session acts now; what has run out or lost its right is ended."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    staff: Any = request.user
    person = User.objects.filter(pk=kept["person_id"]).first()
    ends_at = datetime.fromtimestamp(kept["ends_at"], tz=timezone.get_default_timezone())
    if timezone.now() < ends_at and person and staff.is_authenticated and staff.is_verified() and _may(staff, person):
        return Acting(person, staff, ends_at)
    end(request, how="time" if timezone.now() >= ends_at else "right")
    return None


def end(request: HttpRequest, *, how: str) -> None:
    """`how` is left, time, right, changed or signed_out; harmless where nobody acts."""
    kept = request.session.pop(KEY, None)
    if kept is not None:
        audit.record(
            action=Action.IMPERSONATION_ENDED,
            owner_id=kept["person_id"],
            actor_id=request.user.pk,
            after={"method": how},
        )


def _may(staff: User, person: User) -> bool:
    """Never for staff, and never for somebody who cannot sign in themselves."""
    return roles.can(staff, Right.ACT_FOR) and person.role == Role.FREELANCER and person.is_active


def end_at_sign_out(*, request: HttpRequest, **_signal: Any) -> None:
    """Connected to Django's own signal: the session is about to go."""
    end(request, how="signed_out")
