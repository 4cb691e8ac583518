import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from apps.upwork.sandbox.market import Market, postings
from apps.upwork.sandbox.records import snowflake

START = 1_800_000_000.0
MINUTE = 60


class Clock:
    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def market(tmp_path, clock):
    market = Market.open(tmp_path / "market.sqlite3", backlog=60, clock=clock)
    yield market
    market.close()


def jobs(market):
    return market.reading().execute("SELECT * FROM job ORDER BY id").fetchall()


def test_a_fresh_market_has_a_past_of_some_days(market, clock):
    published = [row["published_ms"] for row in jobs(market)]

    assert len(published) == 60
    assert min(published) < (START - 3.5 * 24 * 3600) * 1000
    assert max(published) <= START * 1000
    assert market.ledger()["jobs_closed"] > 5


def test_the_same_seed_makes_the_same_market(tmp_path, clock):
    first, second, other = (
        Market.open(tmp_path / f"{name}.sqlite3", seed=seed, backlog=30, clock=clock)
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )

    texts = [
        [(row["id"], row["title"], row["description"]) for row in jobs(market)] for market in (first, second, other)
    ]

    assert texts[0] == texts[1] != texts[2]


def test_postings_arrive_at_the_set_pace(market, clock):
    before = len(jobs(market))

    clock.now += 60 * MINUTE

    arrived = len(jobs(market)) - before
    assert 250 <= arrived <= 300  # six a minute, at most the number that is made up for


def test_nothing_is_posted_twice_when_looked_at_often(market, clock):
    clock.now += 2 * MINUTE
    first = [row["id"] for row in jobs(market)]

    again = [row["id"] for row in jobs(market)]

    assert first == again
    assert len(set(first)) == len(first)


def test_a_long_night_is_made_up_for_but_not_in_full(market, clock):
    before = len(jobs(market))

    clock.now += 5 * 24 * 3600

    arrived = len(jobs(market)) - before
    assert 250 <= arrived <= 320
    assert max(row["published_ms"] for row in jobs(market)) <= clock.now * 1000


def test_no_postings_at_a_pace_of_zero(market, clock):
    market.set_speed(jobs_per_minute=0)
    before = len(jobs(market))

    clock.now += 30 * MINUTE

    assert len(jobs(market)) == before


def test_two_processes_see_one_market(tmp_path):
    clock = Clock()
    database = tmp_path / "shared.sqlite3"
    markets = [Market.open(database, backlog=20, clock=clock) for _ in range(2)]
    clock.now += 10 * MINUTE
    barrier = threading.Barrier(8)

    def look(market):
        barrier.wait()
        market.advance()
        return market.ledger()["jobs_posted"]

    with ThreadPoolExecutor(8) as pool:
        counts = set(pool.map(look, markets * 4))

    assert len(counts) == 1
    assert counts == {len(jobs(markets[0]))}
    assert 20 + 40 <= counts.pop() <= 20 + 80


def test_a_market_is_begun_once_by_whoever_comes_first(tmp_path):
    clock, database = Clock(), tmp_path / "race.sqlite3"

    with ThreadPoolExecutor(6) as pool:
        markets = list(pool.map(lambda _: Market.open(database, backlog=15, clock=clock), range(6)))

    assert [len(jobs(market)) for market in markets] == [15] * 6


def test_state_survives_a_restart(tmp_path, clock):
    database = tmp_path / "again.sqlite3"
    first = Market.open(database, seed=3, backlog=10, clock=clock)
    first.set_speed(speed=4)
    job = first.post_job(title="Still here")
    first.close()

    second = Market.open(database, seed=99, backlog=10, clock=clock)

    assert second.job(job.id).title == "Still here"
    assert len(jobs(second)) == 11


def test_a_posting_takes_what_is_given_and_makes_up_the_rest(market):
    job = market.post_job(title="Mine", skills=("Rust",), client={"country": "Iceland", "hires": 9}, specialty="devops")

    assert (job.title, job.skills, job.specialty) == ("Mine", ("Rust",), "devops")
    assert job.description
    assert market.client(job.client_id).country == "Iceland"


def test_an_unknown_fact_of_a_posting_is_refused(market):
    with pytest.raises(ValueError, match="no colour"):
        market.post_job(colour="red")


def test_ids_of_postings_are_snowflakes_in_order_of_time(market):
    rows = jobs(market)

    assert all((row["id"] >> 22) + 1288834974657 == row["created_ms"] for row in rows)
    assert snowflake(1_700_000_000_000, 5) == ((1_700_000_000_000 - 1288834974657) << 22) + 5


def test_applicants_come_fast_at_first_and_stay_when_the_job_closes(market):
    job = market.post_job(popularity=40.0)
    hour, day = job.created_ms + postings.HOUR, job.created_ms + postings.DAY
    closed = market.job(job.id)

    counts = [postings.applicants(closed, at, 0) for at in (job.created_ms, hour, day, day * 2)]

    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[1] > counts[3] / 20
    assert postings.applicants(closed, day, 3) == counts[2] + 3


def test_postings_are_edited_renewed_and_closed_as_time_passes(market, clock):
    for _ in range(4):
        clock.now += 24 * 3600
        market.advance()

    ledger = market.ledger()

    assert ledger["jobs_edited"] > 0
    assert ledger["jobs_renewed"] > 0
    assert ledger["jobs_closed"] > 20
    edited = (
        market.reading()
        .execute("SELECT description FROM job WHERE description LIKE '%EDIT:%' OR description LIKE '%UPDATE%'")
        .fetchall()
    )
    assert edited


def test_the_same_job_is_posted_again(market, clock):
    for _ in range(6):
        clock.now += 50 * MINUTE
        market.advance()

    row = market.reading().execute(
        "SELECT new.*, old.description AS before FROM job AS new JOIN job AS old ON old.id = new.repost_of"
        " WHERE new.client_id = old.client_id"
    ).fetchone()  # fmt: skip

    assert row is not None
    assert row["description"] == row["before"]


def test_a_job_with_a_talk_under_way_is_not_closed_by_time(market, clock):
    with market.writing() as db:
        job = postings.put_up(db, market.client(1), market.job(jobs(market)[0]["id"]), market.now_ms, 1)
        postings.plan(db, "fill", market.now_ms + 1000, job_id=job.id)
        db.execute(
            "INSERT INTO proposal VALUES (1, ?, ?, '', '[]', 1, 1, 'ACTIVATED', '', 1, 1, 'api', 1, 1)",
            (job.id, market.freelancer().id),
        )

    clock.now += 60

    assert market.job(job.id).closed_ms is None


def test_closing_archives_open_proposals(market):
    job = market.post_job()
    with market.writing() as db:
        db.execute(
            "INSERT INTO proposal VALUES (2, ?, ?, '', '[]', 1, 1, 'ACCEPTED', '', 0, 1, 'api', 1, 1)",
            (job.id, market.freelancer().id),
        )

    market.close_job(job.id, "HIRED")

    proposal = market.proposal(2)
    assert (proposal.status, proposal.reason) == ("ARCHIVED", "Another freelancer was hired")
    assert datetime.fromtimestamp(market.job(job.id).closed_ms / 1000, UTC).year == 2027


def test_new_freelancers_get_a_login_of_their_own(market):
    first, second = (market.add_freelancer(name="Ivan Petrenko", skills=["Go"]) for _ in range(2))

    assert (first.nid, second.nid) == ("ivanpetrenko", "ivanpetrenko2")
    assert first.id != second.id
    with pytest.raises(LookupError):
        market.freelancer("nobody")
