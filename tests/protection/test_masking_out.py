"""What leaves the product in log lines and error reports: no key, no token, no password, no cookie, no address of a person."""

import io
import json
import logging

import httpx2
import pytest
import sentry_sdk
from django.test import Client
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from apps.core import crypto, logs, masking
from apps.core.logs import JsonFormatter
from config.urls import handler400, handler403, handler404, handler429, handler500, urlpatterns  # noqa: F401 used by Django
from tests.core.test_sentry import receiver  # noqa: F401 a fixture

PASSWORD = "Correct-horse-2026!"
SECRETS = {
    "openai": "sk-proj-abcdEFGH1234567890abcd",
    "anthropic": "sk-ant-api03-abcdEFGH1234567890",
    "upwork": "oauth2v2_0123456789abcdef0123456789abcdef",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "session": "k3v9x2m8q1z7w4r6t5y0p3s8d2f7g1h6",
    "csrf": "Zx9Kq2Lm8Vb4Nc6Xs1Wd3Re5Tf7Yg0Uh",
    "mail": "anna.koval+bids@example.com.ua",
    "password": PASSWORD,
    "stripe": "whsec_abcdefghijklmnop1234",
}


def break_down(_request, token):
    logging.getLogger("apps.test").warning("Sign-in of %s with password=%s", SECRETS["mail"], PASSWORD)
    token = SECRETS["upwork"] or token
    raise RuntimeError(f"Upwork refused Authorization: Bearer {token} of {SECRETS['mail']}") from ValueError(
        f"client_secret={SECRETS['openai']}&password={PASSWORD}"
    )


urlpatterns = [*urlpatterns, path("break/<str:token>/", break_down)]

LINES = (
    "Key {openai} was refused",
    "Key {anthropic} was refused",
    "{upwork}",
    "Authorization: Bearer {upwork}",
    "'authorization': 'Basic {session}=='",
    "token={jwt}",
    "Cookie: theme=dark; sessionid={session}; csrftoken={csrf}; other={password}",
    "Set-Cookie: sessionid={session}; HttpOnly",
    "cookies={{'sessionid': '{session}'}}",
    "POST /accounts/login/ login={mail}&password={password}",
    '{{"password": "{password}", "email": "{mail}"}}',
    "{{'new_password': '{password}', 'client_secret': '{csrf}'}}",
    "postgresql://bids:{password}@db.example:5432/bids is away",
    "redis://:{password}@cache:6379/0",
    "GET /settings/upwork/callback/?code={session}&state={csrf}",
    "User {mail} was not found",
    "Signature={stripe}",
    "X-API-Key: {session}",
    "api_key={openai}, organisation=7",
    "otp=123456 of {mail}",
    "<{mail}>: 550 no such mailbox",
)


@pytest.mark.parametrize("line", LINES)
def test_line_is_public_without_its_secrets(line):
    said = masking.public(line.format(**SECRETS))

    assert [name for name, secret in SECRETS.items() if secret in said] == []
    assert masking.HIDDEN in said
    assert "123456" not in said


@pytest.mark.parametrize(
    "line",
    (
        "Sync of search 7 failed after 3 tries",
        "Upwork answered 503 in 1.2 s",
        "Proposal 0c9d1b2e-7f64-4b5c-9b57-1f3d2f6a9e11 was sent",
        "GET /jobs/?q=django&sort=best 200",
        'File "/srv/apps/core/limits.py", line 12, in take',
        "Redis does not answer, nothing is limited for 5 seconds: Error 111 connecting to 127.0.0.1:6379.",
        "apps.jobs.tasks.sync_due_searches[5f2c] succeeded in 0.12s",
    ),
)
def test_what_helps_to_repair_stays(line):
    assert masking.public(line) == line


def test_sealed_value_is_hidden_too():
    sealed = crypto.encrypt("the key", owner_id=1, purpose="test")

    assert sealed not in masking.public(f"stored {sealed} for 1")


@given(st.text())
def test_any_text_is_read(text):
    assert isinstance(masking.public(text), str)


@given(st.from_regex(r"[A-Za-z0-9._]{1,20}@[a-z0-9]{1,12}\.[a-z]{2,6}", fullmatch=True))
def test_no_address_of_a_person_gets_through(mail):
    assert mail not in masking.public(f"Mail to {mail} failed")


