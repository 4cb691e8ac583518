"""Owner scope: whose rows the running code may see. It fails closed.

Reading an owned table with no scope raises. A request, a task or a socket message enters the scope of
one owner; code that works for everybody says why with `everyone_scope(Reason.X)`.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models


class Reason(StrEnum):
    """Why code looks past one owner; a test lists every use."""

    ADMIN = "staff work in the admin, behind a second factor"
    SWEEP = "beat looks for due or abandoned work of all owners"
    INGEST = "the marketplace catalogue is shared; sightings say who may see what"
    NOTIFY = "messages for several people are written in one statement"
    DEMO = "the demo world is made for several people at once"
    AUDIT = "an event that belongs to nobody is written down"
    RETENTION = "content that must go is purged for everyone"


@dataclass(frozen=True, slots=True)
class Everyone:
    reason: Reason


Scope = int | Everyone | None
_scope: ContextVar[Scope] = ContextVar("owner_scope", default=None)

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopeMissingError(RuntimeError):
    """An owned table was read with no owner in scope: a bug, never a person's mistake."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} was read with no owner in scope; enter owner_scope() or everyone_scope() first.")


def current_scope() -> Scope:
    return _scope.get()


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


class OwnedManager(models.Manager[ModelT]):
    """Only rows of the owner in scope."""

    def get_queryset(self) -> models.QuerySet[ModelT]:
        match _scope.get():
            case None:
                raise ScopeMissingError(self.model._meta.label)
            case Everyone():
                return super().get_queryset()
            case owner_id:
                return super().get_queryset().filter(self.visible_to(owner_id))

    def visible_to(self, owner_id: int) -> models.Q:
        return models.Q(owner_id=owner_id)


class OwnedOrSharedManager(OwnedManager[ModelT]):
    """Rows of nobody and rows of the owner in scope."""

    def visible_to(self, owner_id: int) -> models.Q:
        return models.Q(owner_id=owner_id) | models.Q(owner_id=None)


class OwnedModel(models.Model):
    """A row that belongs to one person. Outside it is known by `public_id` alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]] = OwnedManager()

    class Meta:
        abstract = True
