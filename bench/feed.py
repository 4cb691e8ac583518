"""The feed with 25 cards of 100,000 jobs: queries, and application CPU under Granian WSGI as the Procfile starts it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

from bench.world import table, throwaway_database
from dev.engines import free_port

JOBS = 100_000
WARM_UP, REQUESTS = 100, 400
TICK = os.sysconf("SC_CLK_TCK")
FILL = """
INSERT INTO jobs_job (
    public_id, source, upwork_id, ciphertext, title, description, skills, questions, preferred_countries, category, subcategory,
    kind, hourly_min, hourly_max, currency, experience, duration, workload, applicants, freelancers_to_hire,
    cover_letter_required, client_country, client_city, client_hires, client_posted, client_reviews, client_rating,
    client_spent, client_verified, posted_at, first_seen_at, fetched_at, content_hash, search_vector
)
SELECT gen_random_uuid(), 'api', n::text, '~02' || n, 'Django developer for project number ' || n,
    repeat('Plain words that describe the work. ', 20), '{Django,PostgreSQL,HTMX}', '{}', '{}', 'web', 'python',
    'hourly', 40, 70, 'USD', 'expert', '1 to 3 months', '30+ hrs/week', n %% 50, 1, true, 'United States', 'Austin', 9, 12, 8, 4.8,
    40000, n %% 3 > 0, now() - n * interval '1 minute', now(), now(), '',
    ('''django'':1 ''develop'':2 ''project'':4 ''word' || n %% 500 || ''':6')::tsvector
FROM generate_series(1, %(jobs)s) AS n;
INSERT INTO jobs_match (
    public_id, owner_id, job_id, posted_at, score, parts, search_ids, hidden_reason, opened_at, created_at, updated_at
)
SELECT gen_random_uuid(), %(owner)s, id, posted_at, id %% 101, '[]', ARRAY[%(search)s], '',
    CASE WHEN posted_at < now() - interval '2 days' THEN now() END, now(), now()
FROM jobs_job;
ANALYZE jobs_job, jobs_match;
"""
ADDRESSES = ("/jobs/", "/jobs/?verified=on&score=60", "/jobs/?q=django+word7", "/jobs/?sort=best")


def fill() -> str:
    """100,000 jobs, all matched for one person; returns the key of a session of theirs."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from apps.accounts.services import complete_onboarding
    from apps.core.tenancy import Reason, everyone_scope, owner_scope
    from apps.jobs.models import SavedSearch

    person = get_user_model().objects.create_user("bench@example.com", "x")
    with owner_scope(person.pk):
        complete_onboarding(actor=person)
        search = SavedSearch.objects.create(owner=person, name="Django", any_words=["django"])
    with everyone_scope(Reason.DEMO), connection.cursor() as cursor:
        cursor.execute(FILL, {"jobs": JOBS, "owner": person.pk, "search": search.pk})
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def queries(session: str, address: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies["sessionid"] = session
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.content.count(b'class="job"') == 25, address
    return len(captured)


@contextmanager
def granian(database_url: str, **settings: str) -> Iterator[tuple[str, int]]:
    """The web process of the Procfile; yields its address and process id."""
    port = free_port()
    with tempfile.TemporaryDirectory() as static:
        environment = (
            os.environ
            | {"DATABASE_URL": database_url, "STATIC_ROOT": static, "LOG_LEVEL": "WARNING"}
            | {"RATE_LIMIT_ACCOUNT": "1000000"}  # counted as ever, and never reached
            | settings
        )
        environment.pop("DATABASE_POOL_SIZE", None)  # tests do without the pool
        run = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(run, env=environment, check=True)
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--port", str(port), "--no-log",
            "config.wsgi:application",
        ]  # fmt: skip
        with subprocess.Popen(command, env=environment) as process:
            try:
                yield f"http://127.0.0.1:{port}", process.pid
            finally:
                process.terminate()


def cpu_ms(pid: int) -> float:
    """User and system time of the process and its children so far."""
    return cpu_ms_of([pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())])


def cpu_ms_of(pids: Sequence[int]) -> float:
    ticks = 0
    for one in pids:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / TICK


def wait_for(client: httpx2.Client, url: str) -> None:
    for _attempt in range(300):
        try:
            client.get(f"{url}/health/live/")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} does not answer")


def cost(client: httpx2.Client, url: str, pid: int, *, warm_up: int = WARM_UP) -> tuple[float, int]:
    """CPU for each request in ms, and the size of the page, over keep-alive connections after a warm-up."""
    for _number in range(warm_up):
        client.get(url).raise_for_status()
    before = cpu_ms(pid)
    for _number in range(REQUESTS):
        response = client.get(url)
    return (cpu_ms(pid) - before) / REQUESTS, len(response.content)


def main() -> None:
    rows = []
    with throwaway_database() as database_url:
        session = fill()
        counts = [queries(session, address) for address in ADDRESSES]
        with (
            granian(database_url) as (url, pid),
            httpx2.Client(cookies={"sessionid": session}, headers={"Host": "testserver"}, timeout=30) as client,
        ):
            wait_for(client, url)
            for address, count in zip(ADDRESSES, counts, strict=True):
                spent, size = cost(client, f"{url}{address}", pid)
                rows.append((address, count, f"{spent:.2f}", f"{size / 1024:.0f} KB"))
    print(f"25 cards of {JOBS:,} jobs, Granian WSGI with two workers, {REQUESTS} requests after {WARM_UP}.\n")
    table(("page", "queries (target 8)", "application CPU, ms (target 6)", "HTML, uncompressed"), rows)


if __name__ == "__main__":
    main()
