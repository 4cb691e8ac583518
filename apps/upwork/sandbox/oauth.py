"""The OAuth 2.0 endpoints: consent page, token, revocation."""

import asyncio
import base64
import binascii
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from apps.upwork.sandbox import faults, grants, pages, replies
from apps.upwork.sandbox.faults import Fault
from apps.upwork.sandbox.grants import OAuthError
from apps.upwork.sandbox.market import Market, people
from apps.upwork.sandbox.records import ApiKey, Freelancer


class OAuth:
    """The three endpoints of one market."""

    def __init__(self, market: Market) -> None:
        self.market = market

    async def authorize(self, request: Request) -> Response:
        """The page on which a person chooses whom to connect as, and its answer."""
        form = dict(await request.form()) if request.method == "POST" else {}
        asked = {**request.query_params, **{name: str(value) for name, value in form.items()}}
        return await run_in_threadpool(self._authorize, request, asked)

    async def token(self, request: Request) -> Response:
        """Only a fault ordered for "token" concerns this endpoint."""
        if fault := await run_in_threadpool(self._fault):
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else 0)
            if broken := replies.broken(fault.kind):
                return broken
        form = {name: str(value) for name, value in (await request.form()).items()}
        return await run_in_threadpool(self._answer, request, form, self._token)

    async def revoke(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return await run_in_threadpool(self._answer, request, form, self._revoke)

    def _fault(self) -> Fault | None:
        if not faults.pending(self.market.store.read()):
            return None
        with self.market.store.write() as db:
            return faults.take(db, ["token"], named_only=True)

    def _authorize(self, request: Request, asked: Mapping[str, str]) -> Response:
        key = grants.get_key(self.market.reading(), asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        # before the redirect is trusted: an answer there would make this an open redirect
        if problem := _problem(key, redirect_uri) or key is None:
            return HTMLResponse(pages.message(request, "This request cannot be answered", str(problem)), 400)
        if error := _refusal(asked):
            return _back(redirect_uri, asked, error=error)
        if request.method == "GET":
            return HTMLResponse(pages.consent(request, key, people.every(self.market.store.read()), asked))
        if asked.get("decision") != "allow":
            return _back(redirect_uri, asked, error="access_denied")
        person = self._chosen(asked)
        with self.market.writing() as db:
            code = grants.issue_code(db, key, person.id, redirect_uri, self.market.now_ms)
        response = _back(redirect_uri, asked, code=code)
        response.set_cookie("sandbox_freelancer", person.nid, httponly=True, samesite="lax")
        return response

    def _chosen(self, asked: Mapping[str, str]) -> Freelancer:
        if asked.get("freelancer", "new") != "new":
            return self.market.freelancer(asked["freelancer"])
        skills = [skill.strip() for skill in asked.get("skills", "").split(",") if skill.strip()]
        name, title = asked.get("name", "").strip() or "New Freelancer", asked.get("title", "").strip() or "Freelancer"
        return self.market.add_freelancer(name=name, title=title, skills=skills)

    def _answer(self, request: Request, form: dict[str, str], handle: Any) -> Response:
        try:
            with self.market.writing() as db:
                client_id, secret = _credentials(request, form)
                return JSONResponse(handle(db, grants.authenticate(db, client_id, secret), form))
        except OAuthError as error:
            return JSONResponse({"error": error.error, "error_description": error.description}, error.status)

    def _token(self, db: sqlite3.Connection, key: ApiKey, form: Mapping[str, str]) -> dict[str, Any]:
        match form.get("grant_type"):
            case "authorization_code":
                return grants.exchange_code(
                    db, key, form.get("code", ""), form.get("redirect_uri", ""), self.market.now_ms
                )
            case "refresh_token":
                return grants.refresh(db, key, form.get("refresh_token", ""), self.market.now_ms)
            case "client_credentials":
                raise OAuthError("unauthorized_client", "The client is not authorized to use this grant type")
            case None | "":
                raise OAuthError("invalid_request", "Missing parameters: grant_type")
            case _:
                raise OAuthError("unsupported_grant_type", "The grant type is not supported")

    def _revoke(self, db: sqlite3.Connection, key: ApiKey, form: Mapping[str, str]) -> dict[str, Any]:
        grants.revoke(db, key, form.get("token", ""))
        return {}


def _problem(key: ApiKey | None, redirect_uri: str) -> str:
    """What must not be answered by a redirect."""
    if key is None:
        return "The client_id is not known here."
    if not redirect_uri.startswith(("https://", "http://", "/")):
        return "The redirect_uri is missing."
    if key.redirect_uris and redirect_uri not in key.redirect_uris:
        return "The redirect_uri is not the one stored on the key."
    return ""


def _refusal(asked: Mapping[str, str]) -> str:
    if asked.get("scope"):
        return "invalid_scope"
    return "" if asked.get("response_type") == "code" else "unsupported_response_type"


def _back(redirect_uri: str, asked: Mapping[str, str], **answer: str) -> RedirectResponse:
    if "state" in asked:
        answer["state"] = asked["state"]
    return RedirectResponse(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer)}", 302)


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """From the body or from HTTP Basic; SDKs use both."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise OAuthError("invalid_client", "Client authentication failed", 401) from error
        return user, password
    return form.get("client_id", ""), form.get("client_secret", "")
