"""Chromium on the workbench; a page that breaks the content policy or throws fails its test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from dev import chromium
from tests.pages.browser.workbench import Workbench, running_workbench


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": list(chromium.ARGUMENTS)}


@pytest.fixture(scope="session")
def workbench() -> Iterator[Workbench]:
    with running_workbench() as workbench:
        yield workbench


@pytest.fixture
def bench(workbench) -> Workbench:
    workbench.reset()
    return workbench


@pytest.fixture
def page(page: Page, workbench: Workbench) -> Iterator[Page]:
    """Opens on the workbench; events of ours are collected in `window.heard`."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    page.add_init_script(
        """window.heard = [];
        for (const name of ["bw:new_job", "bw:reconnected", "bw:undo_over", "bw:stream_over", "bw:saved", "bw:conflict"])
          document.addEventListener(name, (event) => window.heard.push([name, event.detail]));"""
    )
    page.set_default_timeout(10_000)
    yield page
    assert wrong == []