@pytest.mark.parametrize("length", (10_000, 200_000))
def test_long_texts_take_no_long_time(length):
    for text in ("a" * length, "a@" * (length // 2), "token" * (length // 5), "://" * (length // 3), "=" * length):
        assert len(masking.public(text)) <= length + 10


def test_log_line_with_everything_in_it_says_nothing():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("masking-out")
    logger.addHandler(handler)
    try:
        raise RuntimeError(f"Bearer {SECRETS['upwork']} password={PASSWORD} {SECRETS['mail']}")
    except RuntimeError:
        logger.exception(
            "Failed for %s with %r", SECRETS["mail"], {"api_key": SECRETS["openai"], "cookie": SECRETS["session"]}
        )
    logger.removeHandler(handler)

    line = out.getvalue()

    assert [name for name, secret in SECRETS.items() if secret in line] == []
    assert json.loads(line)["error"].startswith("Traceback")


def _crash_with_everything(settings):
    settings.ROOT_URLCONF = "tests.protection.test_masking_out"
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = SECRETS["session"]
    client.cookies["csrftoken"] = SECRETS["csrf"]
    return client.post(
        f"/break/{SECRETS['csrf']}/?code={SECRETS['session']}&email={SECRETS['mail']}",
        {"password": PASSWORD, "email": SECRETS["mail"], "key": SECRETS["anthropic"]},
        headers={
            "authorization": f"Bearer {SECRETS['jwt']}",
            "x-api-key": SECRETS["stripe"],
            "referer": f"http://testserver/reset/{SECRETS['csrf']}/",
            "user-agent": f"Mozilla {SECRETS['mail']}",
        },
    )


@pytest.mark.django_db
def test_report_of_a_crashed_request_holds_no_secret(receiver, settings, caplog):  # noqa: F811 the fixture above
    logs.start_request("request-12345678")

    answer = _crash_with_everything(settings)
    sentry_sdk.flush(5)

    sent = "\n".join(receiver.bodies)
    assert answer.status_code == 500
    assert "RuntimeError" in sent
    assert "break_down" in sent
    assert {name for name, secret in SECRETS.items() if secret in sent} == set()


@pytest.mark.django_db
def test_page_of_the_crash_holds_no_secret_either(settings):
    page = _crash_with_everything(settings).content.decode()

    assert {name for name, secret in SECRETS.items() if secret in page} == set()
    assert "Traceback" not in page


def test_report_holds_nothing_of_calls_that_went_before(receiver):  # noqa: F811 as above
    url = f"http://127.0.0.1:{receiver.port}/v1/?key={SECRETS['openai']}"
    httpx2.post(url, headers={"authorization": f"Bearer {SECRETS['upwork']}"}, json={"letter": "Dear client"})
    logging.getLogger("apps.test").error("Refused for %s", SECRETS["mail"], extra={"api_key": SECRETS["openai"]})
    sentry_sdk.flush(5)

    sent = "\n".join(body for body in receiver.bodies if "Refused for" in body)
    assert sent
    assert {name for name, secret in SECRETS.items() if secret in sent} == set()
    assert "Dear client" not in sent


def test_report_is_made_of_known_parts_alone(receiver):  # noqa: F811 as above
    sentry_sdk.capture_event(
        {
            "message": f"token={SECRETS['jwt']}",
            "user": {"email": SECRETS["mail"], "ip_address": "192.0.2.1"},
            "server_name": "secret-host",
            "some_new_part": SECRETS["openai"],
            "request": {"url": f"http://x/?a={SECRETS['session']}", "data": PASSWORD, "cookies": SECRETS["csrf"]},
            "exception": {
                "values": [
                    {
                        "type": "E",
                        "value": PASSWORD.join(("password=", "")),
                        "stacktrace": {"frames": [{"vars": SECRETS}]},
                    }
                ]
            },
        }
    )
    sentry_sdk.flush(5)

    sent = "\n".join(receiver.bodies)
    assert '"request_id"' in sent
    assert [word for word in (*SECRETS.values(), "192.0.2.1", "secret-host", "some_new_part") if word in sent] == []
