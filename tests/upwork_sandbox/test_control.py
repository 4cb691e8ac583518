import pytest

from tests.upwork_sandbox.documents import nodes, search, send
from tests.upwork_sandbox.server import running_sandbox


def test_a_job_is_posted_with_the_facts_given(sandbox):
    facts = sandbox.control(
        "jobs", title="By remote", skills=["Go"], questions=["Why?"], kind="FIXED", fixed_cents=12300
    )

    node = nodes(search(sandbox))[0]

    assert (node["id"], node["ciphertext"], node["title"]) == (facts["id"], facts["ciphertext"], "By remote")
    assert node["amount"]["rawValue"] == "123.0"


def test_a_job_can_be_edited_and_closed(sandbox):
    number = sandbox.control("jobs", title="To change")["id"]

    sandbox.control("jobs/edit", job=number, description="Entirely new words: platypus.")
    found = nodes(search(sandbox, searchExpression_eq="platypus"))
    sandbox.control("jobs/close", job=number, result="HIRED")

    assert [node["id"] for node in found] == [number]
    assert nodes(search(sandbox, searchExpression_eq="platypus")) == []
    assert sandbox.market.job(int(number)).close_result == "HIRED"


def test_a_client_reacts_when_told(sandbox):
    job = sandbox.market.post_job(trap="", scam="", questions=())
    number = send(sandbox, job)["newProposalId"]

    answer = sandbox.control("reactions", proposal=number, action="reply", text="Hello there")

    assert answer == {"done": True, "proposal": number, "status": "ACTIVATED", "viewed": True}


def test_speed_and_pace_are_set_and_kept(sandbox):
    sandbox.control("speed", speed=5, jobs_per_minute=0)

    rows = sandbox.market.reading().execute("SELECT key, value FROM setting WHERE key IN ('speed', 'jobs_per_minute')")

    assert {row["key"]: float(row["value"]) for row in rows} == {"speed": 5.0, "jobs_per_minute": 0.0}


def test_tokens_are_revoked_for_one_freelancer(sandbox):
    mine, theirs = (sandbox.tokens(freelancer=nid)["access_token"] for nid in ("akovalenko", "jokafor"))

    sandbox.control("revoke", freelancer="jokafor")

    statuses = [sandbox.graphql("{ user { id } }", token=token).status_code for token in (mine, theirs)]
    assert statuses == [200, 401]


def test_keys_freelancers_and_quirks_are_added(sandbox):
    sandbox.control("keys", client_id="mine", client_secret="s", redirect_uris=["http://127.0.0.1/x"], profile="reader")
    person = sandbox.control("freelancers", name="Oksana Bondar", skills=["SEO"], title="SEO person")
    quirks = sandbox.control("quirks", user_agent="off")
    back = sandbox.control("quirks", user_agent=True)

    keys = sandbox.market.reading().execute("SELECT profile FROM api_key WHERE client_id = 'mine'").fetchall()
    assert [row["profile"] for row in keys] == ["reader"]
    assert person["nid"] == "oksanabondar"
    assert (quirks["user_agent"], back["user_agent"]) == (False, True)


def test_connects_are_topped_up(sandbox):
    sandbox.control("connects", freelancer="jokafor", connects=3)

    assert sandbox.market.freelancer("jokafor").connects == 3


@pytest.mark.parametrize(
    ("name", "given", "words"),
    (
        ("faults", {"kind": "meteor"}, "no fault meteor"),
        ("jobs", {"colour": "red"}, "no colour"),
        ("reactions", {"proposal": "1", "action": "dance"}, "cannot dance"),
        ("revoke", {"freelancer": "nobody"}, "no freelancer nobody"),
        ("quirks", {"gravity": False}, "gravity"),
        ("reactions", {}, "proposal"),
    ),
)
def test_wrong_orders_say_what_is_wrong(sandbox, name, given, words):
    answer = sandbox.post(f"/control/{name}", json=given)

    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_the_page_shows_the_state_and_takes_forms(sandbox):
    posted = sandbox.post("/control/jobs", data={"title": "From the page", "skills": "Go, Rust", "specialty": ""})

    page = sandbox.get("/control/").text

    assert posted.status_code == 303
    assert posted.headers["location"] == "/control/"
    assert "From the page" in page
    assert "sandbox-full-secret" in page
    assert "<script" not in page


def test_the_ledger_tells_everything_that_was_done():
    with running_sandbox(backlog=5) as sandbox:
        job = sandbox.market.post_job(trap="", scam="", questions=())
        number = send(sandbox, job)["newProposalId"]
        send(sandbox, job)
        sandbox.control("reactions", proposal=number, action="view")

        ledger = sandbox.ledger()

    assert ledger["counters"]["jobs_posted"] == 6
    assert ledger["counters"]["proposals_sent"] == 1
    assert ledger["counters"]["proposals_refused"] == 1
    assert ledger["counters"]["api_createJobProposal"] == 2
    assert ledger["counters"]["client_view"] == 1
    [proposal] = ledger["proposals"]
    assert (str(proposal["id"]), proposal["job_id"], proposal["viewed"]) == (number, job.id, 1)
