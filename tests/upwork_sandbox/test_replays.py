import csv
import gzip
import json

import pytest

from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.market.replays import read_rows
from apps.upwork.sandbox.market.sending import Application

START = 1_800_000_000.0
TECH = {
    "job_id": "1", "title": "Scraper for prices", "description": "Collect prices every day.", "skills": ["Python", "Scrapy"],
    "job_type": "hourly", "fixed_budget_usd": None, "hourly_low_usd": 20.0, "hourly_high_usd": 35.5, "experience_level": "Expert",
    "duration": "1 to 3 months", "work_hours": "30+ hrs/week", "proposals_tier": "20 to 50", "client_total_spent": 15000.0,
    "client_country": "United States", "client_hires": 96.0, "tracks": ["Python"],
}  # fmt: skip
GENERAL = {
    "job_id": "2", "title": "Zoom webinar", "category": "Translation", "specialty": "Live Interpretation", "job_type": "fixed",
    "fixed_budget_usd": "30.0", "hourly_rate_usd": "", "experience_level": "Entry level", "duration": "Less than 1 month",
    "freelancers_to_hire": "2", "proposals_tier": "Less than 5", "client_country": "Canada", "client_total_spent": "3817.42",
    "client_total_reviews": "20", "client_feedback": "4.9",
}  # fmt: skip


def lines(folder, rows, name="jobs.jsonl"):
    path = folder / name
    text = "\n".join(json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def table(folder, rows, name="jobs.csv"):
    path = folder / name
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def opened(folder, path, *, backlog=1, now=None):
    moment = now or [START]
    return Market.open(folder / "market.sqlite3", backlog=backlog, jobs_file=path, clock=lambda: moment[0])


def newest(market):
    row = market.reading().execute("SELECT id FROM job ORDER BY published_ms DESC, id DESC LIMIT 1").fetchone()
    return market.job(row["id"])


@pytest.mark.parametrize("name", ("jobs.jsonl", "jobs.jsonl.gz"))
def test_json_lines_are_read_plain_or_packed(tmp_path, name):
    assert list(read_rows(lines(tmp_path, [TECH, TECH], name))) == [TECH, TECH]


def test_a_line_becomes_a_posting_with_the_clients_facts(tmp_path):
    market = opened(tmp_path, lines(tmp_path, [TECH]))

    job = newest(market)
    client = market.client(job.client_id)

    assert (job.title, job.description, job.skills) == (TECH["title"], TECH["description"], ("Python", "Scrapy"))
    assert (job.kind, job.hourly_min_cents, job.hourly_max_cents, job.fixed_cents) == ("HOURLY", 2000, 3550, None)
    assert (job.level, job.duration, job.engagement, job.popularity) == ("EXPERT", "MONTH", "30+ hrs/week", 33.0)
    assert (client.country, client.hires, client.spent_cents) == ("United States", 96 + bool(job.closed_ms), 1500000)


def test_what_is_invented_does_not_contradict_the_file(tmp_path):
    rows = [TECH | {"client_country": country} for country in ("Canada", "Norway") for _ in range(6)]
    market = opened(tmp_path, lines(tmp_path, rows), backlog=len(rows))

    found = market.reading().execute("SELECT country, city, posted, hires FROM client WHERE hires >= 96").fetchall()

    cities = {country: {row["city"] for row in found if row["country"] == country} for country in ("Canada", "Norway")}
    assert len(found) == len(rows)
    assert cities["Canada"] <= {"Toronto", "Vancouver", "Montreal", "Calgary"}
    assert cities["Norway"] == {""}
    assert all(row["posted"] >= 96 for row in found)


def test_a_table_row_becomes_a_posting_in_its_category(tmp_path):
    market = opened(tmp_path, table(tmp_path, [GENERAL]))

    job = newest(market)

    assert (job.kind, job.fixed_cents, job.level, job.hires_wanted) == ("FIXED", 3000, "ENTRY_LEVEL", 2)
    assert (job.category_id, job.occupation) == ("531770282584862720", "Live Interpretation")
    assert job.description == "Zoom webinar"
    assert market.client(job.client_id).rating == 4.9


def test_replayed_postings_have_fresh_times_and_numbers(tmp_path):
    now = [START]
    rows = [{**TECH, "title": f"Job {number}"} for number in range(60)]
    market = opened(tmp_path, lines(tmp_path, rows), backlog=10, now=now)

    now[0] += 300

    found = market.reading().execute("SELECT id, title, published_ms FROM job").fetchall()
    fresh = [row for row in found if row["published_ms"] > START * 1000]
    assert 20 <= len(fresh) <= 50
    assert len({row["title"] for row in found}) == len(found)
    assert all(row["title"].startswith("Job ") for row in found)


def test_when_the_file_is_used_up_the_market_goes_on_by_itself(tmp_path):
    now = [START]
    market = opened(tmp_path, lines(tmp_path, [TECH]), now=now)

    now[0] += 120

    assert market.ledger()["jobs_posted"] > 5


def test_the_same_file_is_not_begun_again_another_one_is(tmp_path):
    first = lines(tmp_path, [{**TECH, "title": "First"}] * 3, "first.jsonl")
    second = lines(tmp_path, [{**TECH, "title": "Second"}] * 3, "second.jsonl")

    counts = []
    for path in (first, first, second):
        market = opened(tmp_path, path, backlog=2)
        counts.append(market.reading().execute("SELECT count(*) FROM job").fetchone()[0])

    assert counts == [2, 2, 4]


def test_a_file_given_later_stands_alone_but_for_jobs_applied_to(tmp_path):
    before = opened(tmp_path, None, backlog=30)
    job = before.post_job(scam="", trap="", questions=())
    before.submit(before.freelancer(), Application(job.id, "A letter.", 100))

    after = opened(tmp_path, lines(tmp_path, [{**TECH, "title": f"Real {number}"} for number in range(40)]), backlog=20)

    found = after.reading().execute("SELECT title FROM job WHERE closed_ms IS NULL").fetchall()
    assert [row["title"] for row in found if not row["title"].startswith("Real")] == [job.title]
    assert len(found) > 5


def test_a_posting_without_a_price_or_skills_is_kept(tmp_path):
    bare = {
        **TECH,
        "hourly_low_usd": None,
        "hourly_high_usd": None,
        "skills": [],
        "client_hires": None,
        "client_country": None,
    }

    job = newest(opened(tmp_path, lines(tmp_path, [bare])))

    assert (job.hourly_min_cents, job.hourly_max_cents) == (None, None)
    assert job.skills == ("Web Development",)


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    (
        ({"work_hours": "More than 30 hrs/week"}, "engagement", "30+ hrs/week"),
        ({"work_hours": "not_sure"}, "engagement", None),
        ({"duration": "6+ months"}, "duration", "SEMESTER"),
        ({"duration": None}, "duration", None),
        ({"tracks": ["Android_Developer"]}, "occupation", "Mobile App Development"),
        ({"tracks": []}, "occupation", "Web Development"),
        ({"category": "Legal", "specialty": None}, "occupation", "Legal"),
        ({"experience_level": "Entry"}, "level", "ENTRY_LEVEL"),
        ({"proposals_tier": "0"}, "popularity", 15.0),
    ),
)
def test_words_of_the_files_become_words_of_the_marketplace(tmp_path, change, name, expected):
    assert getattr(newest(opened(tmp_path, lines(tmp_path, [TECH | change]))), name) == expected


def test_country_codes_become_names(tmp_path):
    market = opened(tmp_path, lines(tmp_path, [TECH | {"client_country": "USA"}]))

    assert market.client(newest(market).client_id).country == "United States"
