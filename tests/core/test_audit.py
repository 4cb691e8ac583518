"""The door of the audit trail: who, from where and what differs, without secrets, in the caller's transaction."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import RequestFactory

from apps.accounts.models import AuditDetail, AuditEntry
from apps.core import audit, masking
from apps.core.audit import Action, record
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
OWNER = 71


def entries(owner_id=OWNER):
    with owner_scope(owner_id):
        return list(AuditEntry.objects.select_related("detail").order_by("pk"))


def request_of(user=None, **extra):
    request = RequestFactory().get("/", HTTP_USER_AGENT="Firefox", **extra)
    request.user = user
    return request


def test_record_keeps_what_differs_and_nothing_else():
    record(
        action=Action.SETTINGS_CHANGED,
        owner_id=OWNER,
        target="settings",
        target_id=9,
        before={"tone": "plain", "words_max": 200},
        after={"tone": "warm", "words_max": 200},
    )

    (entry,) = entries()
    assert (entry.action, entry.target, entry.target_id, entry.actor_id) == ("settings_changed", "settings", "9", None)
    assert (entry.detail.before, entry.detail.after) == ({"tone": "plain"}, {"tone": "warm"})


def test_change_that_changes_nothing_leaves_no_line():
    record(action=Action.SETTINGS_CHANGED, owner_id=OWNER, before={"tone": "plain"}, after={"tone": "plain"})

    assert entries() == []


def test_who_and_from_where_come_from_the_request():
    person = UserFactory()

    with audit.asked_by(request_of(person, REMOTE_ADDR="198.51.100.7")):
        record(action=Action.KEY_ADDED, owner_id=person.pk)

    (entry,) = entries(person.pk)[-1:]
    assert (entry.actor_id, entry.detail.address, entry.detail.user_agent) == (person.pk, "198.51.100.7", "Firefox")


def test_staff_who_act_for_a_person_are_named_themselves():
    request = request_of(UserFactory())
    request.impersonator_id = 5

    with audit.asked_by(request):
        record(action=Action.KEY_ADDED, owner_id=OWNER)

    assert [entry.actor_id for entry in entries()] == [5]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_address_is_the_one_a_trusted_proxy_names(settings, proxies, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = request_of(HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.9")

    assert audit.address_of(request) == address


def test_work_without_a_request_is_the_systems_and_names_no_place():
    record(action=Action.UPWORK_DISCONNECTED, owner_id=OWNER)

    (entry,) = entries()
    assert entry.actor_id is None
    assert not AuditDetail.objects.model._base_manager.filter(pk=entry.pk).exists()


def test_entry_goes_with_the_change_that_failed():
    @transaction.atomic
    def add_a_key_and_fail():
        record(action=Action.KEY_ADDED, owner_id=OWNER)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_a_key_and_fail()

    assert entries() == []


def test_event_of_nobody_is_written_and_belongs_to_no_person():
    record(action=Action.SIGN_IN_FAILED, owner_id=None, after={"email": "who@example.com"})

    assert entries() == []
    with everyone_scope(Reason.AUDIT):
        assert AuditEntry.objects.filter(owner_id=None, action=Action.SIGN_IN_FAILED).count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "Right-pass-2026!"),
        ("client_secret", "abc"),
        ("refresh_token", "abc"),
        ("api_key", "abc"),
        ("note", "it is sk-proj-abcdefghijklmnop"),
        ("note", "v1.test.bm9uY2U.Y2lwaGVy"),
        ("note", "Bearer abcdefghijk"),
        ("note", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"),
        ("nested", {"totp": "123456"}),
        ("listed", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]),
    ],
)
def test_secrets_are_masked_by_name_and_by_shape(name, value):
    record(action=Action.KEY_CHANGED, owner_id=OWNER, after={name: value})

    kept = str(entries()[0].detail.after)
    assert masking.HIDDEN in kept
    for part in ("Right-pass", "abc", "bm9uY2U", "9f86d", "123456", "c2ln"):
        assert part not in kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("12.50"), "12.50"),
        (["Django", "HTMX"], ["Django", "HTMX"]),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        (
            "https://example.com/2024/a-long-slug-of-many-many-words",
            "https://example.com/2024/a-long-slug-of-many-many-words",
        ),
        (None, None),
        (True, True),
        (ContentFile(b"x", name="me.jpg"), "me.jpg"),
        ("x" * 700, "x" * masking.LONGEST + "…"),
    ],
)
def test_values_are_kept_as_json_can_hold_them(value, kept):
    assert masking.plain(value, name="value") == kept
