"""What the script of the pages promises, each in a real browser under the real content policy."""

import re

import pytest
from playwright.sync_api import expect

LIST = """<form role="search"><input data-search aria-label="Search"></form>
<ul data-key-list>{}</ul><section id="detail" tabindex="-1"></section>""".format(
    "".join(
        f'<li id="item-{n}" data-key-item><a id="open-{n}" data-key-open href="#never" hx-get="/fragment/" hx-target="#detail"'
        f' hx-swap="innerHTML"><span class="new"></span>Job {n}</a></li>'
        for n in (1, 2, 3)
    )
)
FORM = """<form method="post" action="/post/" data-autosave><input type="hidden" name="base" value="7">
<textarea id="id_text" name="text">Dear client</textarea>
<span data-save-state data-word-saved="Saved" data-word-saving="Saving" data-word-offline="Offline, kept here"
 data-word-conflict="Changed elsewhere" data-word-failed="Not saved"></span></form>
<b data-count="#id_text"></b><p data-preview-source="#id_text" data-preview-length="5"></p>"""
LETTER = '<div id="draft" data-stream="g1" data-offset="0" data-stream-url="/fragment/" aria-busy="true"></div>'
TWO_TABS = FORM.replace(
    "<textarea",
    """<input type="hidden" name="tab" value="second"><div data-save-note hidden><p></p></div>
<div data-kept hidden><b data-kept-at></b><q data-kept-text></q><button type="button" data-kept-use>Use it</button>
<button type="button">Throw away</button></div><button formaction="/post/?approve">Approve</button><textarea""",
)
KEEP = """localStorage.setItem(`kept:${document.forms[0].action}`,
JSON.stringify([['base', '6'], ['tab', 'first'], ['text', 'From another tab'], ['kept_at', '1763637840000']]))"""


def visit(page, bench, body="", **options):
    bench.show(body, **options)
    page.goto(bench.url)
    until(page, lambda: page.evaluate("Boolean(document.querySelector('#live')?._htmx)"))
    return page


def heard(page):
    return [name for name, _detail in page.evaluate("window.heard")]


