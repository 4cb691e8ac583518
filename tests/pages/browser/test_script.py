"""What else the script of the pages promises, each in a real browser under the real content policy."""

import re

from playwright.sync_api import expect

from tests.pages.browser.steps import heard, until, visit


def test_a_toast_counts_down_and_says_when_it_is_over(page, bench):
    visit(page, bench)
    page.evaluate(
        """document.getElementById("toasts").insertAdjacentHTML("beforeend",
        '<div class="toast" data-toast="1" data-done="bw:undo_over">Sending in <b data-left>1</b><progress max="10" value="1"></progress></div>')"""
    )

    expect(page.locator("#toasts .toast")).to_have_count(0)
    assert heard(page) == ["bw:undo_over"]


def test_password_rules_are_judged_while_typing(page, bench):
    visit(
        page,
        bench,
        """<form><input type="email" value="olena@pryklad.dev"><input id="pw" type="password">
    {% include "components/password_rules.html" with field_id="pw" %}</form>""",
    )
    states = "[...document.querySelectorAll('[data-rule]')].map((row) => row.dataset.state ?? '')"

    assert page.evaluate(states) == ["", "", ""]
    page.locator("#pw").fill("walnut-olena")
    assert page.evaluate(states) == ["met", "missed", "missed"]
    expect(page.locator("[data-rule=kinds] [data-rule-state]")).to_have_text(": not met")
    page.locator("#pw").fill("Walnut-9")

    assert page.evaluate(states) == ["met", "met", "met"]


def test_password_rules_are_neutral_again_in_an_empty_field(page, bench):
    visit(
        page,
        bench,
        """<form><input id="pw" type="password">
    {% include "components/password_rules.html" with field_id="pw" %}</form>""",
    )
    page.locator("#pw").fill("walnut")

    page.locator("#pw").fill("")

    assert page.evaluate("[...document.querySelectorAll('[data-rule]')].map((row) => row.dataset.state)") == [""] * 3
    expect(page.locator("[data-rule=kinds] [data-rule-state]")).to_have_text("")


def test_password_rules_know_the_address_of_who_is_signed_in(page, bench):
    visit(
        page,
        bench,
        """<form><input id="pw" type="password">
    <ul data-password-rules="#pw" data-email="olena@pryklad.dev"><li data-rule="personal"><span data-rule-state></span></li></ul></form>""",
    )

    page.locator("#pw").fill("Walnut-Olena-9")

    expect(page.locator("[data-rule=personal]")).to_have_attribute("data-state", "missed")


def test_a_password_can_be_looked_at(page, bench):
    visit(
        page,
        bench,
        '<div class="with-end"><input type="password"><button type="button" data-show-password hidden aria-pressed="false">Show</button></div>',
    )

    page.click("[data-show-password]")

    expect(page.locator(".with-end input")).to_have_attribute("type", "text")
    expect(page.locator("[data-show-password]")).to_have_attribute("aria-pressed", "true")


def test_tokens_are_added_once_and_removed(page, bench):
    visit(
        page,
        bench,
        """<form method="post" action="/post/"><div id="box" class="token-box" data-tokens data-name="skills">
    <input aria-label="Add" name="skills" value="Django"></div><button type="button" data-add-token="#box">Redis</button></form>""",
    )
    values = "[...document.querySelectorAll('[name=skills]')].map((input) => input.value).filter(Boolean)"

    page.get_by_label("Add").press_sequentially("HTMX,django,Celery")
    page.keyboard.press("Enter")
    page.click("text=Redis")
    page.locator("[data-remove-token]").first.click()

    assert page.evaluate(values) == ["HTMX", "Celery", "Redis"]


def test_dark_comes_at_once_and_the_server_is_told(page, bench):
    page.emulate_media(color_scheme="light")
    visit(
        page,
        bench,
        '<form method="post" action="/post/" data-theme-switch><input type="hidden" name="theme" value="x"><button>Moon</button></form>',
    )

    page.click("text=Moon")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    until(page, lambda: bench.posted)
    assert bench.posted == [{"theme": "dark"}]


def test_a_session_that_ended_leads_to_the_log_in_and_not_into_the_page(page, bench):
    visit(page, bench, '<div id="part"></div><button hx-get="/private/" hx-target="#part">More</button>')

    page.click("text=More")

    page.wait_for_url(re.compile(r"/accounts/login/\?next=%2F$"))
    assert page.locator("#part").count() == 0


def test_an_answer_that_failed_is_said_and_never_shown_as_a_page(page, bench):
    visit(page, bench, '<div id="part">as it was</div><button hx-get="/nowhere/" hx-target="#part">More</button>')

    page.click("text=More")

    expect(page.locator("#toasts .toast")).to_contain_text("That did not work")
    expect(page.locator("#part")).to_have_text("as it was")


def test_ages_grow_alone_and_inside_their_sentence(page, bench):
    page.clock.install(time="2026-11-20T10:00:00Z")
    visit(
        page,
        bench,
        '<time id="alone" datetime="2026-11-20T09:59:50Z" data-ago>now</time>'
        '<time id="said" datetime="2026-11-20T07:02:00Z" data-ago="# ago">2 hr ago</time>',
    )

    page.clock.fast_forward("05:00")

    expect(page.locator("#alone")).to_have_text("5 min")
    expect(page.locator("#said")).to_have_text("3 hr ago")
