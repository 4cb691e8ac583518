"""OAuth 2.0 with Upwork: Authlib speaks the protocol, over our guarded door.

Upwork's ways: scopes stand on the key and a `scope` parameter is an error; the client proves itself in the
body; each refresh gives a new refresh token (14 days) and cuts the old one to 24 hours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import http
from apps.core.errors import OutboundRefusedError, PermanentError, TemporaryError

AUTHORIZE_PATH: Final = "/ab/account-security/oauth2/authorize"
LIFETIME_SECONDS: Final = 24 * 3600
CLIENT_AUTH: Final = "client_secret_post"
# No renewal cures these: the key itself is wrong or was taken away
KEY_ERRORS: Final = frozenset({"invalid_client", "unauthorized_client"})


class PermissionGoneError(PermanentError):
    """The code, the refresh token or the application key is no longer good."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application key of Upwork's API center."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


def authorization_url(*, base: str, client_id: str, redirect_uri: str, state: str) -> str:
    """Where the person gives the permission; `base` is UPWORK_AUTH_URL as the browser reaches it."""
    with _client(Application(client_id, "")) as client:
        url, _state = client.create_authorization_url(base + AUTHORIZE_PATH, state=state, redirect_uri=redirect_uri)
    return str(url)


def exchange(*, application: Application, code: str, redirect_uri: str) -> Tokens:
    """The first pair of tokens for the code that the person brought back."""
    with _client(application) as client, _explained():
        return _tokens(
            client.fetch_token(
                settings.UPWORK_TOKEN_URL, grant_type="authorization_code", code=code, redirect_uri=redirect_uri
            )
        )


def refresh(*, application: Application, refresh_token: str) -> Tokens:
    """The next pair; the old refresh token works for another 24 hours, so a crash after this loses nothing."""
    with _client(application) as client, _explained():
        return _tokens(client.refresh_token(settings.UPWORK_TOKEN_URL, refresh_token=refresh_token))


def is_known(application: Application) -> bool:
    """Whether Upwork knows the key and its secret: the client is looked at before the code, and this code is nobody's."""
    try:
        with _client(application) as client, _explained():
            client.fetch_token(
                settings.UPWORK_TOKEN_URL, grant_type="authorization_code", code="-", redirect_uri=settings.BASE_URL
            )
    except OutboundRefusedError:
        raise
    except PermanentError as error:
        return isinstance(error.__cause__, OAuthError) and error.__cause__.error not in KEY_ERRORS
    return True


def revoke(*, application: Application, refresh_token: str) -> None:
    """Ask Upwork to forget the permission."""
    with _client(application) as client, _explained():
        client.revoke_token(f"{settings.UPWORK_TOKEN_URL}/revoke", token=refresh_token).raise_for_status()


def _client(application: Application) -> OAuth2Client:
    return OAuth2Client(
        client_id=application.client_id,
        client_secret=application.client_secret,
        token_endpoint_auth_method=CLIENT_AUTH,
        revocation_endpoint_auth_method=CLIENT_AUTH,
        token={},
        **{**http.options(), "timeout": settings.UPWORK_TIMEOUT_SECONDS},
    )


def _tokens(answer: dict[str, object]) -> Tokens:
    access, renewal, lifetime = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not (isinstance(access, str) and isinstance(renewal, str) and access and renewal):
        raise TemporaryError(_("Upwork's answer could not be read; try again in a moment."))
    # a lifetime that makes no sense must not make the token look dead, or eternal
    seconds = lifetime if isinstance(lifetime, int) and lifetime > 0 else LIFETIME_SECONDS
    return Tokens(access, renewal, timezone.now() + timedelta(seconds=seconds))


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the libraries raise into a sentence."""
    try:
        yield
    except OAuthError as error:
        raise _refusal(error) from error
    except httpx2.HTTPStatusError as error:
        wait = http.retry_after(error.response)
        raise TemporaryError(_("Upwork has trouble at the moment; try again in a minute."), retry_after=wait) from error
    except httpx2.TransportError as error:
        raise TemporaryError(_("Upwork cannot be reached; try again in a moment.")) from error
    except ValueError as error:
        raise TemporaryError(_("Upwork's answer could not be read; try again in a moment.")) from error


def _refusal(error: OAuthError) -> PermanentError:
    if error.error == "invalid_grant":
        return PermissionGoneError(_("The permission has expired or was taken back. Connect again."))
    if error.error in KEY_ERRORS:
        return PermissionGoneError(_("Upwork does not know this application key, or the secret is wrong. Check both."))
    return PermanentError(
        _("Upwork refused the connection: %(reason)s") % {"reason": (error.description or error.error)[:200]}
    )
