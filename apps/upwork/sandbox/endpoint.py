"""POST /graphql: limits, ordered faults, token, scopes, validation, then the answer, in the real server's shapes."""

import asyncio
import json
import math
from dataclasses import dataclass
from typing import Any, Final

from graphql import DocumentNode, GraphQLError, execute_sync, parse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from apps.upwork.sandbox import faults, grants, profiles, resolvers, schema
from apps.upwork.sandbox.faults import Fault
from apps.upwork.sandbox.limits import RateLimit
from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.quirks import Quirks, get_quirks
from apps.upwork.sandbox.resolvers.context import Call
from apps.upwork.sandbox.store import count

CHALLENGE: Final = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><p>Enable JavaScript and cookies to continue</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Asked:
    document: DocumentNode
    variables: dict[str, Any]
    operation: str | None

    @property
    def is_mutation(self) -> bool:
        return schema.operation_kind(self.document, self.operation) == "mutation"


class Endpoint:
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
        if fault and (response := await run_in_threadpool(self._fail, fault, request)):
            return response
        response = await run_in_threadpool(self._answer, request, asked)
        return PlainTextResponse("Bad Gateway", 502) if fault and fault.kind == "lost" else response

    def _turned_away(self, request: Request) -> Response | None:
        """What happens before anybody looks at the request."""
        quirks = get_quirks(self.market.store.read())
        agent = request.headers.get("user-agent", "")
        if quirks.user_agent and (not agent or agent.startswith("Python-urllib")):
            return HTMLResponse(CHALLENGE, 403)
        address = request.client.host if request.client else ""
        wait = self.rate_limit.wait(address) if quirks.rate_limit else 0
        if not wait:
            return None
        return _too_many(wait if quirks.retry_after else None)

    def _fault(self, asked: "Asked | Response") -> Fault | None:
        if not faults.pending(self.market.store.read()):
            return None
        names = schema.root_fields(asked.document) if isinstance(asked, Asked) else []
        with self.market.store.write() as db:
            return faults.take(db, names)

    def _fail(self, fault: Fault, request: Request) -> Response | None:
        match fault.kind:
            case "500":
                return PlainTextResponse("Internal Server Error", 500)
            case "429":
                return _too_many(None)
            case "html":
                return HTMLResponse(CHALLENGE, 403)
            case "errors":
                return _failed("Exception occurred")
            case "transform-timeout":
                return _failed("Transform timeout")
            case "revoke":
                with self.market.store.write() as db:
                    if caller := grants.caller(db, _bearer(request), self.market.now_ms):
                        grants.revoke_all(db, caller.key.client_id, caller.freelancer.id)
        return None

    def _answer(self, request: Request, asked: "Asked | Response") -> Response:
        """Execute a document that passed every check; a mutation is one transaction."""
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
        return JSONResponse({"errors": [schema.failure(f"Invalid Syntax : {error.message}", "InvalidSyntax")]})
    except (ValueError, KeyError, TypeError):
        return JSONResponse({"message": "Bad Request"}, 400)
    return Asked(document, payload.get("variables") or {}, payload.get("operationName"))


def _rejections(asked: Asked, caller: grants.Caller, quirks: Quirks) -> list[dict[str, Any]]:
    """Why a document is not executed: bad faith, mistakes, missing scopes, in that order."""
    if quirks.one_introspection and schema.count_introspections(asked.document) > 1:
        text = "This request is not asking for introspection in good faith - Query.__type is present too often!"
        return [schema.failure(text, "BadFaithIntrospection")]
    if errors := schema.check(asked.document):
        return errors
    blocked = profiles.BLOCKED[caller.key.profile] if quirks.scopes else frozenset()
    if missing := [name for name in schema.coordinates(asked.document) if name in blocked]:
        text = (
            "The client or authentication token doesn't have enough oauth2 permissions/scopes to access:"
            f" [{', '.join(missing)}]."
        )
        return [schema.failure(text)]
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


def _failed(message: str) -> Response:
    return JSONResponse({"data": None, "errors": [schema.failure(message, "DataFetchingException")]})


def _too_many(wait: float | None) -> Response:
    headers = {"Retry-After": str(math.ceil(wait))} if wait is not None else None
    return PlainTextResponse("Too Many Requests", 429, headers=headers)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
