"""From a posting on the sandbox marketplace to the pill on an open page, through the real processes and a real browser."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx2
from playwright.sync_api import Page, sync_playwright

from dev import chromium
from dev.product import running_product

POLL_SECONDS: Final = 5
SAMPLES: Final = 30
DEMO: Final = ("demo@bidwright.example", "Demo-pass-2026!")


def main() -> None:
    browser_path = chromium.find_or_install()
    if browser_path is None:
        print("Left out: no Chromium.")
        return
    settings = {"UPWORK_POLL_SECONDS": str(POLL_SECONDS)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_product(Path(folder), settings) as environment,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=browser_path, args=list(chromium.ARGUMENTS))
        page = browser.new_page()
        sign_in(page, environment["BASE_URL"])
        delays = _measure(page, environment)
        browser.close()
    _print(sorted(delays))


def sign_in(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/accounts/login/")
    page.locator("#id_login").fill(DEMO[0])
    page.locator("#id_password").fill(DEMO[1])
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/jobs/")


def _measure(page: Page, environment: dict[str, str]) -> list[float]:
    """Post one job after another, each at another moment of the poll; only ours appear."""
    control = f"{environment['SANDBOX_URL']}/upwork/control"
    httpx2.post(f"{control}/speed", json={"jobs_per_minute": 0}, timeout=20)
    time.sleep(POLL_SECONDS * 3)
    page.goto(f"{environment['BASE_URL']}/jobs/")
    delays = []
    for number in range(SAMPLES):
        job = {"specialty": "python-backend", "title": f"Django job {number}", "skills": ["Django"], "scam": ""}
        started = time.monotonic()
        httpx2.post(f"{control}/jobs", json=job, timeout=20).raise_for_status()
        words = "1 new job" if number == 0 else f"{number + 1} new jobs"
        page.locator("#live-pill button", has_text=words).wait_for(timeout=60_000)
        delays.append(time.monotonic() - started)
        time.sleep(0.7)
    return delays


def _print(delays: list[float]) -> None:
    p95 = delays[round(0.95 * len(delays)) - 1]
    print("| posted → pill | seconds |\n|---|---|")
    print(f"| p50 | {statistics.median(delays):.2f} |")
    print(f"| p95 | {p95:.2f} |")
    print(f"| longest | {delays[-1]:.2f} |")
    print(f"| target: poll interval + 2 s | {POLL_SECONDS + 2} |")
    print(f"\n{len(delays)} postings, poll interval {POLL_SECONDS} s.")


if __name__ == "__main__":
    main()
