"""What arrives over the socket: frames become events, and a letter grows."""

from playwright.sync_api import expect

from tests.pages.browser.steps import LETTER, connected, heard, until, visit


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

    until(page, lambda: heard(page))
    expect(page.locator("#target")).to_have_text("mine")
    assert heard(page) == ["bw:new_job"]


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
