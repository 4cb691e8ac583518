"""Ways in and out in a real browser: passkeys, codes, Upwork, sessions, and the alarm about a new device."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import Product, sign_in
from tests.browser.test_newcomer import PASSWORD, confirm_address, sign_up

SECURITY = "/settings/security/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def email(page: Page, product: Product) -> str:
    """A person of this test, signed in on `page`."""
    email = f"iryna-{time.time_ns()}@example.com"
    sign_up(page, product, email)
    confirm_address(page, product, email)
    page.wait_for_url(re.compile("/welcome/"))
    return email


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """Another device."""
    context = browser.new_context(locale="en", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def device(page: Page) -> CDPSession:
    """The fingerprint reader of this browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


def confirm(page: Page) -> None:
    """“Is it you?”"""
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def open_login(page: Page, product: Product) -> None:
    """The virtual browser chooses at once what autofill offers: the page may be left before it has loaded."""
    page.goto(f"{product.url}/accounts/login/", wait_until="commit")


def let_in(page: Page) -> None:
    expect(page).to_have_url(re.compile("/(welcome|jobs)/"), timeout=20_000)


def sign_out(page: Page, product: Product) -> None:
    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))


def add_passkey(page: Page, product: Product) -> None:
    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("link", name="Add one").click()
    confirm(page)
    page.get_by_label("Name").fill("MacBook")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("recovery-codes"))


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def test_passkey_is_added_opens_the_account_by_autofill_and_is_removed(
    page: Page, product: Product, email: str, device: CDPSession
):
    add_passkey(page, product)
    recovery = page.locator("#recovery-codes li").count()
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_text("Passkeys: MacBook")).to_be_visible()
    sign_out(page, product)

    open_login(page, product)
    let_in(page)

    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("link", name="Manage").click()
    page.get_by_role("link", name="Remove").click()
    confirm(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
    assert recovery == 10
    assert product.ask("SELECT count(*) FROM mfa_authenticator WHERE type = 'webauthn' AND user_id = "
                       "(SELECT id FROM accounts_user WHERE email = %s)", email) == [(0,)]  # fmt: skip


def test_passkey_opens_the_account_by_its_button(page: Page, product: Product, email: str, device: CDPSession):
    add_passkey(page, product)
    sign_out(page, product)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")  # an older browser
    page.goto(f"{product.url}/accounts/login/")

    page.get_by_role("button", name="Use a passkey").click()

    let_in(page)


def test_passkey_confirms_a_dangerous_step(page: Page, product: Product, email: str, device: CDPSession, other: Page):
    add_passkey(page, product)
    sign_out(page, product)
    open_login(page, product)
    let_in(page)
    page.goto(f"{product.url}{SECURITY}")

    page.get_by_role("link", name="Set up").click()
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use a key of this device").click()

    expect(page.get_by_role("heading", name="Set up the authenticator app")).to_be_visible()


def test_codes_are_set_up_asked_for_and_switched_off(page: Page, product: Product, email: str):
    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("link", name="Set up").click()
    confirm(page)
    width = page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)")
    page.locator("#id_code").fill(code_of(page.locator("#totp-secret").inner_text()))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    codes = page.locator("#recovery-codes li").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    sign_out(page, product)

    page.goto(f"{product.url}/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.locator("#id_code").fill(codes[0])
    page.locator("#id_code").press("Enter")
    let_in(page)
    page.goto(f"{product.url}{SECURITY}")
    expect(page.get_by_text("9 codes are left.")).to_be_visible()
    page.get_by_role("link", name="Switch off").click()
    confirm(page)
    page.get_by_role("button", name="Switch it off").click()

    expect(page.get_by_text("Second factor is off")).to_be_visible()
    assert width > 0
    assert download.value.path().read_text().split()[-10:] == codes


def test_session_ended_elsewhere_closes_its_open_page(page: Page, product: Product, email: str, other: Page):
    sign_in(other, product.url, email, PASSWORD)
    other.goto(f"{product.url}/settings/profile/")
    page.goto(f"{product.url}{SECURITY}")
    expect(page.get_by_text("This device")).to_have_count(1)

    page.get_by_role("button", name="End all others").click()
    confirm(page)

    expect(page.get_by_text("1 session has ended.")).to_be_visible()
    told = other.get_by_text("You are signed out.").or_(other.get_by_role("heading", name="Welcome back"))
    expect(told.first).to_be_visible()
    other.goto(f"{product.url}/jobs/")
    expect(other).to_have_url(re.compile("/accounts/login/"))


def test_alarm_about_a_new_device_shuts_the_intruder_out(page: Page, product: Product, email: str, other: Page):
    sign_in(other, product.url, email, PASSWORD)
    page.goto(f"{product.url}/sandbox/mail/")
    mail = page.locator("#mail-list section").filter(has_text=email).filter(has_text="New sign-in").first
    mail.get_by_role("link", name=re.compile("not-me")).click()

    page.get_by_role("button", name="It was not me: close it").click()
    expect(page.get_by_role("heading", name="Nobody is signed in any more")).to_be_visible()
    other.goto(f"{product.url}{SECURITY}")
    expect(other).to_have_url(re.compile("/accounts/login/"))
    page.goto(f"{product.url}/sandbox/mail/")
    letter = page.locator("#mail-list section").filter(has_text=email).filter(has_text="A new password").first
    letter.get_by_role("link", name=re.compile("reset.key")).click()
    page.locator("#id_password1").fill("Again-mine-2026!")
    page.locator("#id_password2").fill("Again-mine-2026!")
    page.get_by_role("button", name="Save the password").click()
    sign_in(page, product.url, email, "Again-mine-2026!")


def test_upwork_is_linked_and_signs_in(page: Page, product: Product, email: str):
    def allow(name: str | None = None) -> None:
        page.wait_for_url(re.compile("/sandbox/upwork/"))
        page.get_by_role("radio", name=name or re.compile("a new freelancer", re.IGNORECASE)).check()
        page.get_by_role("button", name="Allow").click()

    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("button", name="Link", exact=True).click()
    confirm(page)
    page.wait_for_url(re.compile("/sandbox/upwork/"))
    chosen = f"Iryna {time.time_ns()}"
    page.get_by_role("radio", name=re.compile("a new freelancer", re.IGNORECASE)).check()
    page.locator("[name=name]").fill(chosen)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(f"Linked to {chosen}.")).to_be_visible()
    sign_out(page, product)

    page.goto(f"{product.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with Upwork").click()
    allow(re.compile(chosen))

    let_in(page)


