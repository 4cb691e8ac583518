"""Connecting and disconnecting: the person's permission comes, is used, and goes."""

import hmac
import logging
import secrets
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.vault import services as keys
from apps.core import audit
from apps.core.audit import Action
from apps.core.errors import DomainError, OutsideError
from apps.upwork import oauth, policy, purgers, tasks, vault
from apps.upwork.budget import Budget
from apps.upwork.client import Graph, UpworkClient
from apps.upwork.enums import ConnectionState, KeyChoice
from apps.upwork.errors import ReconnectNeededError
from apps.upwork.models import Connection
from apps.upwork.services import refreshing
from apps.upwork.types import Identity

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A connection under way; it waits in the person's session for the answer that names its `state`."""

    state: str
    client_id: str
    client_secret: str = field(repr=False)  # sealed; empty for the installation's key
    redirect_uri: str
    next_url: str


@dataclass(frozen=True, slots=True)
class FreshTokens:
    """Tokens that are not stored yet: there is nothing to renew them with."""

    access_token: str = field(repr=False)

    def current(self) -> str:
        return self.access_token

    def renewed(self, rejected: str) -> str:
        raise ReconnectNeededError

    def lost(self) -> ReconnectNeededError:
        return ReconnectNeededError()


def start_attempt(
    *, owner_id: int, choice: KeyChoice, redirect_uri: str, next_url: str, client_id: str = "", client_secret: str = ""
) -> Attempt:
    """Choose the key for a new connection. Nothing is stored until Upwork has agreed."""
    if choice is KeyChoice.SAME:
        connection = Connection.objects.filter(owner_id=owner_id).exclude(client_id="").first()
        choice = KeyChoice.VAULT if connection and connection.has_own_key else KeyChoice.INSTALLATION
    if choice is KeyChoice.VAULT:
        own = vault.own_application(owner_id)
        client_id, client_secret = own.client_id, own.client_secret
    elif choice is KeyChoice.INSTALLATION:
        client_id, client_secret = settings.UPWORK_CLIENT_ID, ""
    if not client_id:
        raise DomainError(_("This installation has no application key. Use one of your own."))
    return Attempt(
        state=secrets.token_urlsafe(32),
        client_id=client_id,
        client_secret=vault.sealed(owner_id, "client_secret", client_secret) if client_secret else "",
        redirect_uri=redirect_uri,
        next_url=next_url,
    )


def connect(*, owner_id: int, attempt: Attempt, state: str, code: str) -> Connection:
    """Trade the code for tokens, ask who gave it, and store both. Upwork is asked outside any transaction."""
    # OAuth's guard against an answer that somebody else has planted in this session
    if not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise DomainError(_("This answer does not belong to a connection that you started here. Start again."))
    application = vault.application_for(owner_id, attempt.client_id, attempt.client_secret)
    tokens = oauth.exchange(
        application=application,
        code=code,
        redirect_uri=attempt.redirect_uri,
    )
    graph = Graph(
        url=f"{settings.UPWORK_API_URL}/graphql",
        tokens=FreshTokens(tokens.access_token),
        budget=Budget(client_id=attempt.client_id),
    )
    me = UpworkClient(graph).identity()
    with transaction.atomic():
        if attempt.client_secret:
            keys.keep_application(owner_id=owner_id, client_id=application.client_id, secret=application.client_secret)
        return _store(owner_id=owner_id, attempt=attempt, tokens=tokens, me=me)


