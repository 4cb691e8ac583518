from urllib.parse import parse_qs, urlsplit

import pytest

from apps.upwork.sandbox.records import ApiKey
from tests.upwork_sandbox.server import CALLBACK, running_sandbox

AUTHORIZE = "/ab/account-security/oauth2/authorize"
TOKEN = "/api/v3/oauth2/token"
ASKED = {"client_id": "sandbox-full", "redirect_uri": CALLBACK, "response_type": "code", "state": "xyz"}
SECRET = {"client_id": "sandbox-full", "client_secret": "sandbox-full-secret"}
DAY = 24 * 3600


def test_consent_page_names_the_sandbox_and_the_cast(sandbox):
    page = sandbox.get(AUTHORIZE, params=ASKED).text

    assert "not Upwork" in page
    assert "Andrii Kovalenko" in page
    assert "<script" not in page
    assert "style=" not in page


def test_consent_page_chooses_a_new_freelancer_or_the_one_of_last_time(sandbox):
    first = sandbox.get(AUTHORIZE, params=ASKED).text
    again = sandbox.get(AUTHORIZE, params=ASKED, headers={"cookie": "sandbox_freelancer=jokafor"}).text
    strange = sandbox.get(AUTHORIZE, params=ASKED, headers={"cookie": "sandbox_freelancer=nobody"}).text

    assert [page.count(" checked>") for page in (first, again, strange)] == [1, 1, 1]
    assert 'value="new" checked>' in first
    assert 'value="jokafor" checked>' in again
    assert 'value="new" checked>' in strange


def test_allow_redirects_with_code_and_state(sandbox):
    answer = sandbox.post(AUTHORIZE, data={**ASKED, "freelancer": "akovalenko", "decision": "allow"})

    back = urlsplit(answer.headers["location"])
    assert answer.status_code == 302
    assert f"{back.scheme}://{back.netloc}{back.path}" == CALLBACK
    assert parse_qs(back.query)["state"] == ["xyz"]
    assert len(parse_qs(back.query)["code"][0]) == 32


@pytest.mark.parametrize(
    ("change", "error"),
    (
        ({"decision": "deny"}, "access_denied"),
        ({"scope": "all"}, "invalid_scope"),
        ({"response_type": "x"}, "unsupported_response_type"),
    ),
)
def test_refusals_go_back_as_errors(sandbox, change, error):
    answer = sandbox.post(AUTHORIZE, data={**ASKED, "freelancer": "akovalenko", "decision": "allow", **change})

    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"error": [error], "state": ["xyz"]}


def test_unknown_key_or_foreign_callback_is_never_redirected():
    key = ApiKey("strict", "secret", redirect_uris=(CALLBACK,))

    with running_sandbox(clients=[key]) as sandbox:
        unknown = sandbox.get(AUTHORIZE, params=ASKED)
        foreign = sandbox.get(
            AUTHORIZE, params={**ASKED, "client_id": "strict", "redirect_uri": "https://evil.example/"}
        )

    assert unknown.status_code == 400
    assert foreign.status_code == 400


def test_a_new_freelancer_is_made_on_the_consent_page(sandbox):
    code = sandbox.consent(freelancer="new", name="Olena Shevchenko", skills="Figma, UI/UX")
    token = sandbox.post(
        TOKEN, data={**SECRET, "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    ).json()

    user = sandbox.graphql("{ user { name nid } }", token=token["access_token"]).json()["data"]["user"]

    assert user == {"name": "Olena Shevchenko", "nid": "olenashevchenko"}


def exchange(sandbox, **change):
    form = {**SECRET, "grant_type": "authorization_code", "code": sandbox.consent(), "redirect_uri": CALLBACK}
    return sandbox.post(TOKEN, data={**form, **change})


def test_code_is_exchanged_once_for_tokens(sandbox):
    code = sandbox.consent()

    first = exchange(sandbox, code=code)
    second = exchange(sandbox, code=code)

    assert first.json()["access_token"].startswith("oauth2v2_")
    assert (first.json()["token_type"], first.json()["expires_in"]) == ("Bearer", 86400)
    assert second.status_code == 400
    assert second.json()["error"] == "invalid_grant"


def test_basic_authentication_is_accepted(sandbox):
    answer = sandbox.post(
        TOKEN, data={"grant_type": "authorization_code", "code": sandbox.consent(), "redirect_uri": CALLBACK},
        auth=("sandbox-full", "sandbox-full-secret"),
    )  # fmt: skip

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    (
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1/other"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials"}, 400, "unauthorized_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ),
)
def test_token_errors_have_oauth_shape(sandbox, change, status, error):
    answer = exchange(sandbox, **change)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def refresh(sandbox, token):
    return sandbox.post(TOKEN, data={**SECRET, "grant_type": "refresh_token", "refresh_token": token})


def test_refresh_rotates_and_the_old_token_lives_one_more_day():
    now = [1_800_000_000.0]

    with running_sandbox(clock=lambda: now[0]) as sandbox:
        old = sandbox.tokens()["refresh_token"]
        new = refresh(sandbox, old).json()["refresh_token"]
        now[0] += DAY - 60
        within_a_day = refresh(sandbox, old)
        now[0] += 120
        after_a_day = refresh(sandbox, old)
        with_the_new = refresh(sandbox, new)

    assert new != old
    assert within_a_day.status_code == 200
    assert after_a_day.json() == {
        "error": "invalid_grant", "error_description": "Refresh token is expired or revoked or not registered",
    }  # fmt: skip
    assert with_the_new.status_code == 200


def test_tokens_expire_after_a_day_and_a_fortnight():
    now = [1_800_000_000.0]

    with running_sandbox(clock=lambda: now[0]) as sandbox:
        tokens = sandbox.tokens()
        now[0] += DAY + 1
        access = sandbox.graphql("{ user { id } }", token=tokens["access_token"])
        now[0] += 13 * DAY
        late = refresh(sandbox, tokens["refresh_token"])

    assert access.status_code == 401
    assert late.status_code == 400


def test_revocation_ends_both_tokens(sandbox):
    tokens = sandbox.tokens()

    answer = sandbox.post("/api/v3/oauth2/token/revoke", data={**SECRET, "token": tokens["refresh_token"]})

    assert answer.status_code == 200
    assert sandbox.graphql("{ user { id } }", token=tokens["access_token"]).status_code == 401
    assert refresh(sandbox, tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize(("kind", "status"), (("500", 500), ("429", 429), ("html", 403), ("slow", 400)))
def test_faults_for_the_token_endpoint_are_ordered_by_its_name(sandbox, kind, status):
    sandbox.control("faults", kind=kind, operation="token", seconds=0.01)

    answers = [refresh(sandbox, "unknown").status_code for _ in range(2)]

    assert answers == [status, 400]


def test_faults_for_any_call_leave_the_token_endpoint_alone(sandbox):
    sandbox.control("faults", kind="500")

    status = refresh(sandbox, "unknown").status_code
    sandbox.control("faults/clear")

    assert status == 400


def test_a_key_whose_rights_change_loses_its_tokens():
    with running_sandbox() as sandbox:
        kept, lost = (sandbox.tokens(profile=profile)["access_token"] for profile in ("full", "reader"))

        sandbox.control("keys", client_id="sandbox-full", client_secret="sandbox-full-secret", profile="full")
        sandbox.control("keys", client_id="sandbox-reader", client_secret="sandbox-reader-secret", profile="full")

        statuses = [sandbox.graphql("{ user { id } }", token=token).status_code for token in (kept, lost)]

    assert statuses == [200, 401]
