import re
from collections import Counter

import pytest

from apps.upwork.sandbox.market import letters, reactions
from apps.upwork.sandbox.market.history import Sent
from apps.upwork.sandbox.market.phrasebook import luck
from apps.upwork.sandbox.market.sending import Application, RefusedError
from tests.upwork_sandbox.server import running_sandbox

START = 1_800_000_000.0
GOOD = """You copy bookings from Outlook into Postgres by hand, and the nightly import doubles rows when it is started twice.
I fixed the same thing for a dental group: a Django import keyed on the provider's id, so that a second run changes
nothing. Double bookings went from 40 a week to none, and the run takes 90 seconds instead of 25 minutes. For your calendar sync I
would first write a test that shows the doubled rows, then make the import idempotent, then move it to Celery with retries. I
have built REST APIs with Django and PostgreSQL for nine years. Two questions: do staff edit bookings in Outlook at the same
time, and may I see a week of the import log? I could start on Monday and would show you the first test on Wednesday."""
LAZY = "Dear Sir, I am excited and a perfect fit with a proven track record. I have read your job. Hire me."
POSTING = {
    "title": "Django import doubles bookings", "skills": ("Django", "Python", "PostgreSQL"), "trap": "", "questions": (),
    "description": "Our nightly import copies bookings from an Outlook calendar into Postgres and doubles rows. Make the sync safe.",
    "kind": "HOURLY", "fixed_cents": None, "hourly_min_cents": 3000, "hourly_max_cents": 5000, "scam": "", "letter_required": True,
}  # fmt: skip


@pytest.fixture
def world():
    """A market whose clock the test moves."""
    now = [START]
    with running_sandbox(clock=lambda: now[0]) as sandbox:
        yield sandbox.market, now


def judge(job, letter, *, skills=("Django", "Python", "PostgreSQL"), answers=(), cents=4500):
    return letters.judge(job, letter=letter, answers=answers, skills=skills, cents=cents)


@pytest.fixture(scope="module")
def job(sandbox):
    return sandbox.market.post_job(**POSTING)


def test_a_concrete_letter_is_far_better_than_a_lazy_one(job):
    assert judge(job, GOOD).quality > 0.8
    assert judge(job, LAZY).quality < 0.2


@pytest.mark.parametrize(
    ("part", "better", "worse"),
    (
        ("match", {"letter": GOOD}, {"letter": GOOD, "skills": ("Figma",)}),
        ("read", {"letter": GOOD}, {"letter": "I can do it for you with care and in time. " * 12}),
        ("concrete", {"letter": GOOD}, {"letter": re.sub(r"\d|none|week", "some", GOOD)}),
        ("form", {"letter": GOOD}, {"letter": GOOD[:80]}),
        ("form", {"letter": GOOD}, {"letter": GOOD * 6}),
        ("form", {"letter": GOOD}, {"letter": GOOD, "cents": 20000}),
    ),
)
def test_each_part_of_the_opinion(job, part, better, worse):
    assert getattr(judge(job, **better), part) > getattr(judge(job, **worse), part)


def test_cliches_are_counted_and_cost(job):
    opinion = judge(job, f"{GOOD} I am a perfect fit, passionate about seamless work.")

    assert opinion.cliches == 3
    assert opinion.quality < judge(job, GOOD).quality


def test_a_trap_word_must_stand_at_the_start(sandbox):
    job = sandbox.market.post_job(**{**POSTING, "trap": "walnut"})

    obeyed, ignored, late = (judge(job, letter) for letter in (f"Walnut. {GOOD}", GOOD, f"{GOOD} walnut"))

    assert obeyed.obeyed
    assert not ignored.obeyed
    assert not late.obeyed
    assert obeyed.quality > 3 * ignored.quality


def test_unanswered_questions_halve_the_reading(sandbox):
    job = sandbox.market.post_job(**{**POSTING, "questions": ("How would you start?",)})

    answered = judge(job, GOOD, answers=(("How would you start?", "With a test that shows it."),))
    empty = judge(job, GOOD, answers=(("How would you start?", "yes"),))

    assert answered.read == 2 * empty.read


def shares(quality, *, welcome=False):
    rng = luck("3")
    seen = Counter(step for _ in range(4000) for step in reactions.steps(rng, quality, welcome=welcome))
    return {action: seen[action] / 4000 for action in reactions.ACTIONS}


def test_rates_are_believable():
    ordinary, excellent, lazy = shares(0.4), shares(0.9), shares(0.1)

    assert 0.06 <= ordinary["reply"] <= 0.10
    assert 0.2 <= excellent["reply"] <= 0.3
    assert lazy["reply"] <= 0.035
    assert lazy["view"] < ordinary["view"] < excellent["view"]
    assert all(
        rates["hire"] <= rates["offer"] <= rates["interview"] <= rates["reply"] <= rates["view"]
        for rates in (ordinary, excellent)
    )


def test_a_newcomer_with_a_decent_letter_is_always_looked_at():
    assert shares(0.5, welcome=True)["view"] == 1.0
    assert shares(0.5, welcome=True)["reply"] > 0.5


def send(market, letter=GOOD, **fields):
    job = market.post_job(**{**POSTING, **fields})
    return market.submit(market.freelancer(), Application(job.id, letter, 4500))


