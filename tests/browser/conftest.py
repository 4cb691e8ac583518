"""One whole product for all browser tests: real processes, real engines, the sandbox as the outside world."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from dev import chromium
from dev.environment import RUNNING, read_env_file
from dev.product import running_product

DEMO = ("demo@bidwright.example", "Demo-pass-2026!")
SETTINGS = {
    "UPWORK_POLL_SECONDS": "5", "SEND_UNDO_SECONDS": "4", "SANDBOX_AI_WORDS_PER_SECOND": "60",
    "RATE_LIMIT_ANONYMOUS": "1000", "RATE_LIMIT_ACCOUNT": "6000", "SIGN_UPS_PER_MINUTE": "1000",  # no person is as quick as a test
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share one product, so one worker of xdist runs them all."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True, slots=True)
class Product:
    """The running product, and ways to look behind its pages."""

    folder: Path
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return self.environment["BASE_URL"]

    def ask(self, query: str, *arguments: object) -> list[tuple]:
        with psycopg.connect(self.environment["DATABASE_URL"], options="-c bidwright.owner=*") as connection:
            return connection.execute(query, arguments).fetchall()

    def market(self, path: str, **fields: object) -> httpx2.Response:
        """Post to the control of the sandbox marketplace."""
        answer = httpx2.post(f"{self.environment['SANDBOX_URL']}/upwork/control/{path}", json=fields, timeout=20)
        assert answer.status_code < 300, answer.text
        return answer

    def ledger(self) -> dict[str, Any]:
        """What the sandbox marketplace has on its books."""
        return httpx2.get(f"{self.environment['SANDBOX_URL']}/upwork/control/ledger", timeout=20).json()

    def processes(self, pattern: str) -> list[int]:
        """The ids of the product's own processes of this kind."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                environment = (entry / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if re.search(pattern, command) and f"BASE_URL={self.url}\0" in environment + "\0":
                found.append(int(entry.name))
        return found


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[Product]:
    """A product of this run; BROWSER_PRODUCT=folder names one that runs already (`python -m dev.run --throwaway folder`)."""
    if not chromium.find():
        pytest.skip("no Chromium")
    if running := os.environ.get("BROWSER_PRODUCT"):
        yield Product(Path(running), read_env_file(Path(running) / RUNNING))
        return
    folder = tmp_path_factory.mktemp("product")
    with running_product(folder, SETTINGS) as environment:
        yield Product(folder, environment)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": chromium.find(), "args": list(chromium.ARGUMENTS)}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1440, "height": 900}, "locale": "en"}


@pytest.fixture(autouse=True)
def no_errors(request) -> Iterator[None]:
    """A page that logs an error, throws, or breaks the Content-Security-Policy fails its test."""
    if "page" not in request.fixturenames:
        yield
        return
    page: Page = request.getfixturevalue("page")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"thrown: {error}"))
    page.on(
        "console",
        lambda message: problems.append(f"{message.text} {message.location}") if message.type == "error" else None,
    )
    yield
    expected = request.node.get_closest_marker("expects_console")
    pattern = re.compile(expected.args[0] if expected else r"(?!)")
    assert [problem for problem in problems if not pattern.search(problem)] == []


def sign_in(page: Page, url: str, email: str = DEMO[0], password: str = DEMO[1]) -> None:
    page.goto(f"{url}/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile(r"/(jobs|welcome)/"))


@pytest.fixture
def signed_in(page: Page, product: Product) -> Page:
    """A page of the demo freelancer."""
    sign_in(page, product.url)
    return page


@pytest.fixture
def without_javascript(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="en", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, product.url)
    yield page
    context.close()
