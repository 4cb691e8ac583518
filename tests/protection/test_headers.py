"""What every answer carries, whoever gives it: pages, errors, redirects, static files; and what no cache may keep."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import path, reverse

from apps.core.protection import HEADERS
from config.urls import handler400, handler403, handler404, handler429, handler500, urlpatterns  # noqa: F401 used by Django


def break_down(_request):
    raise RuntimeError("It broke")


urlpatterns = [*urlpatterns, path("break/", break_down)]
ADDRESSES = {
    "page": ("/accounts/login/", 200),
    "redirect to the log-in": ("/jobs/", 302),
    "nothing there": ("/nowhere/", 404),
    "crash": ("/break/", 500),
    "static file": ("/static/img/logo.svg", 200),
    "no static file": ("/static/nothing.js", 404),
    "health": ("/health/live/", 200),
    "wrong method": ("/health/csp/", 405),
    "slash is missing": ("/accounts/login", 301),
}


@pytest.fixture
def visitor(db, settings):
    settings.ROOT_URLCONF = "tests.protection.test_headers"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("address", "status"), ADDRESSES.values(), ids=ADDRESSES)
def test_every_answer_carries_the_headers(visitor, address, status):
    answer = visitor.get(address)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("host", ("evil.example", "testserver:port", "a b", "testserver.evil.example"))
def test_foreign_host_gets_a_refusal_with_the_headers(visitor, host):
    answer = visitor.get("/accounts/login/", headers={"host": host})

    assert answer.status_code == 400
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Content-Security-Policy" in answer.headers


def test_policy_allows_nothing_unsafe_and_says_where_to_report(visitor):
    policy = visitor.get("/accounts/login/").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "*" not in policy
    assert "report-uri /health/csp/" in policy
    assert "report-to" not in policy  # over http a browser would then send nothing at all
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'self'", "script-src 'self'"} <= set(
        policy.split("; ")
    )


def test_strict_transport_is_asked_for_where_there_is_https(visitor, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    visitor = Client()  # the middleware reads its settings once

    answers = [
        visitor.get(address, secure=True) for address in ("/accounts/login/", "/nowhere/", "/static/img/logo.svg")
    ]

    assert {answer.headers.get("Strict-Transport-Security") for answer in answers} == {
        "max-age=31536000; includeSubDomains; preload"
    }
    assert "Strict-Transport-Security" not in visitor.get("/accounts/login/").headers


def test_only_the_logo_of_mails_is_shown_by_other_sites(visitor):
    logo = visitor.get("/static/img/logo-mail.png").headers["Cross-Origin-Resource-Policy"]
    others = visitor.get("/static/img/logo.svg").headers["Cross-Origin-Resource-Policy"]

    assert (logo, others) == ("cross-origin", "same-origin")


@pytest.mark.parametrize("name", ("jobs:feed", "accounts:profile", "proposals:pipeline", "notifications:list"))
def test_pages_of_a_person_are_kept_by_no_cache(client, person, name):
    client.force_login(person)

    assert client.get(reverse(name)).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ("account_login", "account_signup", "account_reset_password"))
def test_pages_of_the_sign_in_are_kept_by_no_cache(client, db, name):
    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


def test_front_page_of_a_visitor_may_go_back_and_forth(client, db):
    assert "Cache-Control" not in client.get("/").headers


@pytest.mark.parametrize("method", ("get", "post", "put", "options"))
@pytest.mark.parametrize(
    "address", ("/", "/jobs/", "/accounts/login/", "/health/", "/static/img/logo.svg", "/static/js/live.js")
)
def test_no_other_site_may_read_an_answer(client, person, method, address):
    client.force_login(person)

    answer = getattr(client, method)(
        address,
        headers={
            "origin": "https://evil.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "x-csrftoken",
        },
    )

    assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


def test_request_that_no_form_can_be_is_refused_unread(client, db, settings):
    settings.REQUEST_MOST_BYTES = 1_000

    answer = client.post("/accounts/login/", {"login": "x" * 2_000})

    assert answer.status_code == 413
    assert "makes no sense" in answer.content.decode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("nested", ("[" * 5_000, '{"a":' * 5_000, "1" * 5_000), ids=("lists", "objects", "digits"))
def test_json_that_no_reader_takes_is_refused(client, db, nested):
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": nested})

    assert answer.status_code == 400
    assert "makes no sense" in answer.content.decode()


def test_settings_say_the_same_as_the_headers():
    assert HEADERS["X-Frame-Options"] == settings.X_FRAME_OPTIONS
    assert HEADERS["Referrer-Policy"] == settings.SECURE_REFERRER_POLICY
