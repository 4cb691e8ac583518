"""Sealing and opening: each key for its owner and its kind alone."""

from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from apps.accounts.enums import KeyKind
from apps.accounts.vault.models import SecretKey
from apps.core import crypto
from apps.core.errors import PermanentError

LONG: Final = 12  # of a shorter key the last four characters would give away too much
_PURPOSES: Final = {KeyKind.UPWORK: "upwork.client_secret"}  # sealed by the connection before there was a vault


class KeyLockedError(PermanentError):
    """The key that sealed it is not in ENCRYPTION_KEYS. Nothing is lost."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Your key “%(name)s” cannot be opened: the installation lacks the key that sealed it. Nothing is lost: "
                "the operator can put it back into ENCRYPTION_KEYS, or you enter your key again."
            )
            % {"name": name}
        )


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A key as it is used; it stays in memory for as long as the use takes."""

    id: int
    owner_id: int
    kind: KeyKind
    name: str
    last_four: str
    base_url: str
    model: str
    client_id: str
    secret: str = field(repr=False)


def purpose_of(kind: str) -> str:
    known = KeyKind(kind)
    return _PURPOSES.get(known, f"vault.{known}")


def seal(secret: str, *, owner_id: int, kind: str) -> str:
    return crypto.encrypt(secret, owner_id=owner_id, purpose=purpose_of(kind)) if secret else ""


def opens(key: SecretKey) -> bool:
    return not key.sealed or crypto.is_readable(key.sealed, owner_id=key.owner_id, purpose=purpose_of(key.kind))


def opened(key: SecretKey) -> OpenedKey:
    """Raises KeyLockedError when the keys at hand do not open it."""
    try:
        secret = crypto.decrypt(key.sealed, owner_id=key.owner_id, purpose=purpose_of(key.kind)) if key.sealed else ""
    except crypto.DecryptionError as error:
        raise KeyLockedError(key.name) from error
    return OpenedKey(
        id=key.pk,
        owner_id=key.owner_id,
        kind=KeyKind(key.kind),
        name=key.name,
        last_four=key.last_four,
        base_url=key.base_url,
        model=key.model,
        client_id=key.client_id,
        secret=secret,
    )


def last_four(*, kind: str, secret: str, client_id: str) -> str:
    if kind == KeyKind.UPWORK:
        return client_id[-4:]
    return secret[-4:] if len(secret) >= LONG else ""
