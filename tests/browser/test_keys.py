"""One's own keys in a real browser: by keyboard on a phone, without JavaScript, in both languages, and by axe."""

from itertools import product as product_of

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Product
from tests.browser.test_pages import SIZES, assert_accessible
from tests.browser.test_sign_in import confirm, email  # noqa: F401 a fixture is shared by importing it

KEYS = "/settings/keys/"
PHONE = {"width": 390, "height": 844}


def add(page: Page, product: Product, kind: str, **values: str) -> None:
    page.goto(f"{product.url}{KEYS}new/?kind={kind}")
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_label").press("Enter")
    page.wait_for_url(f"{product.url}{KEYS}")


def test_keys_are_kept_by_keyboard_on_a_phone(page: Page, product: Product, email: str):  # noqa: F811 the fixture above
    page.set_viewport_size(PHONE)
    page.goto(product.url + KEYS)
    page.get_by_role("link", name="Add a key").press("Enter")
    confirm(page)
    page.get_by_role("link", name="Enter it Anthropic").press("Enter")
    page.locator("#id_secret").fill("sk-ant-of-the-browser-Wm4c")
    page.locator("#id_secret").press("Enter")
    expect(page.get_by_text("•••• Wm4c")).to_be_visible()

    page.get_by_role("button", name="Test Anthropic").press("Enter")
    expect(page.get_by_text("Works", exact=True)).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Switch off Anthropic").press("Enter")
    expect(page.get_by_text("Switched off", exact=True)).to_be_visible()
    page.get_by_role("link", name="Replace Anthropic").press("Enter")
    page.locator("#id_secret").fill("bad-key-of-the-browser-0000")
    page.locator("#id_secret").press("Enter")
    page.get_by_role("button", name="Test Anthropic").press("Enter")
    expect(page.get_by_text("Refused", exact=True)).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Delete the key Anthropic").press("Enter")
    page.get_by_role("button", name="Delete", exact=True).press("Enter")

    expect(page.get_by_role("heading", name="No keys of your own")).to_be_visible()


def test_keys_are_kept_without_javascript(without_javascript: Page, product: Product):
    page = without_javascript
    page.goto(f"{product.url}{KEYS}new/?kind=openai")
    page.locator("#id_password").fill(DEMO[1])
    page.get_by_role("button", name="Confirm").click()
    page.locator("#id_secret").fill("sk-proj-without-a-script-7Qk2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("•••• 7Qk2")).to_be_visible()

    page.get_by_role("button", name="Test OpenAI").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    page.get_by_role("link", name="Delete the key OpenAI").click()
    page.get_by_role("button", name="Delete", exact=True).click()

    expect(page.get_by_text("•••• 7Qk2")).to_have_count(0)


@pytest.mark.expects_console(r"422")
def test_pages_of_keys_are_accessible_in_every_state_and_language(
    page: Page,
    product: Product,
    email: str,  # noqa: F811 the fixture above
):
    page.goto(f"{product.url}{KEYS}new/")
    confirm(page)
    add(page, product, "openai", secret="bad-key-0123456789-7Qk2", label="Work")
    add(page, product, "upwork", client_id="browser-f3a9", secret="hush")
    page.get_by_role("button", name="Test Work").click()
    expect(page.get_by_text("Refused", exact=True)).to_be_visible(timeout=20_000)
    links = [KEYS, f"{KEYS}new/", f"{KEYS}new/?kind=upwork"]
    page.goto(product.url + KEYS)
    links += [link.get_attribute("href") or "" for link in page.locator('a[href*="/delete/"]').all()]

    for language, (width, height), scheme in product_of(("en", "uk"), SIZES.values(), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.context.request.post(f"{product.url}/settings/language/", form=_switch(page, language))
        for link in links:
            page.goto(product.url + link)
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert_accessible(page, link)
        page.goto(f"{product.url}{KEYS}new/?kind=compatible")
        page.locator("#id_base_url").fill("http://10.0.0.7/v1")
        page.locator("#id_model").fill("qwen3")
        page.locator("#id_model").press("Enter")
        expect(page.locator(".error")).to_contain_text("OUTBOUND_PRIVATE_ALLOW")
        assert_accessible(page, "the form with an error")


def _switch(page: Page, language: str) -> dict[str, str]:
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    return {"language": language, "csrfmiddlewaretoken": token or ""}