def test_first_good_proposals_are_viewed_within_ninety_seconds(world):
    market, now = world
    sent = [send(market).id for _ in range(3)]

    now[0] += 90

    assert [market.proposal(number).viewed for number in sent] == [True] * 3


def test_lazy_letters_get_no_welcome(world):
    market, now = world
    sent = [send(market, LAZY).id for _ in range(12)]

    now[0] += 3600

    assert sum(market.proposal(number).viewed for number in sent) < 6


def test_the_speed_divides_every_wait(world):
    market, now = world
    market.set_speed(speed=60)
    sent = send(market).id

    now[0] += 2

    assert market.proposal(sent).viewed


def test_some_good_letters_lead_all_the_way_to_a_contract(world):
    market, now = world
    with market.writing() as db:
        db.execute("UPDATE freelancer SET connects = 100000")
    for _ in range(120):
        send(market)

    now[0] += 2 * 3600

    statuses = Counter(row["status"] for row in market.reading().execute("SELECT status FROM proposal"))
    ledger = market.ledger()
    assert statuses["HIRED"] >= 1
    assert statuses["ACTIVATED"] >= 1
    assert statuses["DECLINED"] >= 1
    assert statuses["ACCEPTED"] > 60
    assert ledger["client_view"] > ledger["client_reply"] > ledger["client_hire"]
    contracts = market.reading().execute("SELECT count(*) FROM contract WHERE started_ms IS NOT NULL").fetchone()[0]
    assert contracts == statuses["HIRED"]


@pytest.mark.parametrize(
    ("action", "status", "messages"),
    (
        ("view", "ACCEPTED", 0), ("reply", "ACTIVATED", 1), ("interview", "ACTIVATED", 1), ("offer", "OFFERED", 1),
        ("hire", "HIRED", 1), ("decline", "DECLINED", 0),
    ),
)  # fmt: skip
def test_each_action_sets_the_status(world, action, status, messages):
    market, _ = world
    sent = send(market).id

    done = market.react(sent, action)

    proposal = market.proposal(sent)
    said = market.reading().execute("SELECT count(*) FROM story").fetchone()[0]
    assert (done, proposal.status, proposal.viewed, said) == (True, status, True, messages)


def test_a_closed_proposal_is_left_alone(world):
    market, now = world
    sent = send(market).id
    market.react(sent, "decline")

    assert market.react(sent, "reply") is False
    now[0] += 3600
    assert market.proposal(sent).status == "DECLINED"


def test_a_hire_counts_for_the_client(world):
    market, _ = world
    sent = send(market).id
    client_id = market.job(market.proposal(sent).job_id).client_id
    before = market.client(client_id).hires

    market.react(sent, "hire")

    assert market.client(client_id).hires == before + 1


def test_unknown_proposals_and_actions(world):
    market, _ = world

    assert market.react(404, "view") is False
    with pytest.raises(ValueError, match="dance"):
        market.react(send(market).id, "dance")


def test_refusals_leave_nothing_behind(world):
    market, _ = world
    person = market.freelancer()
    before = market.ledger().get("proposals_sent", 0)

    with pytest.raises(RefusedError, match="VJ-JA-21"):
        market.submit(person, Application(market.post_job(**POSTING).id, " ", 100))

    assert market.ledger().get("proposals_sent", 0) == before
    assert market.freelancer().connects == person.connects


def sent_at(outcome, days=10, **facts):
    return Sent(letter=GOOD, cents=4500, sent_ms=int((START - days * 86400) * 1000), outcome=outcome, **facts)


@pytest.mark.parametrize(
    ("outcome", "status", "viewed"),
    (
        ("sent", "ACCEPTED", False), ("viewed", "ACCEPTED", True), ("replied", "ACTIVATED", True), ("interviewed", "ACTIVATED", True),
        ("offered", "OFFERED", True), ("hired", "HIRED", True), ("declined", "DECLINED", True), ("withdrawn", "WITHDRAWN", False),
        ("archived", "ARCHIVED", False),
    ),
)  # fmt: skip
def test_history_is_registered_with_its_outcome(world, outcome, status, viewed):
    market, now = world

    [proposal] = market.import_history([sent_at(outcome, job=dict(POSTING))])

    assert (proposal.status, proposal.viewed) == (status, viewed)
    assert proposal.created_ms == int((START - 10 * 86400) * 1000)
    assert market.job(proposal.job_id).title == POSTING["title"]
    now[0] += 3600
    assert market.proposal(proposal.id).status == status


def test_the_same_history_is_not_registered_twice(world):
    market, _ = world
    job = market.post_job(**POSTING)

    first = market.import_history([sent_at("replied", job_id=job.id)])
    second = market.import_history([sent_at("replied", job_id=job.id)])

    assert first == second
    assert market.reading().execute("SELECT count(*) FROM proposal").fetchone()[0] == 1


def test_a_replied_history_has_a_room_with_its_messages(world):
    market, _ = world

    market.import_history([sent_at("interviewed", job=dict(POSTING))])

    authors = [row["author"] for row in market.reading().execute("SELECT author FROM story")]
    assert authors == ["client", "client"]