def test_address_is_changed_to_the_end_and_both_are_told(page: Page, product: Product, email: str):
    new = f"new-{email}"
    page.goto(f"{product.url}{SECURITY}")
    page.get_by_role("link", name="Change the e-mail").click()
    page.locator("#id_email").fill(new)
    page.get_by_role("button", name="Add").click()
    confirm(page)
    confirm_address(page, product, new)
    page.goto(f"{product.url}/accounts/email/")
    page.get_by_role("button", name="Make main").click()

    page.goto(f"{product.url}{SECURITY}")
    expect(page.get_by_role("paragraph").get_by_text(new, exact=True)).to_be_visible()
    page.goto(f"{product.url}/sandbox/mail/")
    for address in (email, new):
        told = page.locator("#mail-list section").filter(has_text=f"To {address}").filter(has_text="main address")
        expect(told.first).to_be_visible()


def test_sessions_end_without_a_script(product: Product, browser: Browser, page: Page, email: str):
    context: BrowserContext = browser.new_context(java_script_enabled=False, locale="en")
    plain = context.new_page()
    sign_in(plain, product.url, email, PASSWORD)
    plain.goto(f"{product.url}{SECURITY}")

    plain.get_by_role("button", name="End all others").click()
    confirm(plain)

    expect(plain.get_by_text("1 session has ended.")).to_be_visible()
    page.goto(f"{product.url}{SECURITY}")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    context.close()


def test_security_page_is_walked_by_keyboard(page: Page, product: Product, email: str):
    page.goto(f"{product.url}{SECURITY}")
    reached = set()

    for _step in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText.trim()"
            )
        )

    assert {"Change the e-mail", "Change the password", "Add one", "Set up", "Link", "All entries"} <= reached
