"""A new person: from the front page to matches of their own, and nothing of anybody else's."""

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product

PASSWORD = "Fresh-pass-2026!"


def sign_up(page: Page, product: Product, email: str) -> None:
    page.goto(product.url)
    page.get_by_role("link", name="Start free").first.click()
    page.locator("#id_email").fill(email)
    page.locator("#id_password1").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def confirm_address(page: Page, product: Product, email: str) -> None:
    page.goto(f"{product.url}/sandbox/mail/")
    mail = page.locator("#mail-list section").filter(has_text=email).first
    mail.get_by_role("link", name=re.compile("confirm-email")).first.click()
    page.get_by_role("button", name="Yes, confirm it").click()


def test_newcomer_reaches_matches_of_their_own(page: Page, product: Product):
    email = f"olena-{time.time_ns()}@example.com"  # a product that runs already may know her
    sign_up(page, product, email)
    confirm_address(page, product, email)
    page.wait_for_url(re.compile("/welcome/"))

    page.locator("[data-tokens] input:visible").first.fill("Graphic Design, Logo Design, Figma")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(re.compile("/welcome/search/"))
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(re.compile("/welcome/connect/"))
    page.get_by_role("button", name="Connect the sandbox").click()
    page.wait_for_url(re.compile("/sandbox/upwork/"))
    page.get_by_role("radio", name=re.compile("a new freelancer", re.IGNORECASE)).check()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(re.compile("/welcome/done/"))
    page.goto(f"{product.url}/jobs/")

    expect(page.locator("#match-list li.job").first).to_be_visible(timeout=60_000)
    owned = product.ask(
        "SELECT count(*) FROM jobs_match JOIN accounts_user ON accounts_user.id = owner_id WHERE email = %s",
        email,
    )
    page.goto(f"{product.url}/proposals/")
    assert owned[0][0] > 0
    assert page.locator(".pcard").count() == 0
