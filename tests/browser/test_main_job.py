"""The main job from end to end, in a browser, over the running product."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Product


def post_job(product: Product, title: str, **fields: object) -> str:
    """A job of the demo freelancer's kind appears on the marketplace; gives its id there."""
    job = {
        "specialty": "python-backend",
        "title": title,
        "skills": ["Django", "Python"],
        "scam": "",
        "trap": "",
        **fields,
    }
    return product.market("jobs", **job).json()["id"]


def reveal_job(page: Page, title: str) -> None:
    """Follow the announcements until the job is in the list: the market may announce others before it."""
    link, pill = page.get_by_role("link", name=title), page.locator("#live-pill button")
    for _announcement in range(10):
        expect(link.or_(pill).first).to_be_visible(timeout=30_000)
        if link.count():
            return
        pill.click()
        page.wait_for_timeout(500)


def open_job(page: Page, product: Product, title: str) -> None:
    """Wait for the job to be announced on the open page, then open it from the list."""
    reveal_job(page, title)
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def draft_letter(page: Page) -> None:
    page.get_by_role("button", name="Draft letter").click()
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f-]{36}/"))
    expect(page.locator("textarea#id_text")).to_have_value(re.compile(r"\w{3,}.{200,}", re.DOTALL), timeout=40_000)


def test_job_arrives_live_without_moving_the_list(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    first = page.locator("#match-list li h2").first
    before = first.inner_text()

    post_job(product, "Django developer for a tide table")

    expect(page.locator("#live-pill button")).to_be_visible(timeout=30_000)
    assert first.inner_text() == before
    reveal_job(page, "Django developer for a tide table")
    expect(page.get_by_role("link", name="Django developer for a tide table")).to_be_visible()


def test_letter_streams_is_edited_approved_sent_and_answered(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    upwork_id = post_job(product, "Speed up a slow Django checkout", questions=["Which Django version do you use?"])
    open_job(page, product, "Speed up a slow Django checkout")

    page.get_by_role("button", name="Draft letter").click()
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f-]{36}/"))
    stream = page.locator("[data-stream]")
    expect(stream).to_have_text(re.compile(r"\w+ \w+"), timeout=20_000)
    expect(page.locator("textarea#id_text")).to_be_visible(timeout=40_000)

    letter = page.locator("textarea#id_text")
    letter.fill(letter.input_value() + "\n\nI read every word of your posting myself.")
    expect(page.locator("[data-save-state]").first).to_contain_text("Saved", timeout=10_000)
    page.get_by_role("button", name="Approve and send").first.click()
    expect(page.get_by_role("status").filter(has_text="Sending in")).to_be_visible()
    expect(page.locator("#sending")).to_be_focused()

    expect(page.locator(".ed-tools .chip").filter(has_text=re.compile("Sent|Viewed"))).to_be_visible(timeout=30_000)
    [(text, state)] = product.ask(
        "SELECT version.text, proposal.send_state FROM proposals_proposal AS proposal"
        " JOIN proposals_version AS version ON version.id = approved_version_id"
        " JOIN jobs_job AS job ON job.id = proposal.job_id WHERE job.upwork_id = %s",
        upwork_id,
    )
    assert (text.endswith("I read every word of your posting myself."), state) == (True, "sent")


def test_undo_takes_the_letter_back_before_it_leaves(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    upwork_id = post_job(product, "Django job that is taken back")
    open_job(page, product, "Django job that is taken back")
    draft_letter(page)

    page.get_by_role("button", name="Approve and send").first.click()
    page.get_by_role("button", name="Undo").first.click()

    expect(page.get_by_role("button", name="Approve and send").first).to_be_visible()
    page.wait_for_timeout(6_000)  # longer than the time to undo: nothing may leave now
    assert upwork_id not in [str(row["job_id"]) for row in product.ledger()["proposals"]]


def test_second_approval_sends_nothing_twice(signed_in: Page, product: Product):
    page = signed_in
    page.goto(f"{product.url}/jobs/")
    upwork_id = post_job(product, "Django job approved in haste")
    open_job(page, product, "Django job approved in haste")
    draft_letter(page)

    page.get_by_role("button", name="Approve and send").first.dblclick()

    expect(page.locator(".ed-tools .chip").filter(has_text=re.compile("Sent|Viewed"))).to_be_visible(timeout=30_000)
    assert [str(row["job_id"]) for row in product.ledger()["proposals"]].count(upwork_id) == 1


def test_stranger_sees_nothing_of_the_demo(page: Page, product: Product):
    [(job_id,)] = product.ask(
        "SELECT job.public_id FROM jobs_match AS found JOIN jobs_job AS job ON job.id = found.job_id"
        " JOIN accounts_user AS person ON person.id = found.owner_id WHERE person.email = %s LIMIT 1",
        DEMO[0],
    )

    page.goto(f"{product.url}/jobs/{job_id}/")

    assert "/accounts/login/" in page.url
