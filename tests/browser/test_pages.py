"""Every page by axe, at both sizes, light and dark; by keyboard; and without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DEMO, Product, sign_in
from tests.browser.test_main_job import post_job

OPEN = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/upwork/login/",
    "/privacy/",
    "/nowhere/",
)
OWN = (
    "/jobs/",
    "/jobs/{job}/",
    "/jobs/weights/",
    "/jobs/searches/",
    "/jobs/searches/new/",
    "/proposals/",
    "/proposals/{proposal}/",
    "/notifications/",
    "/settings/profile/",
    "/settings/proofs/",
    "/settings/proofs/new/",
    "/settings/preferences/",
    "/settings/ai/",
    "/settings/keys/",
    "/settings/activity/",
    "/settings/privacy/",
    "/settings/security/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/settings/upwork/",
    "/welcome/",
    "/welcome/search/",
    "/sandbox/mail/",
)
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def places(product: Product) -> dict[str, str]:
    """One job and one proposal of the demo's, by their public ids."""
    [(job, proposal)] = product.ask(
        "SELECT (SELECT job.public_id FROM jobs_match AS found JOIN jobs_job AS job ON job.id = found.job_id"
        " WHERE found.owner_id = person.id LIMIT 1),"
        " (SELECT public_id FROM proposals_proposal WHERE owner_id = person.id LIMIT 1)"
        " FROM accounts_user AS person WHERE person.email = %s",
        DEMO[0],
    )
    return {"job": str(job), "proposal": str(proposal)}


@pytest.fixture(scope="module", params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def variant(request, browser: Browser, product: Product) -> Iterator[Page]:
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en", is_mobile=size == "phone",
        has_touch=size == "phone", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    sign_in(page, product.url)
    yield page
    context.close()


def assert_accessible(page: Page, path: str) -> None:
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    page.wait_for_load_state("networkidle")
    result = Axe().run(page)

    assert [f"{path}: {found['id']} {found['nodes'][0]['html'][:120]}" for found in result.response["violations"]] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= (page.viewport_size or {})["width"], f"{path} scrolls sideways"
    assert broken == []


@pytest.mark.parametrize("path", OWN)
def test_page_of_a_person_is_accessible(variant: Page, product: Product, places: dict[str, str], path: str):
    variant.goto(product.url + path.format(**places))

    assert_accessible(variant, path)


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.expects_console(r"404")
def test_open_page_is_accessible(page: Page, product: Product, path: str):
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(product.url + path)
            assert_accessible(page, path)


def test_feed_is_worked_by_keyboard(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    expect(page.locator("#match-list li.job").first).to_be_visible()

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}/"))
    expect(page.locator("#detail h1")).to_be_visible()


def test_main_job_works_without_javascript(without_javascript: Page, product: Product):
    page = without_javascript
    post_job(product, "Django job for a page without scripts")
    link = page.get_by_role("link", name="Django job for a page without scripts")
    for _attempt in range(30):
        page.goto(f"{product.url}/jobs/?q=scripts")
        if link.count():
            break
        page.wait_for_timeout(1_000)
    link.click()
    page.get_by_role("button", name="Draft letter").click()
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f-]{36}/"))
    expect(page.locator("textarea#id_text")).to_have_value(re.compile(r".{200,}", re.DOTALL), timeout=60_000)

    page.locator("textarea#id_text").fill("I build such things every week, and I read your posting twice. " * 6)
    page.get_by_role("button", name="Approve and send").first.click()

    expect(page.locator(".ed-tools .chip").filter(has_text=re.compile("Approved"))).to_be_visible()
    page.wait_for_timeout(6_000)
    for _attempt in range(20):
        page.reload()
        if page.locator(".ed-tools .chip").filter(has_text=re.compile("Sent|Viewed")).count():
            break
        page.wait_for_timeout(1_000)
    expect(page.locator(".ed-tools .chip").filter(has_text=re.compile("Sent|Viewed"))).to_be_visible()


def test_focus_goes_on_to_the_next_row_after_hiding(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    rows = page.locator("#match-list [data-key-open]")
    rows.nth(0).click()
    expect(page.locator("#pane-marks summary")).to_be_visible()
    following = rows.nth(1).inner_text()

    page.locator("#pane-marks summary").focus()
    page.keyboard.press("Enter")
    page.locator("#pane-marks .menu-item").first.focus()
    page.keyboard.press("Enter")

    expect(rows.filter(has_text=following).first).to_be_focused()


def test_focus_stays_on_the_mark_that_was_set(signed_in: Page, product: Product, places: dict[str, str]):
    page = signed_in
    page.goto(f"{product.url}/jobs/{places['job']}/")
    mark = page.locator("#pane-marks [data-key=s]")
    before = mark.get_attribute("aria-pressed")

    mark.focus()
    page.keyboard.press("Enter")

    expect(mark).not_to_have_attribute("aria-pressed", before or "")
    expect(mark).to_be_focused()
