"""Access tokens that work: renewed by one worker at a time, however many need one.

A worker takes the lease by one UPDATE, talks to Upwork outside any transaction, and stores the new pair only
if nobody else has meanwhile (`token_version`). The others wait for the row. A worker that dies between the
two leaves the old refresh token, which Upwork honours for 24 more hours: the next one starts from it.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import audit
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.errors import PermanentError, TemporaryError
from apps.core.tenancy import Reason, everyone_scope
from apps.notifications import services as notifications
from apps.upwork import oauth, vault
from apps.upwork.budget import Budget
from apps.upwork.client import Graph, UpworkClient
from apps.upwork.enums import Capability, ConnectionState
from apps.upwork.errors import ReconnectNeededError, UndeliveredError
from apps.upwork.models import Connection
from apps.upwork.types import Identity

# Above the time-out of a call to Upwork, so that a lease runs out only when its holder is gone
LEASE: Final = timedelta(seconds=30)
# A token that ends on its way would be refused on arrival
LEAST_LIFE: Final = timedelta(seconds=60)
# Early enough for beat to try many times before anybody has to wait
RENEW_BEFORE: Final = timedelta(hours=1)
WAIT_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class ConnectionTokens:
    """The tokens of a stored connection, as the client asks for them."""

    connection_id: int

    def current(self) -> str:
        return usable_token(connection_id=self.connection_id)

    def renewed(self, rejected: str) -> str:
        return usable_token(connection_id=self.connection_id, rejected=rejected)

    def lost(self) -> ReconnectNeededError:
        ask_to_reconnect(Connection.objects.get(pk=self.connection_id))
        return ReconnectNeededError()


def client_for(connection_id: int) -> UpworkClient:
    """The API for a connection of the owner in scope; raises PermanentError when it is not connected."""
    connection = Connection.objects.get(pk=connection_id)
    _ensure_connected(connection)
    _ensure_key(connection)
    return UpworkClient(
        graph=Graph(
            url=f"{settings.UPWORK_API_URL}/graphql",
            tokens=ConnectionTokens(connection.pk),
            budget=Budget(client_id=connection.client_id, connection_id=connection.pk),
            tenant_id=connection.organization_id,
        ),
        me=Identity(
            user_id=connection.upwork_user_id,
            nid=connection.upwork_nid,
            name=connection.upwork_name,
            organization_id=connection.organization_id,
        ),
        learned=partial(learn, connection_id),
    )


def usable_token(*, connection_id: int, rejected: str | None = None) -> str:
    """An access token with some life in it, other than `rejected`; renewed here or by whoever is at it already."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        connection = Connection.objects.get(pk=connection_id)
        _ensure_connected(connection)
        token = vault.opened(connection, "access_token")
        # another worker may have stored a new one since Upwork turned ours away
        if token != rejected and _life_left(connection) > LEAST_LIFE:
            return token
        if _take_lease(connection):
            renewed = _renew_leased(connection)
            if renewed is not None:
                return renewed
        elif time.monotonic() > deadline:
            raise UndeliveredError(_("The permission is being renewed; we try again in a moment."))
        else:
            time.sleep(LOOK_SECONDS)


def renew(*, connection_id: int) -> None:
    """Renew early, so that nobody has to wait and the refresh token never idles out."""
    connection = Connection.objects.get(pk=connection_id)
    if connection.is_connected and _life_left(connection) < RENEW_BEFORE and _take_lease(connection):
        _renew_leased(connection)


def due_for_renewal() -> list[tuple[int, int]]:
    """(connection, owner) of all that expire within the hour or were never asked what they may do."""
    with everyone_scope(Reason.SWEEP):
        due = Connection.objects.filter(state=ConnectionState.CONNECTED).filter(
            Q(expires_at__lt=timezone.now() + RENEW_BEFORE) | Q(probed_at=None)
        )
        return list(due.values_list("pk", "owner_id"))


@transaction.atomic
def ask_to_reconnect(connection: Connection) -> None:
    """Only the person can help: say so on the row and to them, once."""
    changed = Connection.objects.filter(
        pk=connection.pk, state=ConnectionState.CONNECTED, token_version=connection.token_version
    ).update(state=ConnectionState.RECONNECT, refreshing_until=None, updated_at=timezone.now())
    if changed:
        audit.record(action=Action.UPWORK_LOST, owner_id=connection.owner_id, target=connection)
        notifications.notify(
            owner_id=connection.owner_id,
            event=Event.SECURITY,
            key=f"upwork-reconnect:{connection.pk}:{connection.token_version}",
            context={
                "title": gettext_lazy("Connect Upwork again"),
                "text": gettext_lazy(
                    "Upwork no longer accepts the connection, so no new jobs arrive until you renew it."
                ),
                "path": reverse("upwork:connection"),
            },
        )


@transaction.atomic
def learn(connection_id: int, capability: Capability, allowed: bool) -> None:
    """Keep what a call has shown about the key."""
    # the dict is written whole: without the lock one call's finding would undo another's
    connection = Connection.objects.select_for_update(no_key=True).get(pk=connection_id)
    if connection.capabilities.get(capability.value) is not allowed:
        connection.capabilities = {**connection.capabilities, capability.value: allowed}
        connection.save(update_fields=["capabilities", "updated_at"])


def _ensure_connected(connection: Connection) -> None:
    if connection.state == ConnectionState.RECONNECT:
        raise ReconnectNeededError
    if connection.state != ConnectionState.CONNECTED:
        raise PermanentError(_("Upwork is not connected. Connect it in the settings."))


def _ensure_key(connection: Connection) -> None:
    try:
        vault.ensure_key(connection)
    except oauth.PermissionGoneError:
        ask_to_reconnect(connection)
        raise ReconnectNeededError from None


def _life_left(connection: Connection) -> timedelta:
    return connection.expires_at - timezone.now() if connection.expires_at else timedelta(0)


def _take_lease(connection: Connection) -> bool:
    """One UPDATE that must change exactly the row that was read."""
    now = timezone.now()
    return (
        Connection.objects.filter(
            # a lease that ran out belonged to a worker that died
            Q(refreshing_until=None) | Q(refreshing_until__lt=now),
            pk=connection.pk,
            state=ConnectionState.CONNECTED,
            token_version=connection.token_version,
        ).update(refreshing_until=now + LEASE)
        == 1
    )


def _renew_leased(connection: Connection) -> str | None:
    """Ask Upwork and store; `None` when somebody else stored first and the row has to be read again."""
    try:
        tokens = oauth.refresh(
            application=vault.application_of(connection),
            refresh_token=vault.opened(connection, "refresh_token"),
        )
    except oauth.PermissionGoneError:
        ask_to_reconnect(connection)
        return None
    except TemporaryError as error:
        _give_back_lease(connection)
        raise UndeliveredError(str(error), retry_after=error.retry_after) from error
    except PermanentError:
        _give_back_lease(connection)
        raise
    return tokens.access_token if _store(connection, tokens) else None


def _store(connection: Connection, tokens: oauth.Tokens) -> bool:
    return (
        Connection.objects.filter(pk=connection.pk, token_version=connection.token_version).update(
            access_token=vault.sealed(connection.owner_id, "access_token", tokens.access_token),
            refresh_token=vault.sealed(connection.owner_id, "refresh_token", tokens.refresh_token),
            expires_at=tokens.expires_at,
            token_version=F("token_version") + 1,
            refreshing_until=None,
            updated_at=timezone.now(),
        )
        == 1
    )


def _give_back_lease(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk, token_version=connection.token_version).update(refreshing_until=None)
