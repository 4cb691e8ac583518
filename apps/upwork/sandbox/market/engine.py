"""The market: time passes whenever somebody looks, so any number of processes see the same one."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from apps.upwork.sandbox.market import history, people, postings, reactions, replays, sending, writer
from apps.upwork.sandbox.market.phrasebook import luck, specialties
from apps.upwork.sandbox.records import Client, Draft, Freelancer, Job, Proposal
from apps.upwork.sandbox.store import Store, get_setting, put_setting

MINUTE: Final = 60_000
BACKLOG: Final = 400
BACKLOG_DAYS: Final = 4
CATCH_UP: Final = 300  # most postings added after the sandbox was off


class Market:
    """One marketplace; every public method first lets happen what is due by now."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.clock = clock

    @classmethod
    def open(
        cls, database: Path, *, seed: int = 1, jobs_per_minute: float = 6.0, backlog: int = BACKLOG,
        jobs_file: Path | None = None, clock: Callable[[], float] = time.time,
    ) -> Self:  # fmt: skip
        """Open the market of this file; the first one to do so makes its past."""
        market = cls(Store(database), clock)
        with market.store.write() as db:
            if not get_setting(db, "seed"):
                put_setting(db, "seed", seed)
                put_setting(db, "speed", 1.0)
                put_setting(db, "jobs_per_minute", jobs_per_minute)
                people.add_cast(db)
                market._begin(db, backlog, jobs_file)
            elif jobs_file and get_setting(db, "jobs_file") != str(jobs_file):
                postings.make_room(db, market.now_ms)
                market._begin(db, backlog, jobs_file)
        return market

    @property
    def now_ms(self) -> int:
        return int(self.clock() * 1000)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction in a market that is up to date."""
        with self.store.write() as db:
            self._advance(db, self.now_ms)
            yield db
            self._note_next(db)

    def reading(self) -> sqlite3.Connection:
        self.advance()
        return self.store.read()

    def advance(self) -> None:
        """Let everything happen that is due by now."""
        if int(get_setting(self.store.read(), "next_due_ms", "0")) <= self.now_ms:
            with self.store.write() as db:
                self._advance(db, self.now_ms)

    def post_job(self, *, client: dict[str, Any] | None = None, specialty: str = "", **fields: Any) -> Job:
        """Post a job now; what is not given is made up. `client` changes facts of the client that is made up."""
        with self.writing() as db:
            rng, number = self._next(db)
            if unknown := set(fields) - set(Draft.__dataclass_fields__):
                raise ValueError(f"A posting has no {', '.join(sorted(unknown))}.")
            buyer, draft = postings.compose(db, rng)
            if client is not None:
                buyer = postings.add_client(db, replace(buyer, **{**client, "id": postings.next_client_id(db)}))
            if specialty or fields.get("scam") == "":
                kind = specialties()[specialty] if specialty else writer.pick_specialty(rng)
                draft = writer.write(rng, buyer, kind, honest=fields.get("scam") == "")
            return self._put_up(db, rng, (buyer, replace(draft, **fields)), self.now_ms, number)

    def close_job(self, job_id: int, result: str = "CANCELLED") -> None:
        with self.writing() as db:
            job = postings.get_job(db, job_id)
            if job and job.closed_ms is None:
                postings.close(db, job, result, self.now_ms)

    def edit_job(self, job_id: int, description: str) -> None:
        with self.writing() as db:
            if job := postings.get_job(db, job_id):
                postings.edit(db, job, description)

    def react(self, proposal_id: int, action: str, text: str = "") -> bool:
        """Let the client of a proposal do one thing now; False when the proposal is closed."""
        if action not in reactions.ACTIONS:
            raise ValueError(f"A client cannot {action}; there are {', '.join(reactions.ACTIONS)}.")
        with self.writing() as db:
            rng = self.chance(db, f"{action}{proposal_id}")
            return reactions.act(db, rng, action, proposal_id, self.now_ms, text=text)

    def submit(self, person: Freelancer, application: sending.Application) -> Proposal:
        """Send a proposal; raises `sending.RefusedError` with the marketplace's words."""
        with self.writing() as db:
            rng = self.chance(db, f"send{person.id}:{application.job_id}")
            return sending.submit(db, rng, person, application, self.now_ms)

    def add_freelancer(self, **facts: Any) -> Freelancer:
        with self.writing() as db:
            return people.add(db, **facts)

    def freelancer(self, key: int | str = people.DEMO) -> Freelancer:
        person = people.get(self.store.read(), key)
        if person is None:
            raise LookupError(f"The sandbox has no freelancer {key}.")
        return person

    def job(self, job_id: int) -> Job | None:
        return postings.get_job(self.reading(), job_id)

    def client(self, client_id: int) -> Client:
        return postings.get_client(self.store.read(), client_id)

    def proposal(self, proposal_id: int) -> Proposal | None:
        return reactions.get_proposal(self.reading(), proposal_id)

    def import_history(self, records: Sequence["history.Sent"], *, freelancer: str = people.DEMO) -> list[Proposal]:
        """Register proposals sent in the past with their outcomes; a job that is not known is posted with its facts."""
        with self.writing() as db:
            person = self.freelancer(freelancer)
            return [
                history.register(db, self.chance(db, f"h{number}"), person, sent, number)
                for number, sent in enumerate(records)
            ]

    def set_speed(self, *, speed: float | None = None, jobs_per_minute: float | None = None) -> None:
        with self.writing() as db:
            if speed is not None:
                put_setting(db, "speed", speed)
            if jobs_per_minute is not None:
                put_setting(db, "jobs_per_minute", jobs_per_minute)
                put_setting(db, "next_post_ms", self._pause(db, self.chance(db, "pause"), self.now_ms))

    def ledger(self) -> dict[str, int]:
        return {row["key"]: row["value"] for row in self.reading().execute("SELECT * FROM counter ORDER BY key")}

    def close(self) -> None:
        self.store.close()

    def chance(self, db: sqlite3.Connection, name: str) -> random.Random:
        """Chance that depends on the seed and on what it is for, never on who asks when."""
        return luck(f"{get_setting(db, 'seed')}:{name}")

    def _begin(self, db: sqlite3.Connection, backlog: int, jobs_file: Path | None) -> None:
        if jobs_file:
            replays.load_file(db, jobs_file, self.chance(db, "file"))
            put_setting(db, "jobs_file", jobs_file)
        span = BACKLOG_DAYS * postings.DAY
        for index in range(backlog):
            age = span * (1 - index / backlog) ** 1.5
            self._post_next(db, self.now_ms - round(age))
        put_setting(db, "next_post_ms", self._pause(db, self.chance(db, "pause"), self.now_ms))
        self._run_events(db, self.now_ms)
        self._note_next(db)

    def _advance(self, db: sqlite3.Connection, now_ms: int) -> None:
        due = int(get_setting(db, "next_post_ms", "0"))
        per_minute = float(get_setting(db, "jobs_per_minute"))
        if per_minute > 0:
            due = max(due, now_ms - round(CATCH_UP / per_minute * MINUTE))
            while due <= now_ms:
                rng = self._post_next(db, due)
                due = self._pause(db, rng, due)
            put_setting(db, "next_post_ms", due)
        self._run_events(db, now_ms)
        self._note_next(db)

    def _pause(self, db: sqlite3.Connection, rng: random.Random, at_ms: int) -> int:
        per_minute = float(get_setting(db, "jobs_per_minute"))
        return at_ms + round(rng.uniform(0.4, 1.6) / per_minute * MINUTE) if per_minute > 0 else 0

    def _note_next(self, db: sqlite3.Connection) -> None:
        event = db.execute("SELECT min(due_ms) FROM event").fetchone()[0]
        post = int(get_setting(db, "next_post_ms")) if float(get_setting(db, "jobs_per_minute")) > 0 else None
        put_setting(db, "next_due_ms", min((due for due in (event, post) if due is not None), default=2**62))

    def _next(self, db: sqlite3.Connection) -> tuple[random.Random, int]:
        number = int(get_setting(db, "posted", "0")) + 1
        put_setting(db, "posted", number)
        return self.chance(db, f"job{number}"), number

    def _post_next(self, db: sqlite3.Connection, at_ms: int) -> random.Random:
        rng, number = self._next(db)
        posting = replays.take(db, rng, number) or postings.compose(db, rng)
        self._put_up(db, rng, posting, at_ms, number)
        return rng

    def _put_up(
        self, db: sqlite3.Connection, rng: random.Random, posting: tuple[Client, Draft], at_ms: int, number: int
    ) -> Job:
        client, draft = posting
        job = postings.put_up(db, client, draft, at_ms, number)
        postings.plan_life(db, rng, client, job)
        return job

    def _run_events(self, db: sqlite3.Connection, now_ms: int) -> None:
        """What is due happens in order; an event may plan another one that is due as well."""
        while row := db.execute(
            "SELECT * FROM event WHERE due_ms <= ? ORDER BY due_ms, id LIMIT 1", (now_ms,)
        ).fetchone():
            db.execute("DELETE FROM event WHERE id = ?", (row["id"],))
            rng = self.chance(db, f"event{row['id']}")
            if row["proposal_id"] is None:
                postings.live(db, rng, row["kind"], row["job_id"], row["due_ms"])
            elif row["kind"] == "chat":
                reactions.chat(db, rng, row["proposal_id"], row["due_ms"])
            else:
                reactions.act(db, rng, row["kind"], row["proposal_id"], row["due_ms"])