def until(page, holds):
    """Wait for a condition; Playwright's own way of polling would need `eval`, which the policy refuses."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never came true.")


def connected(page, bench, times=1):
    until(page, lambda: len(bench.opened) >= times)


def test_socket_opens_on_every_load_and_names_where_the_page_stands(page, bench):
    for times in range(1, 11):
        visit(page, bench, cursor=f"{times}-0")
        connected(page, bench, times)

    assert bench.opened == [f"{times}-0" for times in range(1, 11)]


def test_a_frame_becomes_an_event_that_htmx_listens_to(page, bench):
    visit(
        page, bench, '<div id="pill" hx-get="/fragment/" hx-trigger="bw:new_job from:body" hx-swap="innerHTML"></div>'
    )
    connected(page, bench)
    bench.fragment = "<b>3 new jobs</b>"

    bench.push(event="new_job", id="j1", cursor="6-0")

    expect(page.locator("#pill b")).to_have_text("3 new jobs")
    assert page.evaluate("window.heard[0]") == ["bw:new_job", {"event": "new_job", "id": "j1", "cursor": "6-0"}]


def test_a_frame_is_never_taken_for_html(page, bench):
    visit(page, bench, '<div id="target">mine</div>')
    connected(page, bench)

    bench.push(event="new_job", content='<div id="target" hx-swap-oob="true">theirs</div>')

    until(page, lambda: len(heard(page)) == 1)
    expect(page.locator("#target")).to_have_text("mine")


def test_after_a_break_the_socket_goes_on_from_the_last_frame(page, bench):
    visit(page, bench)
    connected(page, bench)
    bench.push(event="new_job", id="j1", cursor="9-1")
    until(page, lambda: len(heard(page)) == 1)

    bench.drop()
    connected(page, bench, 2)

    until(page, lambda: len(heard(page)) == 2)
    assert bench.opened == ["5-0", "9-1"]
    assert heard(page) == ["bw:new_job", "bw:reconnected"]


def test_whoever_is_signed_out_is_told_and_the_socket_rests(page, bench):
    visit(page, bench)
    connected(page, bench)

    bench.drop(4401)

    expect(page.locator("#toasts .toast")).to_contain_text("You are signed out")
    page.wait_for_timeout(1500)
    assert len(bench.opened) == 1


def test_a_lost_connection_is_shown_only_when_it_lasts(page, bench):
    visit(page, bench)
    connected(page, bench)
    page.route_web_socket("**/ws/live/**", lambda socket: socket.close(code=1012))

    bench.drop()

    expect(page.locator("#live-notice")).to_be_hidden()
    expect(page.locator("#live-notice")).to_be_visible(timeout=6000)


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


def test_a_toast_counts_down_and_says_when_it_is_over(page, bench):
    visit(page, bench)
    page.evaluate(
        """document.getElementById("toasts").insertAdjacentHTML("beforeend",
        '<div class="toast" data-toast="1" data-done="bw:undo_over">Sending in <b data-left>1</b><progress max="10" value="1"></progress></div>')"""
    )

    expect(page.locator("#toasts .toast")).to_have_count(0)
    assert heard(page) == ["bw:undo_over"]


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


def test_writing_is_saved_and_said_so(page, bench):
    visit(page, bench, FORM)
    bench.answers = [(200, {"saved_at": "12:04", "base": 8})]

    page.locator("#id_text").press_sequentially("!")

    expect(page.locator("[data-save-state]")).to_have_text("Saved 12:04")
    assert bench.posted == [{"base": "7", "text": "!Dear client"}]
    assert page.locator("[name=base]").input_value() == "8"


def test_a_conflict_keeps_what_was_written_and_says_why(page, bench):
    visit(page, bench, FORM)
    bench.answers = [(409, {"message": "Changed in another window"})]

    page.locator("#id_text").fill("Mine")

    expect(page.locator("[data-save-state]")).to_have_text("Changed in another window")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "conflict")
    assert page.locator("#id_text").input_value() == "Mine"


def test_writing_after_the_session_has_ended_is_kept_and_never_called_saved(page, bench):
    visit(page, bench, FORM.replace("/post/", "/private/"))

    page.locator("#id_text").fill("Written too late")

    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    expect(page.locator("[data-save-state]")).to_contain_text("You are signed out")
    assert "Written too late" in page.evaluate("localStorage.getItem(`kept:${document.forms[0].action}`)")


def test_offline_writing_is_kept_and_saved_when_the_network_is_back(page, bench):
    visit(page, bench, FORM)
    page.context.set_offline(True)
    page.locator("#id_text").fill("Written in a tunnel")
    expect(page.locator("[data-save-state]")).to_have_text("Offline, kept here")

    page.context.set_offline(False)

    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    assert bench.posted[-1]["text"] == "Written in a tunnel"


def test_what_was_kept_survives_a_reload(page, bench):
    visit(page, bench, FORM)
    page.context.set_offline(True)
    page.locator("#id_text").fill("Written in a tunnel")
    expect(page.locator("[data-save-state]")).to_have_text("Offline, kept here")
    page.context.set_offline(False)
    until(page, lambda: page.evaluate("localStorage.length") == 0)
    page.evaluate(
        "localStorage.setItem(`kept:${document.forms[0].action}`, JSON.stringify([['base', '7'], ['text', 'From before']]))"
    )

    page.reload()

    expect(page.locator("#id_text")).to_have_value("From before")
    expect(page.locator("[data-save-state]")).to_have_text("Saved")


def test_text_kept_upon_an_older_version_is_offered_and_never_put_in(page, bench):
    visit(page, bench, TWO_TABS)
    page.evaluate(KEEP)
    page.reload()
    expect(page.locator("[data-kept-text]")).to_have_text("From another tab")
    expect(page.locator("#id_text")).to_have_value("Dear client")

    page.click("text=Use it")

    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    assert bench.posted == [{"base": "7", "tab": "second", "text": "From another tab"}]


def test_kept_text_that_is_thrown_away_does_not_come_back(page, bench):
    visit(page, bench, TWO_TABS)
    page.evaluate(KEEP)
    page.reload()

    page.click("text=Throw away")

    expect(page.locator("[data-kept]")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    assert page.locator("#id_text").input_value() == "Dear client"


def test_saving_here_drops_nothing_that_another_tab_kept(page, bench):
    visit(page, bench, TWO_TABS)
    page.evaluate(KEEP)

    page.locator("#id_text").fill("Mine")

    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    assert page.evaluate("localStorage.length") == 1


def test_a_conflict_is_said_above_the_text_and_told_to_the_page(page, bench):
    visit(page, bench, TWO_TABS)
    bench.answers = [(409, {"message": "Another window saved a newer text."})]

    page.locator("#id_text").fill("Mine")

    expect(page.locator("[data-save-note] p")).to_have_text("Another window saved a newer text.")
    expect(page.locator("[data-save-state]")).to_have_text("Changed elsewhere")
    assert heard(page) == ["bw:conflict"]


def test_a_button_goes_on_once_its_text_is_saved(page, bench):
    visit(page, bench, TWO_TABS)

    page.locator("#id_text").fill("Last words")
    page.click("text=Approve")

    page.wait_for_url("**/post/?approve")
    assert [said["text"] for said in bench.posted] == ["Last words", "Last words"]


def test_a_button_pressed_while_signed_out_loses_nothing(page, bench):
    visit(page, bench, TWO_TABS.replace('action="/post/"', 'action="/private/"'))

    page.locator("#id_text").fill("Last words")
    page.click("text=Approve")

    expect(page.locator("[data-save-note] p")).to_contain_text("You are signed out")
    assert bench.posted == []
    assert "Last words" in page.evaluate("localStorage.getItem(`kept:${document.forms[0].action}`)")


def test_counts_and_preview_follow_the_text(page, bench):
    visit(page, bench, FORM)
    expect(page.locator("[data-count]")).to_have_text("2")

    page.locator("#id_text").fill("Привіт, one two")

    expect(page.locator("[data-count]")).to_have_text("3")
    expect(page.locator("[data-preview-source]")).to_have_text("Приві")


def test_a_letter_grows_by_its_frames(page, bench):
    visit(page, bench, LETTER)
    connected(page, bench)

    bench.push(event="ai_progress", id="g1", offset=0, text="Hi Марто, ")
    bench.push(event="ai_progress", id="other", offset=10, text="not mine")
    bench.push(event="ai_progress", id="g1", offset=10, text="I read <b>it</b>")
    bench.push(event="ai_progress", id="g1", offset=4, text="рто, I")

    expect(page.locator("#draft")).to_have_text("Hi Марто, I read <b>it</b>")
    expect(page.locator("#draft b")).to_have_count(0)


def test_a_letter_that_starts_over_leaves_nothing_of_the_first_try(page, bench):
    visit(page, bench, LETTER)
    connected(page, bench)

    bench.push(event="ai_progress", id="g1", offset=0, text="A first try that broke")
    bench.push(event="ai_progress", id="g1", offset=0, text="", reset=True)
    bench.push(event="ai_progress", id="g1", offset=0, text="Hi Marta")

    expect(page.locator("#draft")).to_have_text("Hi Marta")


def test_a_gap_in_a_letter_is_filled_by_the_fragment(page, bench):
    visit(page, bench, LETTER)
    connected(page, bench)
    bench.fragment = LETTER.replace('"0"', '"12"').replace("></div>", ">Hi Marta, an</div>")

    bench.push(event="ai_progress", id="g1", offset=9, text=" and")
    expect(page.locator("#draft")).to_have_text("Hi Marta, an")
    bench.push(event="ai_progress", id="g1", offset=12, text="d so on")

    expect(page.locator("#draft")).to_have_text("Hi Marta, and so on")


def test_a_letter_that_stalls_says_so_until_the_next_frame(page, bench):
    note = '<p id="note" role="status"></p>'
    place = (
        'data-stream-patience="0.2" data-stream-note="#note" data-word-stalled="Interrupted" data-word-waiting="Wait"'
    )
    visit(page, bench, note + LETTER.replace("data-offset", f"{place} data-offset"))
    connected(page, bench)
    expect(page.locator("#note")).to_have_text("Wait")

    bench.push(event="ai_progress", id="g1", offset=0, text="Hi")
    expect(page.locator("#note")).to_have_text("Interrupted")
    bench.push(event="ai_complete", id="g1")

    expect(page.locator("#note")).to_have_text("")


def test_a_finished_letter_becomes_what_the_server_shows(page, bench):
    visit(page, bench, LETTER)
    connected(page, bench)
    bench.fragment = '<textarea id="draft">Done</textarea>'

    bench.push(event="ai_complete", id="g1")

    expect(page.locator("textarea#draft")).to_have_value("Done")
    assert heard(page) == ["bw:stream_over"]


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
    <span class="token">Django<button type="button" data-remove-token>x</button><input type="hidden" name="skills" value="Django"></span>
    <input aria-label="Add"></div><button type="button" data-add-token="#box">Redis</button></form>""",
    )
    values = "[...document.querySelectorAll('[name=skills]')].map((input) => input.value)"

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
    until(page, lambda: bench.posted == [{"theme": "dark"}])


def test_a_session_that_ended_leads_to_the_log_in_and_not_into_the_page(page, bench):
    visit(page, bench, '<div id="part"></div><button hx-get="/private/" hx-target="#part">More</button>')

    page.click("text=More")

    page.wait_for_url(re.compile(r"/accounts/login/\?next=%2F$"))


def test_an_answer_that_failed_is_said_and_never_shown_as_a_page(page, bench):
    visit(page, bench, '<div id="part">as it was</div><button hx-get="/nowhere/" hx-target="#part">More</button>')

    page.click("text=More")

    expect(page.locator("#toasts .toast")).to_contain_text("That did not work")
    expect(page.locator("#part")).to_have_text("as it was")


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
