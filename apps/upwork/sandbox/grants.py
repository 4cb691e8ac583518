"""Codes and tokens: what is given, for how long, and how a refresh rotates them."""

import hmac
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from apps.upwork.sandbox.records import ApiKey, Freelancer
from apps.upwork.sandbox.store import count, insert, load

SECOND: Final = 1000
DAY: Final = 24 * 3600 * SECOND
CODE_LIFE: Final = 600 * SECOND
ACCESS_LIFE: Final = DAY
REFRESH_LIFE: Final = 14 * DAY
REPLACED_LIFE: Final = DAY  # what is left of a refresh token after its use
DEFAULT_KEYS: Final = tuple(
    ApiKey(f"sandbox-{profile}", f"sandbox-{profile}-secret", f"Sandbox key ({profile})", profile=profile)
    for profile in ("full", "freelancer", "reader", "agency")
)


class OAuthError(Exception):
    """An error in OAuth's own shape."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is, and by which key it was given."""

    key: ApiKey
    freelancer: Freelancer


def register_keys(db: sqlite3.Connection, keys: Iterable[ApiKey]) -> None:
    """Add keys or change them; a key whose rights change loses its tokens, as on the real server."""
    for key in keys:
        known = get_key(db, key.client_id)
        if known and (known.profile, known.client_secret) != (key.profile, key.client_secret):
            revoke_all(db, key.client_id)
        db.execute("DELETE FROM api_key WHERE client_id = ?", (key.client_id,))
        insert(db, "api_key", key)


def get_key(db: sqlite3.Connection, client_id: str) -> ApiKey | None:
    row = db.execute("SELECT * FROM api_key WHERE client_id = ?", (client_id,)).fetchone()
    return load(ApiKey, row) if row else None


def get_keys(db: sqlite3.Connection) -> list[ApiKey]:
    return [load(ApiKey, row) for row in db.execute("SELECT * FROM api_key ORDER BY client_id")]


def authenticate(db: sqlite3.Connection, client_id: str, client_secret: str) -> ApiKey:
    if not client_id:
        raise OAuthError("invalid_request", "Missing parameters: client_id")
    key = get_key(db, client_id)
    if key is None or not hmac.compare_digest(key.client_secret.encode(), client_secret.encode()):
        raise OAuthError("invalid_client", "Client authentication failed", 401)
    return key


def issue_code(db: sqlite3.Connection, key: ApiKey, freelancer_id: int, redirect_uri: str, now_ms: int) -> str:
    code = secrets.token_hex(16)
    _store(db, "code", code, (key.client_id, freelancer_id, redirect_uri, now_ms + CODE_LIFE))
    return code


def exchange_code(db: sqlite3.Connection, key: ApiKey, code: str, redirect_uri: str, now_ms: int) -> dict[str, Any]:
    row = _find(db, "code", code, key, now_ms)
    if row is None or row["redirect_uri"] != redirect_uri:
        raise OAuthError("invalid_grant", "Authorization code is invalid or expired")
    db.execute("DELETE FROM token WHERE value = ?", (code,))
    count(db, "codes_exchanged")
    return _issue(db, key, row["freelancer_id"], now_ms)


def refresh(db: sqlite3.Connection, key: ApiKey, token: str, now_ms: int) -> dict[str, Any]:
    """New tokens; the refresh token that was used dies a day from now."""
    row = _find(db, "refresh", token, key, now_ms)
    if row is None:
        raise OAuthError("invalid_grant", "Refresh token is expired or revoked or not registered")
    expires = min(row["expires_ms"], now_ms + REPLACED_LIFE)
    db.execute("UPDATE token SET expires_ms = ? WHERE value = ?", (expires, token))
    count(db, "tokens_refreshed")
    return _issue(db, key, row["freelancer_id"], now_ms)


def revoke(db: sqlite3.Connection, key: ApiKey, token: str) -> None:
    """Revoking either token ends the connection of that freelancer with that key."""
    row = db.execute("SELECT * FROM token WHERE value = ? AND client_id = ?", (token, key.client_id)).fetchone()
    if row is not None:
        revoke_all(db, key.client_id, row["freelancer_id"])


def revoke_all(db: sqlite3.Connection, client_id: str = "", freelancer_id: int = 0) -> int:
    """Forget tokens, of one key or one freelancer when these are given."""
    deleted = db.execute(
        "DELETE FROM token WHERE (? = '' OR client_id = ?) AND (? = 0 OR freelancer_id = ?)",
        (client_id, client_id, freelancer_id, freelancer_id),
    ).rowcount
    count(db, "tokens_revoked", deleted)
    return deleted


def caller(db: sqlite3.Connection, bearer: str, now_ms: int) -> Caller | None:
    row = db.execute(
        "SELECT * FROM token WHERE value = ? AND kind = 'access' AND expires_ms > ?", (bearer, now_ms)
    ).fetchone()
    key = get_key(db, row["client_id"]) if row else None
    if row is None or key is None:
        return None
    person = db.execute("SELECT * FROM freelancer WHERE id = ?", (row["freelancer_id"],)).fetchone()
    return Caller(key, load(Freelancer, person))


def _issue(db: sqlite3.Connection, key: ApiKey, freelancer_id: int, now_ms: int) -> dict[str, Any]:
    access, fresh = (f"oauth2v2_{secrets.token_hex(16)}" for _ in range(2))
    _store(db, "access", access, (key.client_id, freelancer_id, "", now_ms + ACCESS_LIFE))
    _store(db, "refresh", fresh, (key.client_id, freelancer_id, "", now_ms + REFRESH_LIFE))
    count(db, "tokens_issued")
    return {
        "access_token": access, "refresh_token": fresh, "token_type": "Bearer", "expires_in": ACCESS_LIFE // SECOND,
    }  # fmt: skip


def _store(db: sqlite3.Connection, kind: str, value: str, rest: tuple[str, int, str, int]) -> None:
    db.execute(
        "INSERT INTO token (kind, value, client_id, freelancer_id, redirect_uri, expires_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (kind, value, *rest),
    )


def _find(db: sqlite3.Connection, kind: str, value: str, key: ApiKey, now_ms: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM token WHERE value = ? AND kind = ? AND client_id = ? AND expires_ms > ?",
        (value, kind, key.client_id, now_ms),
    ).fetchone()
    return found
