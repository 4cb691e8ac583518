"""One's own data in a real browser: taken along, given up, and kept after all."""

import json
import re
import time
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Product
from tests.browser.test_newcomer import PASSWORD, confirm_address, sign_up

PRIVACY = "/settings/privacy/"


@pytest.fixture
def email(page: Page, product: Product) -> str:
    """A person of this test, signed in on `page`."""
    email = f"maryna-{time.time_ns()}@example.com"
    sign_up(page, product, email)
    confirm_address(page, product, email)
    page.wait_for_url(re.compile("/welcome/"))
    return email


def confirm(page: Page, password: str = PASSWORD) -> None:
    """“Is it you?”"""
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")


def download(page: Page, folder) -> zipfile.ZipFile:
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    started.value.save_as(folder / "archive.zip")
    return zipfile.ZipFile(folder / "archive.zip")


def mails_to(page: Page, product: Product, email: str) -> list[str]:
    page.goto(f"{product.url}/sandbox/mail/")
    return page.locator("#mail-list section").filter(has_text=email).locator("h2").all_inner_texts()


def test_archive_is_asked_by_keyboard_and_appears_by_itself(page: Page, product: Product, email: str, tmp_path):
    page.goto(product.url + PRIVACY)
    page.get_by_role("button", name="Make the archive").focus()
    page.keyboard.press("Enter")
    confirm(page)

    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=60_000)

    archive = download(page, tmp_path)
    assert archive.testzip() is None
    assert [row["email"] for row in json.loads(archive.read("data/user.json"))] == [email]


def test_archive_is_made_without_javascript_too(without_javascript: Page, product: Product, tmp_path):
    page = without_javascript
    page.goto(product.url + PRIVACY)
    page.get_by_role("button", name=re.compile("Make")).click()
    confirm(page, DEMO[1])

    for _look in range(60):
        page.goto(product.url + PRIVACY)
        if page.get_by_role("link", name="Download").count():
            break
        time.sleep(1)

    assert "data/version.json" in download(page, tmp_path).namelist()


@pytest.mark.expects_console("422")
def test_account_is_given_up_and_kept_after_all(page: Page, product: Product, email: str):
    page.goto(product.url + PRIVACY)
    page.locator("#id_email").fill("somebody@example.com")
    page.locator("#id_email").press("Enter")
    confirm(page)
    expect(page.get_by_text("This is not the address of your account.")).to_be_visible()

    page.locator("#id_email").fill(email)
    page.locator("#id_email").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Your account is erased on"))).to_be_visible()
    page.get_by_role("button", name="Keep my account").click()

    expect(page.get_by_role("heading", name="Erase my account")).to_be_visible()
    for _look in range(30):
        if {"Your account will be erased", "Your account stays"} <= set(mails_to(page, product, email)):
            break
        time.sleep(1)
    assert {"Your account will be erased", "Your account stays"} <= set(mails_to(page, product, email))


def test_public_page_is_reached_from_the_sign_up(page: Page, product: Product):
    page.goto(f"{product.url}/accounts/signup/")

    page.get_by_role("link", name="Privacy").first.click()

    expect(page.get_by_role("heading", level=1, name="Privacy")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Letters, approvals and outcomes"))).to_be_visible()
