"""Reports of the Content-Security-Policy: both forms are read, counted by kind, and nothing of a person is kept."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core import policy_reports, tasks
from apps.core.models import PolicyReport
from tests.protection.factories import PolicyReportFactory

ADDRESS = "/health/csp/"
OLD = "application/csp-report"
NEW = "application/reports+json"
SECRET = "0c9d1b2e-7f64-4b5c-9b57-1f3d2f6a9e11"


def old(**changes):
    return {
        "csp-report": {
            "document-uri": f"http://testserver/proposals/{SECRET}/?token=abc",
            "referrer": "http://testserver/jobs/?q=private+words",
            "violated-directive": "script-src-elem",
            "effective-directive": "script-src-elem",
            "original-policy": "default-src 'none'",
            "blocked-uri": "https://cdn.example/steal.js?person=anna@example.com",
            "source-file": f"http://testserver/proposals/{SECRET}/",
            "line-number": 12,
            "script-sample": "Dear client, my password",
            **changes,
        }
    }


def new(**changes):
    body = {
        "documentURL": f"http://testserver/proposals/{SECRET}/",
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://cdn.example/other.js",
        "sourceFile": f"http://testserver/proposals/{SECRET}/",
        "lineNumber": 12,
        "sample": "Dear client",
        **changes,
    }
    return [{"type": "csp-violation", "age": 1, "url": "http://testserver/", "user_agent": "Mozilla", "body": body}]


def send(client, report, kind=OLD):
    body = report if isinstance(report, bytes | str) else json.dumps(report)
    return client.post(ADDRESS, body, content_type=kind).status_code


@pytest.mark.django_db
def test_both_forms_of_the_same_violation_are_one_row_counted_twice(client):
    codes = (send(client, old()), send(client, new(), NEW))

    row = PolicyReport.objects.get()
    assert codes == (204, 204)
    assert (row.directive, row.blocked, row.line, row.count) == ("script-src-elem", "https://cdn.example", 12, 2)
    assert row.page == row.source == "/proposals/<uuid:proposal_id>/"


@pytest.mark.django_db
def test_nothing_of_a_person_is_kept(client):
    send(client, old())

    kept = json.dumps(PolicyReport.objects.values().get(), default=str)

    assert [word for word in (SECRET, "anna", "token", "private", "password", "Dear", "Mozilla") if word in kept] == []


@pytest.mark.parametrize(
    ("blocked", "kept"),
    (
        ("inline", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,<b>", "data"),
        ("https://CDN.example:8443/a/b?c#d", "https://cdn.example:8443"),
        ("https://name:password@cdn.example/", "https"),
        ("http://testserver/static/js/live.js?v=2", "/static/js/live.js"),
        ("http://testserver/static/a\x00b'<script>", "/static/"),
        ("http://testserver/nowhere/anna@example.com", "/…"),
        ("wss://other.example/socket", "wss://other.example"),
    ),
)
@pytest.mark.django_db
def test_what_was_refused_is_kept_by_its_origin_alone(client, blocked, kept):
    send(client, old(**{"blocked-uri": blocked}))

    assert PolicyReport.objects.get().blocked == kept


@pytest.mark.parametrize(
    "changes",
    (
        {"document-uri": "https://evil.example/"},
        {"document-uri": "about"},
        {"document-uri": None},
        {"document-uri": "http://[broken"},
        {"effective-directive": "<script>", "violated-directive": "x"},
        {"effective-directive": 7, "violated-directive": None},
        {"blocked-uri": ""},
        {"blocked-uri": ["inline"]},
        {"source-file": "moz-extension"},
        {"blocked-uri": "chrome-extension://abcdef/inject.js"},
    ),
    ids=str,
)
@pytest.mark.django_db
def test_what_cannot_be_ours_is_dropped(client, changes):
    assert send(client, old(**changes)) == 204
    assert not PolicyReport.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    (
        (" ", OLD, 400),
        ("{", OLD, 400),
        (b"\xff\xfe", OLD, 400),
        ("[" * 5_000, NEW, 400),
        ("7", OLD, 204),
        ("[[], 7, null, {}]", NEW, 204),
        ("{}", "text/plain", 415),
        ("{}", "multipart/form-data", 415),
        (" " * 16_001, OLD, 413),
    ),
)
@pytest.mark.django_db
def test_bad_report_is_refused_or_ignored(client, body, kind, status):
    assert send(client, body, kind) == status
    assert not PolicyReport.objects.exists()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_at_all_is_read_without_a_crash(sent):
    found = policy_reports.read(
        json.dumps([sent, {"type": "csp-violation", "body": sent}, {"csp-report": sent}]).encode()
    )

    assert isinstance(found, list)


@given(
    st.fixed_dictionaries(
        {name: st.text() | st.integers() | st.none() for name in ("blockedURL", "sourceFile", "lineNumber")}
    )
)
def test_whatever_is_kept_fits_its_column(fields):
    for violation in policy_reports.read(json.dumps(new(**fields)).encode()):
        assert max(len(violation.blocked), len(violation.page), len(violation.source)) <= 160
        assert "\x00" not in violation.blocked + violation.source


@pytest.mark.django_db
def test_only_some_reports_of_one_request_are_read(client):
    send(client, [new(lineNumber=number)[0] for number in range(30)], NEW)

    assert PolicyReport.objects.count() == policy_reports.MOST_IN_ONE


@pytest.mark.django_db
def test_no_flood_of_kinds_fills_the_table(client):
    PolicyReportFactory.create_batch(policy_reports.MOST_KINDS)

    send(client, old())
    known = PolicyReport.objects.first()
    PolicyReport.objects.filter(pk=known.pk).update(
        fingerprint=policy_reports.read(json.dumps(new()).encode())[0].fingerprint
    )
    send(client, new(), NEW)

    assert PolicyReport.objects.count() == policy_reports.MOST_KINDS
    assert PolicyReport.objects.get(pk=known.pk).count == 2


@pytest.mark.django_db
def test_one_address_sends_only_so_many(client):
    codes = [send(client, old()) for _time in range(31)]

    assert codes == [204] * 30 + [429]
    assert PolicyReport.objects.get().count == 30


@pytest.mark.django_db
def test_known_kind_costs_one_statement(client, django_assert_num_queries):
    send(client, old())

    with django_assert_num_queries(1):
        send(client, old())


@pytest.mark.django_db
def test_kinds_that_came_no_more_are_forgotten(settings):
    settings.CSP_REPORT_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    PolicyReportFactory(first_seen_at=long_ago, last_seen_at=long_ago)
    recent = PolicyReportFactory(first_seen_at=long_ago)

    tasks.forget_policy_reports()

    assert PolicyReport.objects.get() == recent


@pytest.mark.django_db
def test_database_refuses_a_kind_seen_last_before_it_was_seen_first():
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyReportFactory(last_seen_at=timezone.now() - timedelta(days=1))


def test_staff_see_the_list_and_change_nothing(verified):
    row = PolicyReportFactory(blocked="https://cdn.example")

    page = verified.get("/admin/core/policyreport/")

    assert "https://cdn.example" in page.content.decode()
    assert "cdn.example" in verified.get(f"/admin/core/policyreport/{row.pk}/change/").content.decode()
    assert verified.get("/admin/core/policyreport/add/").status_code == 403
    assert verified.post(f"/admin/core/policyreport/{row.pk}/delete/", {"post": "yes"}).status_code == 403
