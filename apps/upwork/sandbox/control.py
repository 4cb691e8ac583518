"""The control API: what a test, a demo or a curious person may make the sandbox do."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from apps.upwork.sandbox import faults, grants, pages
from apps.upwork.sandbox.market import Market, people
from apps.upwork.sandbox.quirks import get_quirks, put_quirks
from apps.upwork.sandbox.records import ApiKey, Job, Proposal

Handler = Callable[[Market, dict[str, Any]], dict[str, Any]]


class Control:
    """JSON in and JSON out; a form from the page is understood too and answered by the page."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def routes(self) -> list[Route]:
        return [
            Route("/", self.index, methods=["GET"]),
            Route("/control/", self.page, methods=["GET"]),
            Route("/control/ledger", self.ledger, methods=["GET"]),
            *(Route(f"/control/{name}", self._answering(handle), methods=["POST"]) for name, handle in ACTIONS.items()),
        ]

    async def index(self, request: Request) -> Response:
        return RedirectResponse(_back(request), 303)

    async def page(self, request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(pages.control, request, self.market))

    async def ledger(self, _: Request) -> Response:
        return JSONResponse(await run_in_threadpool(read_ledger, self.market))

    def _answering(self, handle: Handler) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            form = "json" not in request.headers.get("content-type", "json")
            given = {k: str(v) for k, v in (await request.form()).items() if v} if form else await _json(request)
            try:
                result = await run_in_threadpool(handle, self.market, given)
            except (ValueError, TypeError, LookupError) as error:
                return JSONResponse({"error": str(error)}, 400)
            return RedirectResponse(_back(request), 303) if form else JSONResponse(result)

        return answer


def _back(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/control/"


async def _json(request: Request) -> dict[str, Any]:
    body = await request.body()
    given: dict[str, Any] = json.loads(body) if body else {}
    return given


def read_ledger(market: Market) -> dict[str, Any]:
    counters, db = market.ledger(), market.store.read()
    rows = db.execute("SELECT * FROM proposal ORDER BY created_ms").fetchall()
    names = ("id", "job_id", "freelancer_id", "status", "viewed", "quality", "source", "connects", "created_ms")
    return {
        "counters": counters,
        "open_jobs": db.execute("SELECT count(*) FROM job WHERE closed_ms IS NULL").fetchone()[0],
        "proposals": [{name: row[name] for name in names} for row in rows],
    }


def post_job(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    for name in ("skills", "questions", "countries"):
        if isinstance(given.get(name), str):
            given[name] = tuple(part.strip() for part in given[name].split(",") if part.strip())
    return job_facts(market.post_job(**given))


def job_facts(job: Job) -> dict[str, Any]:
    return {**asdict(job), "id": str(job.id), "ciphertext": job.ciphertext}


def react(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    done = market.react(int(given["proposal"]), given["action"], str(given.get("text", "")))
    return {"done": done, **_proposal_facts(market.proposal(int(given["proposal"])))}


def _proposal_facts(proposal: Proposal | None) -> dict[str, Any]:
    return {"proposal": str(proposal.id), "status": proposal.status, "viewed": proposal.viewed} if proposal else {}


def fail(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    with market.store.write() as db:
        faults.order(
            db, given["kind"], calls=int(given.get("calls", 1)), operation=given.get("operation", ""),
            seconds=float(given.get("seconds", 3)),
        )  # fmt: skip
    return {"ordered": given["kind"]}


def heal(market: Market, _: dict[str, Any]) -> dict[str, Any]:
    with market.store.write() as db:
        faults.clear(db)
    return {"ordered": None}


def revoke(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    person = market.freelancer(given["freelancer"]).id if given.get("freelancer") else 0
    with market.store.write() as db:
        return {"revoked": grants.revoke_all(db, given.get("client_id", ""), person)}


def speed(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    rates = {name: float(given[name]) for name in ("speed", "jobs_per_minute") if given.get(name) is not None}
    market.set_speed(**rates)
    return rates


def quirks(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    """Switch habits of the real server: {"rate_limit": false}."""
    with market.store.write() as db:
        changed = replace(get_quirks(db), **{name: value in (True, "true", "on", "1") for name, value in given.items()})
        put_quirks(db, changed)
    return asdict(changed)


def edit_job(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    market.edit_job(int(given["job"]), str(given["description"]))
    return {"job": given["job"]}


def close_job(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    market.close_job(int(given["job"]), given.get("result", "CANCELLED"))
    return {"job": given["job"]}


def add_freelancer(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    person = market.add_freelancer(**given)
    return {**asdict(person), "id": str(person.id), "profile_key": people.profile_key(person)}


def set_connects(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    person = market.freelancer(given["freelancer"])
    with market.store.write() as db:
        db.execute("UPDATE freelancer SET connects = ? WHERE id = ?", (int(given["connects"]), person.id))
    return {"connects": int(given["connects"])}


def add_key(market: Market, given: dict[str, Any]) -> dict[str, Any]:
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    with market.store.write() as db:
        grants.register_keys(db, [ApiKey(**given)])
    return {"client_id": given["client_id"]}


ACTIONS: dict[str, Handler] = {
    "jobs": post_job, "jobs/edit": edit_job, "jobs/close": close_job, "reactions": react, "faults": fail,
    "faults/clear": heal, "revoke": revoke, "speed": speed, "quirks": quirks, "freelancers": add_freelancer,
    "connects": set_connects, "keys": add_key,
}  # fmt: skip
