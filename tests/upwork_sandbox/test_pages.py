import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from apps.upwork.sandbox import app
from tests.upwork_sandbox.server import running_sandbox, serving


@pytest.fixture
def job(sandbox):
    return sandbox.market.post_job(
        title="Fix <b>our</b> import", description="It doubles rows.\nEvery night.", trap="", scam="", questions=("Why?",),
        client={"contact": "Mike", "city": "Denver", "country": "United States"},
    )  # fmt: skip


def apply(sandbox, job, **change):
    form = {
        "freelancer": "akovalenko",
        "amount": "40",
        "letter": "I fixed one like it.",
        "answer0": "Because I can.",
        **change,
    }
    return sandbox.post(f"/nx/proposals/job/{job.ciphertext}/apply/", data=form)


def test_posting_page_shows_what_the_api_says_and_escapes_it(sandbox, job):
    page = sandbox.get(f"/jobs/{job.ciphertext}")

    assert page.status_code == 200
    assert "Fix &lt;b&gt;our&lt;/b&gt; import" in page.text
    assert "<b>our" not in page.text
    assert "Denver, United States" in page.text
    assert f"/nx/proposals/job/{job.ciphertext}/apply/" in page.text


@pytest.mark.parametrize("name", ("{id}", "~02", "~021", "nonsense"))
def test_only_the_ciphertext_names_a_posting(sandbox, job, name):
    assert sandbox.get(f"/jobs/{name.format(id=job.id)}").status_code == 404
    assert sandbox.get(f"/nx/proposals/job/{name.format(id=job.id)}/apply/").status_code == 404


def test_a_closed_job_cannot_be_applied_to(sandbox, job):
    sandbox.market.close_job(job.id)

    assert "This job is closed" in sandbox.get(f"/jobs/{job.ciphertext}").text
    assert "VJ-JA-6" in apply(sandbox, job).text


def test_a_letter_is_sent_by_hand(sandbox, job):
    page = sandbox.get(f"/nx/proposals/job/{job.ciphertext}/apply/").text
    answer = apply(sandbox, job)

    rows = sandbox.market.reading().execute("SELECT * FROM proposal WHERE job_id = ?", (job.id,)).fetchall()
    assert "Why?" in page
    assert answer.status_code == 201
    assert [(row["letter"], row["source"], row["charged_cents"]) for row in rows] == [
        ("I fixed one like it.", "hand", 4000)
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    (({"amount": "much"}, "not a number"), ({"answer0": ""}, "VJ-JA-30"), ({"freelancer": "nobody"}, "no freelancer"), ({"amount": "0"}, "VJ-JA-15")),
)  # fmt: skip
def test_a_wrong_form_comes_back_with_the_reason_and_the_letter(sandbox, job, change, words):
    answer = apply(sandbox, job, **change)

    assert answer.status_code == 422
    assert words in answer.text
    assert "I fixed one like it." in answer.text


def test_a_second_letter_is_refused(sandbox, job):
    apply(sandbox, job)

    answer = apply(sandbox, job)

    assert answer.status_code == 422
    assert "VJ-JA-10" in answer.text


def test_style_is_a_file_and_nothing_is_inline(sandbox, job):
    paths = (f"/jobs/{job.ciphertext}", f"/nx/proposals/job/{job.ciphertext}/apply/", "/control/")

    style = sandbox.get("/sandbox.css")

    assert style.headers["content-type"].startswith("text/css")
    for path in paths:
        page = sandbox.get(path).text
        assert 'href="/sandbox.css"' in page
        assert "style=" not in page
        assert "onclick" not in page


def test_pages_work_under_a_prefix():
    with running_sandbox() as sandbox:
        job = sandbox.market.post_job()
        mounted = Starlette(routes=[Mount("/sandbox/upwork", app.serve(sandbox.market))])
        with serving(mounted) as url:
            page = sandbox.http.get(f"{url}/sandbox/upwork/jobs/{job.ciphertext}").text
            posted = sandbox.http.post(f"{url}/sandbox/upwork/control/speed", data={"speed": "2"})

    assert 'href="/sandbox/upwork/sandbox.css"' in page
    assert f'href="/sandbox/upwork/nx/proposals/job/{job.ciphertext}/apply/"' in page
    assert posted.headers["location"] == "/sandbox/upwork/control/"


def test_what_people_type_is_shown_as_text(sandbox):
    nid = sandbox.control("freelancers", name="<script>alert(1)</script>", skills=["XSS"])["nid"]
    page = sandbox.get(
        "/ab/account-security/oauth2/authorize",
        params={
            "client_id": "sandbox-full",
            "redirect_uri": "http://127.0.0.1/",
            "response_type": "code",
            "state": '"><script>',
        },
    ).text

    assert nid
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_one_who_connected_is_chosen_on_the_apply_page(sandbox, job):
    sandbox.consent(freelancer="jokafor")

    page = sandbox.get(f"/nx/proposals/job/{job.ciphertext}/apply/").text

    assert '<option value="jokafor" selected>' in page


def test_the_root_leads_to_the_control_page(sandbox):
    answer = sandbox.get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/control/")
