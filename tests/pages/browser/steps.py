"""Pieces of pages for the script, and the steps its tests take."""

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
