"""What the feed weighs over the wire, compressed, as a browser loads it for the first time."""

import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Request, sync_playwright

from bench.latency import sign_in
from dev import chromium
from dev.product import running_product

LIMIT_KB: Final = 60


def main() -> None:
    browser_path = chromium.find_or_install()
    if browser_path is None:
        print("Left out: no Chromium.")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_product(Path(folder)) as environment,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=browser_path, args=list(chromium.ARGUMENTS))
        signed_in = browser.new_context()
        page = signed_in.new_page()
        sign_in(page, environment["BASE_URL"])
        cookies = signed_in.cookies()
        fresh = browser.new_context()  # nothing cached
        fresh.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]  # the same shape, read back
        finished: list[Request] = []
        page = fresh.new_page()

        def note(request: Request) -> None:  # a bound method of a list cannot be marked, and Playwright marks handlers
            finished.append(request)

        page.on("requestfinished", note)
        page.goto(f"{environment['BASE_URL']}/jobs/", wait_until="networkidle")
        rows = [(request.resource_type, request.url, request.sizes()["responseBodySize"]) for request in finished]
        browser.close()
    print("| what | KB |\n|---|---|")
    for kind, url, size in sorted(rows, key=lambda row: -row[2]):
        print(f"| {kind} {url.rpartition('/')[2].partition('?')[0] or 'the page'} | {size / 1000:.1f} |")
    print(f"| **all** | **{sum(size for _kind, _url, size in rows) / 1000:.1f}** (limit {LIMIT_KB}) |")


if __name__ == "__main__":
    main()
