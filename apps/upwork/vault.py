"""The secrets of a connection, sealed: each opens only for its owner and its column."""

from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import crypto
from apps.core.errors import PermanentError
from apps.upwork.models import Connection
from apps.upwork.oauth import Application

Secret = Literal["client_secret", "access_token", "refresh_token"]


def sealed(owner_id: int, secret: Secret, text: str) -> str:
    return crypto.encrypt(text, owner_id=owner_id, purpose=f"upwork.{secret}")


def opened(connection: Connection, secret: Secret) -> str:
    return unsealed(connection.owner_id, secret, getattr(connection, secret))


def unsealed(owner_id: int, secret: Secret, token: str) -> str:
    try:
        return crypto.decrypt(token, owner_id=owner_id, purpose=f"upwork.{secret}")
    except crypto.DecryptionError as error:
        raise PermanentError(
            _("The stored permission cannot be opened. Connect again, or have the operator put the key back.")
        ) from error


def application(owner_id: int, client_id: str, client_secret: str) -> Application:
    """The application key of a connection; without a secret of its own it is the installation's."""
    if client_secret:
        return Application(client_id, unsealed(owner_id, "client_secret", client_secret))
    return Application(client_id, settings.UPWORK_CLIENT_SECRET)
