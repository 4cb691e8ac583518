"""The secrets of a connection, sealed: each opens only for its owner and its column. A person's own application key
is in the vault of accounts."""

from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.enums import KeyKind
from apps.accounts.vault import selectors as keys
from apps.accounts.vault import services as key_uses
from apps.accounts.vault.sealing import KeyLockedError
from apps.core import crypto
from apps.core.errors import DomainError, PermanentError
from apps.upwork.models import Connection
from apps.upwork.oauth import Application, PermissionGoneError

Secret = Literal["client_secret", "access_token", "refresh_token"]


def sealed(owner_id: int, secret: Secret, text: str) -> str:
    return crypto.encrypt(text, owner_id=owner_id, purpose=purpose_of(secret))


def purpose_of(secret: str) -> str:
    return f"upwork.{secret}"


def opened(connection: Connection, secret: Secret) -> str:
    return unsealed(connection.owner_id, secret, getattr(connection, secret))


def unsealed(owner_id: int, secret: Secret, token: str) -> str:
    try:
        return crypto.decrypt(token, owner_id=owner_id, purpose=purpose_of(secret))
    except crypto.DecryptionError as error:
        raise PermanentError(
            _(
                "The stored permission cannot be opened: the installation lacks the key that sealed it. Nothing is lost: "
                "the operator can put it back into ENCRYPTION_KEYS, or you connect again."
            )
        ) from error


def is_locked(connection: Connection) -> bool:
    """Whether the keys at hand do not open the permission."""
    token = connection.access_token
    return bool(token) and not crypto.is_readable(
        token, owner_id=connection.owner_id, purpose=purpose_of("access_token")
    )


def application_of(connection: Connection) -> Application:
    """The application that gave the permission; raises PermissionGoneError when the person's own is not theirs any more."""
    if not connection.has_own_key:
        return Application(connection.client_id, settings.UPWORK_CLIENT_SECRET)
    ensure_key(connection)
    key = keys.key_of(connection.owner_id, KeyKind.UPWORK)
    if key is None:  # deleted this very moment
        raise PermissionGoneError(_("The application key of this connection is not among your keys any more."))
    key_uses.note_use(key_id=key.id)
    return Application(key.client_id, key.secret)


def ensure_key(connection: Connection) -> None:
    """A key that was switched off pauses its connection; one that is gone or replaced by another has ended it."""
    if not connection.has_own_key:
        return
    key = keys.keys_of(connection.owner_id).filter(kind=KeyKind.UPWORK, client_id=connection.client_id).first()
    if key is None:
        raise PermissionGoneError(_("The application key of this connection is not among your keys any more."))
    if not key.is_active:
        raise PermanentError(_("Your Upwork application key is switched off. Switch it on again among your keys."))


def own_application(owner_id: int) -> Application:
    """The one in the vault, for a new connection; raises a DomainError that says what to do when there is none."""
    try:
        key = keys.key_of(owner_id, KeyKind.UPWORK)
    except KeyLockedError as error:
        raise DomainError(str(error)) from error
    if key is None:
        raise DomainError(_("There is no Upwork application among your keys, or it is switched off."))
    return Application(key.client_id, key.secret)


def application_for(owner_id: int, client_id: str, client_secret: str) -> Application:
    """Of an attempt, whose secret is sealed; without one it is the installation's."""
    if client_secret:
        return Application(client_id, unsealed(owner_id, "client_secret", client_secret))
    return Application(client_id, settings.UPWORK_CLIENT_SECRET)
