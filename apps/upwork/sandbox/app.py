"""The sandbox as one ASGI application, with the paths of the real servers."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from apps.upwork.sandbox import grants, pages
from apps.upwork.sandbox.control import Control
from apps.upwork.sandbox.endpoint import Endpoint
from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.oauth import OAuth
from apps.upwork.sandbox.quirks import Quirks, put_quirks
from apps.upwork.sandbox.records import ApiKey


def build(
    *,
    database: Path,
    clients: Iterable[ApiKey] = grants.DEFAULT_KEYS,
    jobs_file: Path | None = None,
    seed: int = 1,
    jobs_per_minute: float = 6.0,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """Open the market in this file and serve it; any number of processes may serve the same file."""
    market = Market.open(database, seed=seed, jobs_per_minute=jobs_per_minute, jobs_file=jobs_file, clock=clock)
    return serve(market, clients=clients)


def serve(
    market: Market, *, clients: Iterable[ApiKey] = grants.DEFAULT_KEYS, quirks: Quirks | None = None
) -> Starlette:
    with market.store.write() as db:
        grants.register_keys(db, clients)
        if quirks is not None:
            put_quirks(db, quirks)
    oauth, people_pages = OAuth(market), pages.Pages(market)
    app = Starlette(
        routes=[
            Route("/ab/account-security/oauth2/authorize", oauth.authorize, methods=["GET", "POST"]),
            Route("/api/v3/oauth2/token", oauth.token, methods=["POST"]),
            Route("/api/v3/oauth2/token/revoke", oauth.revoke, methods=["POST"]),
            Route("/graphql", Endpoint(market).graphql, methods=["POST"]),
            Route("/jobs/{ciphertext}", people_pages.job, methods=["GET"]),
            Route("/nx/proposals/job/{ciphertext}/apply/", people_pages.apply, methods=["GET", "POST"]),
            Route("/sandbox.css", pages.stylesheet, methods=["GET"]),
            *Control(market).routes(),
        ]
    )
    app.state.market = market
    return app
