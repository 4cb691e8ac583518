"""The keyboard: the list, the search, menus and dialogs."""

import pytest
from playwright.sync_api import expect

from tests.pages.browser.steps import LIST, visit


def test_keys_move_open_search_and_explain(page, bench):
    visit(page, bench, LIST)
    bench.fragment = "<h1>Opened</h1>"

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator("#open-2")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#detail h1")).to_have_text("Opened")
    expect(page.locator("#item-2")).to_have_attribute("aria-current", "true")
    expect(page.locator("#item-2 .new")).to_have_count(0)
    expect(page.locator("#detail")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-search]").blur()
    page.keyboard.press("?")
    expect(page.locator("#help-keys")).to_be_visible()


def test_escape_leaves_the_search_and_the_keys_work_again(page, bench):
    visit(page, bench, LIST)

    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    expect(page.locator("#open-1")).to_be_focused()


def test_a_key_presses_the_button_that_bears_it(page, bench):
    visit(
        page,
        bench,
        '<form action="/post/" method="post"><button data-key="s" name="saved" value="yes">Save</button></form>',
    )

    page.keyboard.press("s")

    page.wait_for_url("**/post/")
    assert bench.posted == [{"saved": "yes"}]


@pytest.mark.parametrize("keys", ("off", "on"))
def test_keys_do_nothing_while_typing_or_where_switched_off(page, bench, keys):
    visit(page, bench, LIST, keys=keys)

    if keys == "on":
        page.locator("[data-search]").focus()
    page.keyboard.press("j")

    expect(page.locator("[data-key-open]:focus")).to_have_count(0)


def test_z_takes_back_and_a_cross_closes(page, bench):
    toast = (
        '<div id="add" hx-get="/fragment/" hx-swap="none" hx-trigger="click">Hide</div>',
        '<div hx-swap-oob="beforeend:#toasts"><div class="toast" data-toast="30"><form method="post" action="/post/">'
        '<button data-undo name="undo" value="1">Undo</button></form><button data-close-toast>Close</button></div></div>',
    )
    visit(page, bench, toast[0])
    bench.fragment = toast[1]

    page.click("#add")
    page.click("#add")
    expect(page.locator("#toasts .toast")).to_have_count(2)
    page.locator("[data-close-toast]").first.click()
    expect(page.locator("#toasts .toast")).to_have_count(1)
    page.keyboard.press("z")

    page.wait_for_url("**/post/")
    assert bench.posted == [{"undo": "1"}]


def test_a_key_opens_its_menu_at_the_first_choice(page, bench):
    visit(
        page,
        bench,
        """<details class="menu" data-menu><summary data-key="e">Hide</summary>
    <div><button class="menu-item" id="first">Pays too little</button><button class="menu-item">Other</button></div></details>""",
    )

    page.keyboard.press("e")

    expect(page.locator("#first")).to_be_focused()


def test_menus_and_dialogs_close_by_escape_and_give_the_focus_back(page, bench):
    visit(
        page,
        bench,
        """<details class="menu" data-menu><summary id="more">More</summary><div><button class="menu-item">Edit</button></div></details>
    <a id="opener" href="#x" data-open-dialog="#ask">Ask</a><dialog class="dialog" id="ask">Sure?</dialog>""",
    )

    page.click("#more")
    page.locator(".menu-item").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".menu-item")).to_be_hidden()
    expect(page.locator("#more")).to_be_focused()
    page.click("#opener")
    expect(page.locator("#ask")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#ask")).to_be_hidden()
