"""What is typed is saved, or kept here and said so."""

from playwright.sync_api import expect

from tests.pages.browser.steps import FORM, KEEP, TWO_TABS, heard, until, visit


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


def test_a_browser_that_forbids_the_memory_saves_and_goes_on(page, bench):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })")
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
