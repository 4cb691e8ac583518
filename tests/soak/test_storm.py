"""A storm over the running product: kill -9 of any process, again and again, while jobs arrive and letters leave.

`make soak` runs it for ten minutes; SOAK_MINUTES says otherwise.
"""

import os
import random
import re
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from dev.product import running_product

MINUTES = float(os.environ.get("SOAK_MINUTES") or 10)
DEMO = {"login": "demo@bidwright.example", "password": "Demo-pass-2026!"}
SETTINGS = {
    "UPWORK_POLL_SECONDS": "5", "SEND_UNDO_SECONDS": "4", "SANDBOX_AI_WORDS_PER_SECOND": "60",
    "RATE_LIMIT_ANONYMOUS": "1000", "RATE_LIMIT_ACCOUNT": "6000",  # no person is as quick as a test
}  # fmt: skip
CALM_SECONDS = 2000  # at most; the longest wait of a letter is over by then, and mostly it ends much sooner
OF_THE_STORM = (httpx2.HTTPError, psycopg.Error, KeyError)
OUR_PROPOSALS = """
SELECT job.upwork_id, proposal.status, proposal.send_state
FROM proposals_proposal AS proposal JOIN jobs_job AS job ON job.id = proposal.job_id WHERE job.upwork_id = ANY(%s)
"""


@dataclass(slots=True)
class Storm:
    environment: dict[str, str]
    dice: random.Random
    killed: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)

    @property
    def victims(self) -> dict[str, str]:
        """A pattern of the command line for each kind of process; ports tell ours from others'."""
        ports = {name: urlsplit(self.environment[name]).port for name in ("DATABASE_URL", "REDIS_URL", "SANDBOX_URL")}
        return {
            "worker": r"-A config worker",
            "beat": r"-A config beat",
            "web": rf"granian .*--port {urlsplit(self.environment['BASE_URL']).port} .*dev\.web",
            "sandbox": rf"granian .*--port {ports['SANDBOX_URL']} .*dev\.sandbox",
            "postgres": rf"bin/postgres .*port={ports['DATABASE_URL']}",
            "valkey": rf"valkey-server 127\.0\.0\.1:{ports['REDIS_URL']}",
        }

    def kill(self, name: str) -> None:
        found = [pid for pid, command in self._processes() if re.search(self.victims[name], command)]
        for pid in found:
            os.kill(pid, signal.SIGKILL)
            self.killed.append(name)

    def _processes(self):
        """Those of our product: the engines by their ports, the rest by the address in their environment."""
        mark = f"BASE_URL={self.environment['BASE_URL']}\0"
        for entry in os.scandir("/proc"):
            try:
                with open(f"/proc/{entry.name}/cmdline") as file:
                    command = file.read().replace("\0", " ")
                with open(f"/proc/{entry.name}/environ") as file:
                    is_ours = mark in file.read() + "\0"
            except (OSError, UnicodeDecodeError):
                continue
            if is_ours or "bin/postgres" in command or "valkey-server" in command:
                yield int(entry.name), command

    def ask(self, query: str, *arguments: object) -> list[tuple]:
        with psycopg.connect(
            self.environment["DATABASE_URL"], connect_timeout=5, options="-c bidwright.owner=*"
        ) as connection:
            return connection.execute(query, arguments).fetchall()

    def post_job(self) -> None:
        number = len(self.posted)
        job = {
            "specialty": "python-backend",
            "title": f"Django job of the storm {number}",
            "skills": ["Django", "Python"],
            "scam": "",
            "trap": "",
        }
        answer = httpx2.post(f"{self.environment['SANDBOX_URL']}/upwork/control/jobs", json=job, timeout=30)
        self.posted.append(answer.json()["id"])

    def ledger(self) -> list[str]:
        answer = httpx2.get(f"{self.environment['SANDBOX_URL']}/upwork/control/ledger", timeout=30)
        return [str(proposal["job_id"]) for proposal in answer.json()["proposals"]]


