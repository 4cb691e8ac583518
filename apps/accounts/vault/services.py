"""Every write of the vault. A secret comes in once and is never given out again."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import key_testers
from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.vault import sealing
from apps.accounts.vault.models import SecretKey
from apps.core import audit
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.errors import DomainError
from apps.notifications import services as notifications

USED_EVERY: Final = timedelta(minutes=1)
SHOWN: Final = ("kind", "label", "last_four", "base_url", "model", "client_id", "is_active")
REFUSALS: Final = {
    KeyKind.OPENAI: gettext_lazy("OpenAI does not accept your key"),
    KeyKind.ANTHROPIC: gettext_lazy("Anthropic does not accept your key"),
    KeyKind.COMPATIBLE: gettext_lazy("Your own server does not accept your key"),
    KeyKind.UPWORK: gettext_lazy("Upwork does not accept your application key"),
}


@transaction.atomic
def add_key(*, owner_id: int, kind: KeyKind, values: Mapping[str, str]) -> SecretKey:
    """`values` are those of the form: label, secret, base_url, model, client_id, as far as the kind has them."""
    key, is_new = SecretKey.objects.get_or_create(
        owner_id=owner_id, kind=kind, defaults=_columns(owner_id, kind, values)
    )
    if not is_new:
        raise DomainError(_("You have such a key already. Replace it instead."))
    audit.record(action=Action.KEY_ADDED, owner_id=owner_id, target=key, after=_facts(key))
    return key


@transaction.atomic
def replace_key(*, key_id: int, values: Mapping[str, str]) -> SecretKey:
    """Change what the form says; without a new secret the old one stays. What was tested before says nothing any more."""
    key = SecretKey.objects.select_for_update(no_key=True).get(pk=key_id)
    before, old = _facts(key), key.sealed
    columns = _columns(key.owner_id, KeyKind(key.kind), values)
    if not values.get("secret"):
        columns = {**columns, "sealed": old, "last_four": key.last_four}
    forgotten = {"tested_at": None, "test_result": "", "test_ms": None}
    _change(key, {**columns, **forgotten, "is_active": True})
    is_new_secret = {"is_replaced": True} if key.sealed != old else {}
    audit.record(
        action=Action.KEY_CHANGED,
        owner_id=key.owner_id,
        target=key,
        before=before,
        after={**_facts(key), **is_new_secret},
    )
    return key


def keep_application(*, owner_id: int, client_id: str, secret: str) -> None:
    """The Upwork application that a connection was just made with; nothing changes when it is the one in the vault."""
    values = {"client_id": client_id, "secret": secret}
    known = SecretKey.objects.filter(owner_id=owner_id, kind=KeyKind.UPWORK).first()
    if known is None:
        add_key(owner_id=owner_id, kind=KeyKind.UPWORK, values=values)
    elif not (known.is_active and known.client_id == client_id and _holds(known, secret)):
        replace_key(key_id=known.pk, values={"label": known.label, **values})


@transaction.atomic
def switch_key(*, key_id: int, is_active: bool) -> SecretKey:
    key = SecretKey.objects.select_for_update(no_key=True).get(pk=key_id)
    before = _facts(key)
    _change(key, {"is_active": is_active})
    audit.record(action=Action.KEY_CHANGED, owner_id=key.owner_id, target=key, before=before, after=_facts(key))
    return key


@transaction.atomic
def delete_key(*, key_id: int) -> None:
    key = SecretKey.objects.select_for_update().get(pk=key_id)
    audit.record(action=Action.KEY_REMOVED, owner_id=key.owner_id, target=key, before=_facts(key))
    key.delete()


def check_key(*, key_id: int) -> SecretKey:
    """Ask the vendor, outside any transaction; the answer is kept unless the key was replaced meanwhile."""
    key = SecretKey.objects.get(pk=key_id)
    opened = sealing.opened(key)
    started = time.monotonic()
    result = key_testers.ask(opened)
    took = round((time.monotonic() - started) * 1000)
    with transaction.atomic():
        rows = SecretKey.objects.filter(pk=key_id, sealed=key.sealed, base_url=key.base_url, model=key.model)
        if rows.update(tested_at=timezone.now(), test_result=result, test_ms=took, updated_at=timezone.now()):
            after = {"kind": key.kind, "last_four": key.last_four, "test_result": result}
            audit.record(action=Action.KEY_TESTED, owner_id=key.owner_id, target=key, after=after)
    key.refresh_from_db()
    return key


def note_use(*, key_id: int) -> None:
    """When it was used last, to the minute: a letter is several calls."""
    now = timezone.now()
    rows = SecretKey.objects.filter(Q(used_at=None) | Q(used_at__lt=now - USED_EVERY), pk=key_id)
    rows.update(used_at=now)


@transaction.atomic
def note_refusal(*, key_id: int, result: KeyResult) -> None:
    """A use has shown that the key does not work: the page says so, and the person is told once."""
    now = timezone.now()
    rows = SecretKey.objects.filter(pk=key_id).exclude(test_result=result)
    if not rows.update(test_result=result, tested_at=now, test_ms=None, updated_at=now):
        return
    key = SecretKey.objects.get(pk=key_id)
    notifications.notify(
        owner_id=key.owner_id,
        event=Event.SECURITY,
        key=f"key-refused:{key.public_id}:{now:%Y%m%d%H%M}",
        context={
            "title": REFUSALS[KeyKind(key.kind)],
            "text": gettext_lazy("Test it, replace it or switch it off among your keys."),
            "path": reverse("accounts:key-list"),
        },
    )


def note_success(*, key_id: int) -> None:
    """A refusal that is over: the account was topped up, the key was put right at the vendor."""
    now = timezone.now()
    rows = SecretKey.objects.filter(pk=key_id).exclude(test_result__in=("", KeyResult.WORKS, KeyResult.KNOWN))
    rows.update(test_result=KeyResult.WORKS, tested_at=F("used_at"), test_ms=None, updated_at=now)


def _columns(owner_id: int, kind: KeyKind, values: Mapping[str, str]) -> dict[str, object]:
    secret, client_id = values.get("secret", ""), values.get("client_id", "")
    return {
        "label": values.get("label", ""),
        "base_url": values.get("base_url", ""),
        "model": values.get("model", ""),
        "client_id": client_id,
        "sealed": sealing.seal(secret, owner_id=owner_id, kind=kind),
        "last_four": sealing.last_four(kind=kind, secret=secret, client_id=client_id),
    }


def _facts(key: SecretKey) -> dict[str, object]:
    """What the trail may know of a key, as far as the kind has it."""
    return {name: getattr(key, name) for name in SHOWN if getattr(key, name) != ""}


def _change(key: SecretKey, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(key, name, value)
    key.save(update_fields=[*values, "updated_at"])


def _holds(key: SecretKey, secret: str) -> bool:
    try:
        return sealing.opened(key).secret == secret
    except sealing.KeyLockedError:
        return False
