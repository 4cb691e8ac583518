"""A real browser refuses what the policy forbids, and tells us."""

import time

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Product


def _reported(product: Product, directive: str) -> list[tuple]:
    for _attempt in range(100):
        if rows := product.ask(
            "SELECT directive, blocked, page, count FROM core_policyreport WHERE directive = %s ORDER BY id", directive
        ):
            return rows
        time.sleep(0.2)
    return []


@pytest.mark.expects_console(r"Content Security Policy|Refused|violates|ERR_|Failed to load")
def test_what_the_browser_refuses_is_reported(page: Page, product: Product):
    page.goto(f"{product.url}/accounts/login/")

    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const picture = new Image();
            picture.src = "https://cdn.evil.example/a.png?person=anna";
            document.body.append(picture);
        }"""
    )

    assert page.evaluate("window.ran") is None
    assert _reported(product, "script-src-elem")[0][:3] == ("script-src-elem", "inline", "/accounts/login/")
    assert _reported(product, "img-src")[0][:3] == ("img-src", "https://cdn.evil.example", "/accounts/login/")


@pytest.mark.expects_console(r"X-Frame-Options|frame-ancestors|Framing|refused|ERR_|Content Security")
def test_no_other_page_can_frame_ours(page: Page, product: Product, tmp_path):
    page.goto(f"{product.url}/health/live/")
    page.set_content(f'<iframe src="{product.url}/accounts/login/" width="600" height="400"></iframe>')
    page.wait_for_timeout(1_500)

    frame = page.frames[-1]

    assert frame.locator("#id_login").count() == 0
