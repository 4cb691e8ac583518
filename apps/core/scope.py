"""The scope itself, free of models: the database backend reads it before any model is there.

Other rooms import these names from `core.tenancy`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why code looks past one owner; a test lists every use."""

    ADMIN = "staff work in the admin, behind a second factor"
    SWEEP = "beat looks for due or abandoned work of all owners"
    INGEST = "the marketplace catalogue is shared; sightings say who may see what"
    NOTIFY = "messages for several people are written in one statement"
    DEMO = "the demo world is made for several people at once"
    AUDIT = "an event that belongs to nobody is written down"
    MIGRATION = "a change of the tables changes everybody's rows"
    ROTATION = "secrets are sealed anew with the first key"
    RETENTION = "content that must go is purged for everyone"


@dataclass(frozen=True, slots=True)
class Everyone:
    reason: Reason


Scope = int | Everyone | None
_scope: ContextVar[Scope] = ContextVar("owner_scope", default=None)


def current_scope() -> Scope:
    return _scope.get()


def scope_on_the_wire() -> str:
    """The scope as the database is told it, for the policies of `RowSecurity`: nobody '', an id, everyone '*'."""
    match _scope.get():
        case None:
            return ""
        case Everyone():
            return "*"
        case owner_id:
            return f"{owner_id:d}"


def set_owner(owner_id: int) -> None:
    """Change the scope for the rest of the request, after a log-in or a token was checked."""
    _scope.set(owner_id)


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    token: Token[Scope] = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def owner_scope(owner_id: int | None) -> Iterator[None]:
    """See the rows of one owner; `None` closes the scope."""
    with _entered(owner_id):
        yield


@contextmanager
def everyone_scope(reason: Reason) -> Iterator[None]:
    """See the rows of all owners, for the reason given."""
    with _entered(Everyone(reason)):
        yield
