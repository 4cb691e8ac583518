"""The audit trail's door: who did what to whose things, written in the transaction of the change itself.

Who asks, from where and with what is read from the request that the middleware has put into the context; where
there is none the system itself acts. The store is registered by the room of people in `AppConfig.ready()`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from allauth.core.internal.httpkit import get_client_ip
from django.db.models import Model, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import logs, masking


class Action(TextChoices):
    """What happened; the label is how the person reads it."""

    SIGNED_UP = "signed_up", _("Signed up")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    SIGN_IN_DISOWNED = "sign_in_disowned", _("Sign-in reported as somebody else's")
    SIGNED_OUT = "signed_out", _("Signed out")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    PASSWORD_RESET = "password_reset", _("Password reset")
    EMAIL_CHANGED = "email_changed", _("E-mail changed")
    EMAIL_ADDED = "email_added", _("E-mail added")
    EMAIL_REMOVED = "email_removed", _("E-mail removed")
    FACTOR_ADDED = "factor_added", _("Second factor added")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("Recovery codes made")
    ACCOUNT_LINKED = "account_linked", _("Sign-in with Upwork linked")
    ACCOUNT_UNLINKED = "account_unlinked", _("Sign-in with Upwork unlinked")
    SESSION_ENDED = "session_ended", _("Session ended")
    KEY_ADDED = "key_added", _("Key added")
    KEY_CHANGED = "key_changed", _("Key changed")
    KEY_REMOVED = "key_removed", _("Key removed")
    KEY_TESTED = "key_tested", _("Key tested")
    PROFILE_CHANGED = "profile_changed", _("Profile changed")
    PORTFOLIO_ADDED = "portfolio_added", _("Proof added")
    PORTFOLIO_CHANGED = "portfolio_changed", _("Proof changed")
    PORTFOLIO_REMOVED = "portfolio_removed", _("Proof removed")
    SETTINGS_CHANGED = "settings_changed", _("Settings changed")
    SEARCH_ADDED = "search_added", _("Saved search added")
    SEARCH_CHANGED = "search_changed", _("Saved search changed")
    SEARCH_REMOVED = "search_removed", _("Saved search removed")
    WEIGHTS_CHANGED = "weights_changed", _("Matching weights changed")
    UPWORK_CONNECTED = "upwork_connected", _("Upwork connected")
    UPWORK_LOST = "upwork_lost", _("Upwork no longer accepts the connection")
    UPWORK_DISCONNECTED = "upwork_disconnected", _("Upwork disconnected")
    PROPOSAL_APPROVED = "proposal_approved", _("Letter approved")
    PROPOSAL_UNDONE = "proposal_undone", _("Approval taken back")
    PROPOSAL_SENT = "proposal_sent", _("Proposal sent")
    PROPOSAL_FAILED = "proposal_failed", _("Sending failed")
    PROPOSAL_MOVED = "proposal_moved", _("Proposal moved")
    EXPORT_ASKED = "export_asked", _("Export asked for")
    EXPORT_DOWNLOADED = "export_downloaded", _("Export downloaded")
    ERASURE_ASKED = "erasure_asked", _("Erasure asked for")
    ERASURE_CANCELLED = "erasure_cancelled", _("Erasure cancelled")
    ERASED = "erased", _("Account erased")
    IMPERSONATION_STARTED = "impersonation_started", _("Support began to act for you")
    IMPERSONATION_ENDED = "impersonation_ended", _("Support stopped acting for you")
    STAFF_CHANGED = "staff_changed", _("Changed by staff")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail, as the store gets it: nothing in it is secret any more."""

    action: Action
    owner_id: int | None
    actor_id: int | None
    target: str
    target_id: str
    before: dict[str, masking.Plain] | None
    after: dict[str, masking.Plain] | None
    address: str
    user_agent: str
    request_id: str


Writer = Callable[[Entry], None]
_writer: list[Writer] = []
_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)


def set_writer(writer: Writer) -> None:
    """Name the store; the last one named is used."""
    _writer[:] = [writer]


@contextmanager
def asked_by(request: HttpRequest) -> Iterator[None]:
    """What is recorded inside was done by the person of this request, from its address."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def record(
    *,
    action: Action,
    owner_id: int | None,
    actor_id: int | None = None,
    target: Model | str = "",
    target_id: object = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write one line in the caller's transaction: it stands if and only if the change does.

    `target` is the row, or the name of its model, like `jobs.savedsearch`: the page finds the words there. With
    `before` and `after` only what differs is kept, and where nothing does nothing is written.
    """
    if isinstance(target, Model):
        target_id = getattr(target, "public_id", "") or target.pk
        target = target._meta.label_lower
    request = _request.get()
    old, new = _differences(before, after)
    if before is not None and after is not None and old == new:
        return
    _writer[0](
        Entry(
            action=action,
            owner_id=owner_id,
            actor_id=actor_id or _actor_of(request),
            target=target,
            target_id=str(target_id),
            before=old,
            after=new,
            address=address_of(request) if request else "",
            user_agent=request.headers.get("User-Agent", "")[:300] if request else "",
            request_id=logs.request_id(),
        )
    )


def address_of(request: HttpRequest) -> str:
    """The visitor's own address: the one that the trusted proxy names, where one stands before us."""
    return get_client_ip(request) or ""


def _actor_of(request: HttpRequest | None) -> int | None:
    """Staff who act for a person are named themselves; nobody signed in and no request at all is `None`."""
    acting: int | None = getattr(request, "impersonator_id", None)
    return acting or getattr(getattr(request, "user", None), "pk", None)


def _differences(
    before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> tuple[dict[str, masking.Plain] | None, dict[str, masking.Plain] | None]:
    both = before is not None and after is not None
    same = {
        name for name in before or {} if both and name in (after or {}) and (before or {})[name] == (after or {})[name]
    }
    return _kept(before, same), _kept(after, same)


def _kept(values: Mapping[str, object] | None, same: set[str]) -> dict[str, masking.Plain] | None:
    if values is None:
        return None
    return {name: masking.plain(value, name=name) for name, value in values.items() if name not in same}