def _store(*, owner_id: int, attempt: Attempt, tokens: oauth.Tokens, me: Identity) -> Connection:
    # made first, so that there is a row to lock
    Connection.objects.get_or_create(owner_id=owner_id)
    connection = Connection.objects.select_for_update(no_key=True).get(owner_id=owner_id)
    if connection.upwork_user_id not in {"", me.user_id}:
        purgers.purge(owner_id)  # another account: what the first one was shown is not the second one's
        connection.proposals_synced_at = None  # and nobody knows the news of its proposals
    now = timezone.now()
    values: dict[str, object] = {
        "client_id": attempt.client_id,
        "has_own_key": bool(attempt.client_secret),
        "access_token": vault.sealed(owner_id, "access_token", tokens.access_token),
        "refresh_token": vault.sealed(owner_id, "refresh_token", tokens.refresh_token),
        "expires_at": tokens.expires_at,
        "token_version": connection.token_version + 1,
        "refreshing_until": None,
        "state": ConnectionState.CONNECTED,
        "upwork_user_id": me.user_id,
        "upwork_nid": me.nid,
        "upwork_name": me.name,
        "organization_id": me.organization_id,
        "capabilities": {},
        "probed_at": None,
        "is_sandbox": policy.is_sandbox(),
        "connected_at": now,
        "proposals_synced_at": connection.proposals_synced_at,
        "proposals_due_at": now,
    }
    _change(connection, values)
    facts = {"upwork_name": me.name, "is_sandbox": connection.is_sandbox}
    audit.record(action=Action.UPWORK_CONNECTED, owner_id=owner_id, target=connection, after=facts)
    transaction.on_commit(
        partial(tasks.care_for_connection.delay, connection_id=connection.pk, owner_id=owner_id), robust=True
    )
    return connection


def care_for(*, connection_id: int) -> None:
    """Renew the permission when it is due, and ask what the key may do when nobody has."""
    try:
        refreshing.renew(connection_id=connection_id)
        if Connection.objects.filter(pk=connection_id, state=ConnectionState.CONNECTED, probed_at=None).exists():
            _probe(connection_id)
    except OutsideError as error:
        logger.info("connection %s has to wait: %s", connection_id, type(error).__name__)


def _probe(connection_id: int) -> None:
    capabilities = refreshing.client_for(connection_id).capabilities()
    Connection.objects.filter(pk=connection_id).update(
        capabilities=capabilities, probed_at=timezone.now(), updated_at=timezone.now()
    )


def disconnect(*, owner_id: int) -> None:
    """Forget the permission and everything that came through it; then ask Upwork to forget it too."""
    connection = Connection.objects.filter(owner_id=owner_id).first()
    if connection is None or connection.state == ConnectionState.DISCONNECTED:
        return
    with transaction.atomic():
        locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        facts = {"upwork_name": locked.upwork_name}
        audit.record(action=Action.UPWORK_DISCONNECTED, owner_id=owner_id, target=locked, before=facts)
        _change(locked, _blank(locked))
        purgers.purge(owner_id)
    # after the commit: what was forgotten here stays forgotten when Upwork does not answer
    _revoke(connection)


def hold(connection: Connection) -> bool:
    """Whether it still is the connection it was; the answer stands until the transaction ends."""
    rows = Connection.objects.select_for_update(no_key=True).exclude(state=ConnectionState.DISCONNECTED)
    return rows.filter(pk=connection.pk, upwork_user_id=connection.upwork_user_id).first() is not None


def _blank(connection: Connection) -> dict[str, object]:
    texts = (
        "client_id", "access_token", "refresh_token",
        "upwork_user_id", "upwork_nid", "upwork_name", "organization_id",
    )  # fmt: skip
    moments = ("expires_at", "refreshing_until", "connected_at", "probed_at", "proposals_due_at", "proposals_synced_at")
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(moments),
        "state": ConnectionState.DISCONNECTED,
        "has_own_key": False,
        "capabilities": {},
        "token_version": connection.token_version + 1,  # a refresh under way must not store its tokens
    }


def _change(connection: Connection, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(connection, name, value)
    connection.save(update_fields=[*values, "updated_at"])


def _revoke(connection: Connection) -> None:
    """Our copy is gone already, so a refusal changes nothing."""
    try:
        oauth.revoke(
            application=vault.application_of(connection),
            refresh_token=vault.opened(connection, "refresh_token"),
        )
    except OutsideError as error:
        logger.info("upwork did not revoke the permission of connection %s: %s", connection.pk, type(error).__name__)
