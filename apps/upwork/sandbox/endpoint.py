"""POST /graphql: limits, ordered faults, token, scopes, validation, then the answer, in the real server's shapes."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync, parse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from apps.upwork.sandbox import faults, grants, profiles, replies, resolvers, schema
from apps.upwork.sandbox.faults import Fault
from apps.upwork.sandbox.limits import RateLimit
from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.quirks import Quirks, get_quirks
from apps.upwork.sandbox.resolvers.context import Call
from apps.upwork.sandbox.store import count


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that could be read."""

    document: DocumentNode
    variables: dict[str, Any]
    operation: str | None


class Endpoint:
    """Answers GraphQL for one market."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.rate_limit = RateLimit(market.clock)

    async def graphql(self, request: Request) -> Response:
        body = await request.body()
        if early := self._turned_away(request):
            return early
        asked = _read(body)
        fault = await run_in_threadpool(self._fault, asked)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and (broken := replies.broken(fault.kind)):
            return broken
        if fault and fault.kind == "revoke":
            await run_in_threadpool(self._revoke, request)
        response = await run_in_threadpool(self._answer, request, asked)
        # a lost answer is one that was carried out: the case that must never lead to a second letter
        return PlainTextResponse("Bad Gateway", 502) if fault and fault.kind == "lost" else response

    def _turned_away(self, request: Request) -> Response | None:
        """What happens before anybody looks at the request."""
        quirks = get_quirks(self.market.store.read())
        agent = request.headers.get("user-agent", "")
        if quirks.user_agent and (not agent or agent.startswith("Python-urllib")):
            return replies.challenge()
        address = request.client.host if request.client else ""
        wait = self.rate_limit.wait(address) if quirks.rate_limit else 0
        if not wait:
            return None
        return replies.too_many(wait if quirks.retry_after else None)

    def _fault(self, asked: "Asked | Response") -> Fault | None:
        if not faults.pending(self.market.store.read()):
            return None
        names = schema.root_fields(asked.document) if isinstance(asked, Asked) else []
        with self.market.store.write() as db:
            return faults.take(db, names)

    def _revoke(self, request: Request) -> None:
        with self.market.store.write() as db:
            if caller := grants.caller(db, _bearer(request), self.market.now_ms):
                grants.revoke_all(db, caller.key.client_id, caller.freelancer.id)

    def _answer(self, request: Request, asked: "Asked | Response") -> Response:
        """Execute a document that passed every check; one transaction for each request."""
        quirks = get_quirks(self.market.store.read())
        caller = grants.caller(self.market.reading(), _bearer(request), self.market.now_ms)
        if caller is None:
            return JSONResponse({"message": "Authentication failed"}, 401)
        if isinstance(asked, Response):
            return asked
        if errors := _rejections(asked, caller, quirks):
            return JSONResponse({"data": None, "errors": errors})
        with self.market.writing() as db:
            tenant = request.headers.get("x-upwork-api-tenantid", "")
            call = Call(db, self.market, caller.freelancer, quirks, self.market.now_ms, tenant)
            for name in schema.root_fields(asked.document):
                count(db, f"api_{name}")
            return _execute(asked, call, caller)


def _read(body: bytes) -> "Asked | Response":
    try:
        payload = json.loads(body)
        document = parse(payload["query"], no_location=False)
    except GraphQLError as error:
        return JSONResponse({"errors": [replies.failure(f"Invalid Syntax : {error.message}", "InvalidSyntax")]})
    except (ValueError, KeyError, TypeError):
        return JSONResponse({"message": "Bad Request"}, 400)
    return Asked(document, payload.get("variables") or {}, payload.get("operationName"))


def _rejections(asked: Asked, caller: grants.Caller, quirks: Quirks) -> list[dict[str, Any]]:
    """Why a document is not executed: bad faith, mistakes, missing scopes, in that order."""
    if quirks.one_introspection and schema.count_introspections(asked.document) > 1:
        text = "This request is not asking for introspection in good faith - Query.__type is present too often!"
        return [replies.failure(text, "BadFaithIntrospection")]
    if errors := schema.check(asked.document):
        return errors
    blocked = profiles.BLOCKED[caller.key.profile] if quirks.scopes else frozenset()
    if missing := [name for name in schema.coordinates(asked.document) if name in blocked]:
        text = (
            "The client or authentication token doesn't have enough oauth2 permissions/scopes to access:"
            f" [{', '.join(missing)}]."
        )
        return [replies.failure(text)]
    return []


def _execute(asked: Asked, call: Call, caller: grants.Caller) -> Response:
    denied = profiles.DENIED[caller.key.profile] if call.quirks.scopes else frozenset[str]()
    result = execute_sync(
        schema.schema(), asked.document, root_value=resolvers.roots(denied), context_value=call,
        variable_values=asked.variables, operation_name=asked.operation,
    )  # fmt: skip
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_shape(error) for error in result.errors]
    return JSONResponse(answer)


def _shape(error: GraphQLError) -> dict[str, Any]:
    shaped: dict[str, Any] = {**error.formatted}
    unresolved = "ValidationError" if error.path is None else "DataFetchingException"
    shaped["extensions"] = {"classification": unresolved, **(error.extensions or {})}
    return shaped


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
