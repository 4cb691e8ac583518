"""One POST to the GraphQL endpoint: permission, budget, breaker, and what each kind of failure means.

Every failure is one of four: certainly not acted upon (UndeliveredError), unknown (AnswerLostError), a permission to
renew (ReconnectNeededError), or a refusal with a reason (the other permanent errors).
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import http
from apps.core.breaker import Breaker
from apps.upwork import budget, heartbeat
from apps.upwork.budget import Budget
from apps.upwork.client.answers import Node, explain
from apps.upwork.client.documents import document
from apps.upwork.enums import CallKind
from apps.upwork.errors import AnswerLostError, ReconnectNeededError, RequestRefusedError, UndeliveredError

logger = logging.getLogger(__name__)

BREAKER: Final = Breaker("upwork")
TENANT_HEADER: Final = "X-Upwork-API-TenantId"
# Broken off before a byte of the request left; whatever breaks later may have been read
_NEVER_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class TokenSource(Protocol):
    """Where access tokens come from."""

    def current(self) -> str:
        """A token that should work now."""

    def renewed(self, rejected: str) -> str:
        """Another one, after Upwork turned `rejected` away; raises ReconnectNeededError when there is none."""

    def lost(self) -> ReconnectNeededError:
        """The error to raise when the renewed one was turned away too."""


class UnauthorizedError(Exception):
    """401: inside this package alone."""


@cache
def _session() -> httpx2.Client:
    """Connections are kept open for the whole process."""
    return http.client()


@dataclass(frozen=True, slots=True)
class Graph:
    """The endpoint as one person's permission sees it."""

    url: str
    tokens: TokenSource
    budget: Budget
    tenant_id: str = ""

    def query(self, name: str, variables: Mapping[str, object], *, kind: CallKind, urgent: bool = False) -> Node:
        """Ask; a token that was turned away is renewed once. Partial data is used."""
        self.budget.take(kind, urgent=urgent)
        token = self.tokens.current()
        try:
            answer = self._post(_session(), name, variables, token)
        except UnauthorizedError:
            # the second try is a call like any other, and counts
            token = self.tokens.renewed(token)
            self.budget.take(kind, urgent=urgent)
            try:
                answer = self._post(_session(), name, variables, token)
            except UnauthorizedError:
                raise self.tokens.lost() from None
        return _data(name, answer)

    def mutate(self, name: str, variables: Mapping[str, object], *, kind: CallKind) -> Node:
        """Send exactly once, over a line of its own: a kept one may be dead, and then nobody knows what was sent."""
        self.budget.take(kind, urgent=True)
        token = self.tokens.current()
        with http.client() as session:
            try:
                answer = self._post(session, name, variables, token)
            except UnauthorizedError:
                # renewed for the next try, which is not made here: one submission, one request
                self.tokens.renewed(token)
                raise UndeliveredError(_("The permission was renewed; it can be sent now."), retry_after=0) from None
        return _data(name, answer)

    def _post(
        self, session: httpx2.Client, name: str, variables: Mapping[str, object], token: str
    ) -> dict[str, object]:
        if not BREAKER.allows():
            raise UndeliveredError(_("Upwork does not answer; we try again in a moment."), retry_after=BREAKER.wait())
        try:
            answer = _read(self._send(session, name, variables, token))
        except (RequestRefusedError, UnauthorizedError, SlowDownError):
            BREAKER.succeeded()  # it answers, if not as we like
            raise
        except (UndeliveredError, AnswerLostError):
            BREAKER.failed()
            raise
        BREAKER.succeeded()
        if self.budget.connection_id is not None:
            heartbeat.note(self.budget.connection_id)
        return answer

    def _send(self, session: httpx2.Client, name: str, variables: Mapping[str, object], token: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if self.tenant_id:
            headers[TENANT_HEADER] = self.tenant_id
        body = {"query": document(name), "variables": dict(variables)}
        try:
            return session.post(self.url, json=body, headers=headers, timeout=settings.UPWORK_TIMEOUT_SECONDS)
        except _NEVER_SENT as error:
            raise UndeliveredError(_("Upwork cannot be reached; we try again in a moment.")) from error
        except httpx2.TimeoutException as error:
            raise AnswerLostError(_("Upwork took too long to answer; we try again in a moment.")) from error
        except httpx2.TransportError as error:
            raise AnswerLostError(_("The line to Upwork broke; we try again in a moment.")) from error


class SlowDownError(UndeliveredError):
    """429: the whole address has to wait."""


def _read(response: httpx2.Response) -> dict[str, object]:
    """The JSON object of an answer, or the error that the status or the body stands for."""
    status = response.status_code
    if status == 401:
        raise UnauthorizedError
    if status == 429:
        budget.close_address()
        wait = http.retry_after(response) or budget.PENALTY_SECONDS
        raise SlowDownError(_("Upwork asks us to slow down; it goes on by itself."), retry_after=wait)
    # a gateway may give up on what the service behind it goes on doing
    if status >= 500:
        raise AnswerLostError(_("Upwork has trouble at the moment; we try again."))
    body = _json(response)
    if status == 403 and body is None:
        raise UndeliveredError(_("Upwork's gate turned us away for now; we try again in a moment."))
    if status >= 400:
        raise RequestRefusedError(_("Upwork refused the request (%(status)s).") % {"status": status})
    if body is None:
        raise AnswerLostError(_("Upwork answered with a web page instead of data; we try again in a moment."))
    return body


def _json(response: httpx2.Response) -> dict[str, object] | None:
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


def _data(name: str, answer: dict[str, object]) -> Node:
    errors = answer.get("errors") or []
    data = answer.get("data")
    if isinstance(errors, list) and errors:
        if not isinstance(data, dict) or all(value is None for value in data.values()):
            raise explain(errors)
        logger.info("upwork %s answered in part: %s errors", name, len(errors))
    if not isinstance(data, dict):
        raise AnswerLostError(_("Upwork's answer could not be read; we try again in a moment."))
    return Node(data, "data")
