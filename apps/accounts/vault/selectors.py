"""Reads of the vault. The rows are those of the owner in scope."""

from typing import Final

from django.db.models import Case, IntegerField, QuerySet, Value, When

from apps.accounts.enums import KeyKind
from apps.accounts.vault.models import SecretKey
from apps.accounts.vault.sealing import OpenedKey, opened, opens

WRITERS: Final = (KeyKind.OPENAI, KeyKind.ANTHROPIC, KeyKind.COMPATIBLE)


def keys_of(owner_id: int) -> QuerySet[SecretKey]:
    """In the order in which the page offers the kinds."""
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(KeyKind)]
    order = Case(*places, output_field=IntegerField())
    return SecretKey.objects.filter(owner_id=owner_id).order_by(order)


def key_of(owner_id: int, kind: KeyKind) -> OpenedKey | None:
    """The person's key, if there is one and it is switched on; raises KeyLockedError when it does not open."""
    found = SecretKey.objects.filter(owner_id=owner_id, kind=kind, is_active=True).first()
    return opened(found) if found else None


def writing_keys(owner_id: int) -> list[OpenedKey]:
    """The keys that AI may be asked with: switched on, and such as open."""
    found = keys_of(owner_id).filter(kind__in=WRITERS, is_active=True)
    return [opened(key) for key in found if opens(key)]


def locked_writing_key(owner_id: int) -> SecretKey | None:
    """One that is switched on and does not open."""
    found = keys_of(owner_id).filter(kind__in=WRITERS, is_active=True)
    return next((key for key in found if not opens(key)), None)


def kinds_left(owner_id: int) -> list[KeyKind]:
    """What the person has no key for yet."""
    taken = set(SecretKey.objects.filter(owner_id=owner_id).values_list("kind", flat=True))
    return [kind for kind in KeyKind if kind not in taken]