class Person:
    """Goes through the pages as one without JavaScript does; what fails in a storm is simply tried again."""

    def __init__(self, base_url: str) -> None:
        self.client = httpx2.Client(base_url=base_url, follow_redirects=True, timeout=30)

    def post(self, page: str, path: str, fields: dict[str, str]) -> httpx2.Response:
        self.client.get(page).raise_for_status()
        token = {"csrfmiddlewaretoken": self.client.cookies["csrftoken"]}
        return self.client.post(path, data=fields | token, headers={"Referer": str(self.client.base_url)})

    def sign_in(self) -> None:
        if "/accounts/login/" in str(self.client.get("/jobs/").url):
            self.post("/accounts/login/", "/accounts/login/", DEMO)

    def draft(self, job_id: str) -> None:
        self.post(f"/jobs/{job_id}/", "/proposals/new/", {"job_id": job_id})

    def write_again(self, proposal_id: str) -> None:
        self.post(f"/proposals/{proposal_id}/", f"/proposals/{proposal_id}/rewrite/", {})

    def approve(self, proposal_id: str) -> None:
        self.post(f"/proposals/{proposal_id}/", f"/proposals/{proposal_id}/approve/", {"bid": "60"})


def work(storm: Storm, person: Person) -> None:
    """One turn of a busy person: draft for what has arrived, approve what is written, ask again where nothing came."""
    person.sign_in()
    fresh = storm.ask(
        "SELECT job.public_id::text FROM jobs_job AS job JOIN jobs_match AS found ON found.job_id = job.id"
        " LEFT JOIN proposals_proposal AS proposal ON proposal.job_id = job.id"
        " WHERE job.upwork_id = ANY(%s) AND proposal.id IS NULL LIMIT 2",
        storm.posted,
    )
    for (job_id,) in fresh:
        person.draft(job_id)
    written = storm.ask(
        "SELECT proposal.public_id::text FROM proposals_proposal AS proposal JOIN jobs_job AS job ON job.id = proposal.job_id"
        " WHERE job.upwork_id = ANY(%s) AND proposal.status = 'draft' AND proposal.current_version_id IS NOT NULL LIMIT 3",
        storm.posted,
    )
    for (proposal_id,) in written:
        person.approve(proposal_id)
    given_up = storm.ask(
        "SELECT proposal.public_id::text FROM proposals_proposal AS proposal JOIN jobs_job AS job ON job.id = proposal.job_id"
        " JOIN ai_generation AS generation ON generation.id = proposal.generation_id"
        " WHERE job.upwork_id = ANY(%s) AND proposal.current_version_id IS NULL AND generation.state = 'failed' LIMIT 3",
        storm.posted,
    )
    for (proposal_id,) in given_up:  # no provider answered for too long; the page offers this button
        person.write_again(proposal_id)


def is_settled(storm: Storm) -> bool:
    rows = storm.ask(OUR_PROPOSALS, storm.posted)
    return len(rows) == len(storm.posted) and all(state in {"sent", "failed"} for _, _, state in rows)


def _counted(names):
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())


@pytest.mark.soak
def test_storm_of_kills_loses_nothing_and_does_nothing_twice(tmp_path, capsys):
    with running_product(tmp_path, SETTINGS) as environment:
        storm, person = Storm(environment, random.Random(7)), Person(environment["BASE_URL"])
        end = time.monotonic() + MINUTES * 60
        while time.monotonic() < end:
            try:
                storm.post_job()
                time.sleep(storm.dice.uniform(1, 8))
                storm.kill(storm.dice.choice(sorted(storm.victims)))
                time.sleep(storm.dice.uniform(1, 8))
                work(storm, person)
            except OF_THE_STORM:
                time.sleep(1)
        calm = time.monotonic() + CALM_SECONDS
        is_done = False
        while not is_done and time.monotonic() < calm:
            with suppress(*OF_THE_STORM):  # what was killed last is still starting
                work(storm, person)
                is_done = is_settled(storm)
            time.sleep(2)
        ours = storm.ask(OUR_PROPOSALS, storm.posted)
        doubled = storm.ask(
            "SELECT owner_id, key, channel FROM notifications_delivery GROUP BY 1, 2, 3 HAVING count(*) > 1"
        )
        ledger = [job for job in storm.ledger() if job in storm.posted]
    with capsys.disabled():
        print(f"\n{MINUTES:g} minutes, {len(storm.posted)} jobs posted, {len(ours)} drafted, {len(ledger)} sent")
        print(f"{len(storm.killed)} killed: {_counted(storm.killed)}")
        print(f"proposals: {_counted(f'{status} {state}' for _, status, state in ours)}")

    assert len(storm.killed) > MINUTES  # it stormed
    assert is_done, "Not everything was sent or refused when the calm was over."
    assert sorted(job for job, _, _ in ours) == sorted(storm.posted)
    assert sorted(ledger) == sorted(job for job, _, state in ours if state == "sent")
    assert doubled == []
