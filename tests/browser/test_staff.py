"""Staff at work in a real browser: the admin in both looks and sizes, and acting for a freelancer by keyboard alone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dev.homes import CHECKOUT
from tests.browser.conftest import DEMO, Product, sign_in

STAFF = ("staff@bidwright.example", "Staff-pass-2026!")
PAGES = (
    "/admin/",
    "/admin/roles/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/auditentry/",
    "/admin/proposals/proposal/",
    "/admin/ai/ledgerentry/",
)
# Django's own markup, which we keep: it names things twice and skips levels of headings
OF_DJANGO = {
    "heading-order",
    "label-title-only",
    "landmark-unique",
    "region",
    "empty-table-header",
    "scrollable-region-focusable",
}


def code_of_staff(product: Product) -> str:
    """What the authenticator app of the demo's staff shows now."""
    command = [sys.executable, str(CHECKOUT / "manage.py"), "demo_code"]
    environment = {**os.environ, **product.environment}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def enter(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/accounts/login/")
    page.locator("#id_login").fill(STAFF[0])
    page.locator("#id_password").fill(STAFF[1])
    page.locator("#id_password").press("Enter")
    page.locator("#id_code").fill(code_of_staff(product))
    page.locator("#id_code").press("Enter")
    page.wait_for_url(re.compile("/admin/"))


@pytest.fixture(scope="module")
def colleague(browser: Browser, product: Product) -> Iterator[Page]:
    """A page of a member of staff; a code opens the door once in half a minute, so all tests share it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en", reduced_motion="reduce")
    page = context.new_page()
    enter(page, product)
    yield page
    context.close()


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("size", ((1440, 900), (390, 844)), ids=("desk", "phone"))
@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_staff_is_readable_in_our_colours(colleague: Page, product: Product, path, size, scheme):
    colleague.set_viewport_size({"width": size[0], "height": size[1]})
    colleague.emulate_media(color_scheme=scheme)
    colleague.goto(product.url + path)

    found = Axe().run(colleague).response["violations"]
    broken = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["id"] not in OF_DJANGO]
    assert broken == []
    assert colleague.evaluate("document.documentElement.scrollWidth") <= size[0]


def begin(page: Page, product: Product, reason: str) -> None:
    page.goto(f"{product.url}/admin/accounts/user/?q={DEMO[0]}")
    page.get_by_role("link", name=DEMO[0]).press("Enter")
    page.get_by_role("link", name="Begin").press("Enter")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/jobs/"))


@pytest.mark.expects_console("403")
def test_staff_act_for_a_person_in_sight_and_leave_again(colleague: Page, product: Product):
    page = colleague
    page.set_viewport_size({"width": 1440, "height": 900})
    begin(page, product, "Ticket 7: a card is in the wrong column")

    banner = page.locator(".acting")
    expect(banner).to_contain_text(DEMO[0])
    page.goto(f"{product.url}/proposals/")
    expect(banner).to_be_visible()
    page.goto(f"{product.url}/accounts/password/change/")
    expect(page.get_by_role("heading", name="This is theirs alone to do")).to_be_visible()
    banner.get_by_role("button", name="Stop").press("Enter")

    page.wait_for_url(re.compile("/admin/accounts/user/"))
    expect(banner).to_have_count(0)


def test_person_reads_who_acted_and_why(colleague: Page, page: Page, product: Product):
    begin(colleague, product, "Ticket 8: no new jobs")
    colleague.locator(".acting button").press("Enter")
    colleague.wait_for_url(re.compile("/admin/"))
    sign_in(page, product.url)
    page.goto(f"{product.url}/settings/activity/")

    page.get_by_label("What").select_option("staff")
    page.get_by_role("button", name="Show").press("Enter")

    expect(page).to_have_url(re.compile("kind=staff"))
    rows = page.locator("#activity .row")
    expect(rows.first).to_contain_text("Support stopped acting for you")
    expect(rows.nth(1)).to_contain_text("Ticket 8: no new jobs")
    expect(rows.filter(has_text="Signed in")).to_have_count(0)
