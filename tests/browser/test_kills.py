"""kill -9 while the product works: nothing is lost, nothing is done twice."""

import os
import re
import signal
import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.browser.test_main_job import open_job, post_job

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], *, seconds: float = 60) -> Found:
    """Ask until the answer is true; the last answer fails the test when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def kill_worker(product: Product) -> None:
    """All workers of the product; after an earlier kill they may be on their way back still."""
    workers = eventually(lambda: product.processes(r"celery .*config worker"))
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGKILL)


def test_letter_is_finished_after_its_worker_was_killed(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    upwork_id = post_job(product, "Django job whose writer dies")
    open_job(page, product, "Django job whose writer dies")
    page.get_by_role("button", name="Draft letter").click()
    expect(page.locator("[data-stream]")).to_have_text(re.compile(r"\w+ \w+"), timeout=20_000)

    kill_worker(product)

    expect(page.locator("textarea#id_text")).to_have_value(re.compile(r"\w{3,}.{200,}", re.DOTALL), timeout=150_000)
    versions = product.ask(
        "SELECT version.number FROM proposals_version AS version JOIN proposals_proposal AS proposal"
        " ON proposal.id = version.proposal_id JOIN jobs_job AS job ON job.id = proposal.job_id WHERE job.upwork_id = %s",
        upwork_id,
    )
    assert versions == [(1,)]


def test_jobs_are_complete_and_single_after_kills_during_sync(product: Product):
    posted = []
    for number in range(6):
        posted.append(post_job(product, f"Django job of a stormy day {number}"))
        if number % 2:
            kill_worker(product)

    def arrived() -> bool:
        rows = product.ask("SELECT upwork_id FROM jobs_job JOIN jobs_match ON job_id = jobs_job.id")
        return set(posted) <= {upwork_id for (upwork_id,) in rows}

    assert eventually(arrived, seconds=120)
    doubled = product.ask(
        "SELECT key, channel, count(*) FROM notifications_delivery GROUP BY owner_id, key, channel HAVING count(*) > 1"
    )
    counts = product.ask("SELECT count(*) FROM jobs_job WHERE upwork_id = ANY(%s)", posted)
    assert (doubled, counts) == ([], [(6,)])
