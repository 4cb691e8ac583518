"""Reads of the Upwork room."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.accounts.enums import KeyKind
from apps.accounts.models import SecretKey
from apps.accounts.vault import selectors as keys
from apps.core.breaker import Circuit
from apps.core.errors import TemporaryError
from apps.upwork.budget import Budget, Left
from apps.upwork.client.transport import BREAKER
from apps.upwork.enums import Capability, ConnectionState
from apps.upwork.models import Connection


@dataclass(frozen=True, slots=True)
class CapabilityFact:
    """One thing a key may do; `allowed` is `None` until it has been tried."""

    label: str
    allowed: bool | None


def connection_of(owner_id: int) -> Connection | None:
    """The person's connection in whatever state; `None` before the first one."""
    return Connection.objects.filter(owner_id=owner_id).first()


def connection_state_of(owner_id: int) -> ConnectionState | None:
    """The state alone, for pages that only say it; `None` before the first connection."""
    state = Connection.objects.filter(owner_id=owner_id).values_list("state", flat=True).first()
    return None if state is None else ConnectionState(state)


def other_application(owner_id: int, connection: Connection | None) -> SecretKey | None:
    """The person's own application, where they have one and are not connected by it."""
    key = keys.keys_of(owner_id).filter(kind=KeyKind.UPWORK, is_active=True).first()
    is_used = key is not None and connection is not None and (True, key.client_id) == (
        connection.has_own_key, connection.client_id,
    )  # fmt: skip
    return None if is_used else key


def capability_facts(connection: Connection) -> list[CapabilityFact]:
    return [
        CapabilityFact(label=str(capability.label), allowed=connection.capabilities.get(capability.value))
        for capability in Capability
    ]


def budget_left(connection: Connection) -> tuple[Left, ...]:
    """Requests left in this hour for each kind of call; empty while Redis is away."""
    try:
        return Budget(client_id=connection.client_id, connection_id=connection.pk).left()
    except RedisError:
        return ()


def job_url(ciphertext: str) -> str:
    """The posting's page on Upwork."""
    return f"{settings.UPWORK_SITE_URL}/jobs/{_with_tilde(ciphertext)}"


def apply_url(ciphertext: str) -> str:
    """Where a person applies by hand."""
    return f"{settings.UPWORK_SITE_URL}/nx/proposals/job/{_with_tilde(ciphertext)}/apply/"


def _with_tilde(ciphertext: str) -> str:
    return ciphertext if ciphertext.startswith("~") else f"~{ciphertext}"


def check_health() -> None:
    """Upwork counts as failed while the breaker is open."""
    if BREAKER.state() is Circuit.OPEN:
        host = urlsplit(settings.UPWORK_API_URL).netloc
        raise TemporaryError(_("%(host)s keeps failing; we ask again in a moment.") % {"host": host})
