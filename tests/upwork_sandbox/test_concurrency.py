"""Many callers at once, one or two servers on the same file: nothing is lost and nothing is done twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.upwork.sandbox import app
from apps.upwork.sandbox.market import Market
from tests.upwork_sandbox.documents import SUBMIT, proposal_input
from tests.upwork_sandbox.server import Sandbox, running_sandbox, serving

CALLERS = 12


def at_once(call, times=CALLERS):
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: call(), range(times)))


@pytest.fixture
def job(sandbox):
    return sandbox.market.post_job(specialty="python-backend", scam="", trap="", questions=())


def test_twelve_submissions_at_once_make_one_proposal(sandbox, job):
    token, given = sandbox.tokens()["access_token"], {"input": proposal_input(sandbox, job)}
    before = sandbox.market.freelancer().connects

    answers = at_once(lambda: sandbox.graphql(SUBMIT, given, token=token).json()["data"]["createJobProposal"])

    outcomes = Counter(answer["status"] for answer in answers)
    [number] = {answer["newProposalId"] for answer in answers} - {None}
    assert outcomes == {"SUCCESS": 1, "FAILED": CALLERS - 1}
    assert {answer["error"][:8] for answer in answers if answer["error"]} == {"VJ-JA-10"}
    assert sandbox.market.freelancer().connects == before - sandbox.market.proposal(int(number)).connects


def test_a_code_used_by_many_at_once_gives_one_pair_of_tokens(sandbox):
    form = {
        "client_id": "sandbox-full", "client_secret": "sandbox-full-secret", "grant_type": "authorization_code",
        "code": sandbox.consent(), "redirect_uri": "http://127.0.0.1/callback",
    }  # fmt: skip

    statuses = Counter(
        answer.status_code for answer in at_once(lambda: sandbox.post("/api/v3/oauth2/token", data=form))
    )

    assert statuses == {200: 1, 400: CALLERS - 1}


def test_a_refresh_token_gives_every_caller_tokens_of_their_own(sandbox):
    form = {
        "client_id": "sandbox-full", "client_secret": "sandbox-full-secret", "grant_type": "refresh_token",
        "refresh_token": sandbox.tokens()["refresh_token"],
    }  # fmt: skip

    answers = at_once(lambda: sandbox.post("/api/v3/oauth2/token", data=form).json())

    assert len({answer["access_token"] for answer in answers}) == CALLERS
    assert len({answer["refresh_token"] for answer in answers}) == CALLERS


def test_a_fault_for_three_calls_breaks_three_of_many(sandbox):
    token = sandbox.tokens()["access_token"]
    sandbox.control("faults", kind="500", calls=3)

    statuses = Counter(
        answer.status_code for answer in at_once(lambda: sandbox.graphql("{ user { id } }", token=token))
    )

    assert statuses == {500: 3, 200: CALLERS - 3}


def test_counters_of_the_ledger_miss_nothing(sandbox):
    token = sandbox.tokens()["access_token"]
    before = sandbox.ledger()["counters"].get("api_countries", 0)

    at_once(lambda: sandbox.graphql("{ countries { name } }", token=token))

    assert sandbox.ledger()["counters"]["api_countries"] == before + CALLERS


def test_two_servers_on_one_file_are_one_marketplace(tmp_path):
    database = tmp_path / "shared.sqlite3"
    with running_sandbox(database=database) as api:
        second = Market.open(database)
        with serving(app.serve(second)) as url:
            pages = Sandbox(url, second, api.http)
            code = pages.consent(freelancer="jokafor")
            token = api.post(
                "/api/v3/oauth2/token",
                data={
                    "client_id": "sandbox-full", "client_secret": "sandbox-full-secret", "code": code,
                    "grant_type": "authorization_code", "redirect_uri": "http://127.0.0.1/callback",
                },
            ).json()["access_token"]  # fmt: skip
            name = api.graphql("{ user { name } }", token=token).json()["data"]["user"]["name"]
            job = pages.control("jobs", title="Posted on the other one")
            page = api.get(f"/jobs/{job['ciphertext']}").text
        second.close()

    assert name == "Joy Okafor"
    assert "Posted on the other one" in page


def test_two_servers_send_a_letter_once(tmp_path):
    database = tmp_path / "shared.sqlite3"
    with running_sandbox(database=database) as first:
        market = Market.open(database)
        with serving(app.serve(market)) as url:
            servers = [first, Sandbox(url, market, first.http)]
            job = first.market.post_job(specialty="scraping", scam="", trap="", questions=())
            token, given = first.tokens()["access_token"], {"input": proposal_input(first, job)}
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda server: server.graphql(SUBMIT, given, token=token).json(), servers * 4))
        market.close()

    statuses = Counter(answer["data"]["createJobProposal"]["status"] for answer in answers)
    assert statuses == {"SUCCESS": 1, "FAILED": 7}
