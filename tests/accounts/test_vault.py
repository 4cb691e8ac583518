"""The vault: a key goes in sealed, opens for its owner's use alone, and never comes out again."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts import key_testers
from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.models import SecretKey
from apps.accounts.vault import selectors, services
from apps.accounts.vault.sealing import KeyLockedError
from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from tests.accounts.factories import OPENAI_KEY, SecretKeyFactory
from tests.trail import trail

OTHER_RING = "other:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
SERVER = {"base_url": "https://ai.example.com/v1", "model": "qwen3"}


@pytest.fixture
def scope(owner):
    with owner_scope(owner.pk):
        yield owner


@pytest.fixture
def tester():
    """Stands for a vendor; what it says can be changed, and what it was asked with is kept."""
    before = dict(key_testers.registered())
    asked = []

    class Tester:
        result = KeyResult.WORKS

        def __call__(self, key):
            asked.append(key)
            return self.result

    stands_in = Tester()
    stands_in.asked = asked
    for kind in KeyKind:
        key_testers.register(kind, stands_in)
    yield stands_in
    for kind, known in before.items():
        key_testers.register(kind, known)


def add(owner, kind=KeyKind.OPENAI, **values):
    return services.add_key(owner_id=owner.pk, kind=kind, values={"secret": OPENAI_KEY, **values})


def test_key_is_sealed_and_only_its_last_four_stand_in_the_clear(scope):
    key = add(scope)

    row = SecretKey.objects.values().get(pk=key.pk)
    assert row["last_four"] == "7Qk2"
    assert row["sealed"].startswith("v1.test.")
    assert OPENAI_KEY not in str(row)


def test_key_opens_for_its_use(scope):
    add(scope, label="Work")

    opened = selectors.key_of(scope.pk, KeyKind.OPENAI)

    assert (opened.secret, opened.name, opened.kind) == (OPENAI_KEY, "Work", KeyKind.OPENAI)
    assert OPENAI_KEY not in repr(opened)


def test_short_key_shows_nothing_of_itself(scope):
    assert add(scope, KeyKind.COMPATIBLE, secret="hunter2", **SERVER).last_four == ""


def test_upwork_application_is_known_by_its_public_half(scope):
    assert add(scope, KeyKind.UPWORK, client_id="abcdef0123f3a9").last_four == "f3a9"


def test_server_that_needs_no_key_has_none(scope):
    key = add(scope, KeyKind.COMPATIBLE, secret="", **SERVER)

    assert (key.sealed, selectors.key_of(scope.pk, KeyKind.COMPATIBLE).secret) == ("", "")


def test_second_key_of_a_kind_is_refused(scope):
    add(scope)

    with pytest.raises(DomainError, match="Replace it instead"):
        add(scope, secret="another-key-altogether")

    assert selectors.key_of(scope.pk, KeyKind.OPENAI).secret == OPENAI_KEY


def test_switched_off_key_stays_sealed_and_is_used_by_nothing(scope):
    key = add(scope)

    services.switch_key(key_id=key.pk, is_active=False)
    off = (selectors.key_of(scope.pk, KeyKind.OPENAI), selectors.writing_keys(scope.pk))
    services.switch_key(key_id=key.pk, is_active=True)

    assert off == (None, [])
    assert selectors.key_of(scope.pk, KeyKind.OPENAI).secret == OPENAI_KEY


def test_replaced_key_forgets_what_the_old_one_was_tested_for(scope, tester):
    key = add(scope, label="Work")
    services.check_key(key_id=key.pk)

    replaced = services.replace_key(key_id=key.pk, values={"secret": "sk-proj-another-one-0000", "label": "Home"})

    assert (replaced.test_result, replaced.tested_at, replaced.last_four, replaced.label) == ("", None, "0000", "Home")
    assert selectors.key_of(scope.pk, KeyKind.OPENAI).secret == "sk-proj-another-one-0000"


def test_change_without_a_new_secret_keeps_the_old_one(scope):
    key = add(scope)

    services.replace_key(key_id=key.pk, values={"secret": "", "label": "Home"})

    assert selectors.key_of(scope.pk, KeyKind.OPENAI).secret == OPENAI_KEY


def test_every_change_stands_in_the_trail_and_no_secret_does(scope, tester):
    key = add(scope, label="Work")
    services.check_key(key_id=key.pk)
    services.switch_key(key_id=key.pk, is_active=False)
    services.replace_key(key_id=key.pk, values={"secret": "sk-proj-another-one-0000", "label": "Work"})
    services.delete_key(key_id=key.pk)

    written = trail(scope)
    assert [action for action, _before, _after in written] == [
        "key_added", "key_tested", "key_changed", "key_changed", "key_removed",
    ]  # fmt: skip
    assert written[0][2] == {"kind": "openai", "label": "Work", "last_four": "7Qk2", "is_active": True}
    assert written[1][2] == {"kind": "openai", "last_four": "7Qk2", "test_result": "works"}
    assert (written[2][1], written[2][2]) == ({"is_active": True}, {"is_active": False})
    assert written[4][1]["last_four"] == "0000"
    assert "sk-proj" not in str(written)
    assert "v1." not in str(written)


def test_test_keeps_the_answer_with_its_time(scope, tester):
    tester.result = KeyResult.REFUSED
    key = add(scope)

    tested = services.check_key(key_id=key.pk)

    assert tested.test_result == KeyResult.REFUSED
    assert tested.test_ms is not None
    assert timezone.now() - tested.tested_at < timezone.timedelta(minutes=1)
    assert [asked.secret for asked in tester.asked] == [OPENAI_KEY]


def test_answer_about_a_key_that_was_replaced_meanwhile_is_not_kept(scope, tester):
    key = add(scope)

    class Slow:
        def __call__(self, opened):
            services.replace_key(key_id=key.pk, values={"secret": "sk-proj-another-one-0000"})
            return KeyResult.REFUSED

    key_testers.register(KeyKind.OPENAI, Slow())

    assert services.check_key(key_id=key.pk).test_result == ""


def test_use_is_noted_at_most_once_a_minute(scope):
    key = add(scope)
    seen = []

    for second in (0, 30, 61):
        with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
            clock.shift(second)
            services.note_use(key_id=key.pk)
        key.refresh_from_db()
        seen.append(key.used_at.strftime("%M:%S"))

    assert seen == ["00:00", "00:00", "01:01"]


def test_refusal_in_use_is_shown_and_told_once(scope):
    key = add(scope)

    for _number in range(3):
        services.note_refusal(key_id=key.pk, result=KeyResult.REFUSED)

    key.refresh_from_db()
    told = Delivery.objects.filter(channel="inpage")
    assert key.test_result == KeyResult.REFUSED
    assert [delivery.context["path"] for delivery in told] == ["/settings/keys/"]
    assert told[0].context["title"] == "OpenAI does not accept your key"


def test_refusal_that_is_over_is_taken_back_by_the_next_success(scope):
    key = add(scope)
    services.note_refusal(key_id=key.pk, result=KeyResult.NO_CREDIT)
    services.note_use(key_id=key.pk)

    services.note_success(key_id=key.pk)

    key.refresh_from_db()
    assert key.test_result == KeyResult.WORKS


def test_lost_master_key_destroys_nothing_and_putting_it_back_heals(scope, settings):
    key, ring = add(scope), settings.ENCRYPTION_KEYS
    before = SecretKey.objects.values().get(pk=key.pk)
    settings.ENCRYPTION_KEYS = OTHER_RING

    with pytest.raises(KeyLockedError, match="Nothing is lost"):
        selectors.key_of(scope.pk, KeyKind.OPENAI)
    assert selectors.writing_keys(scope.pk) == []
    assert selectors.locked_writing_key(scope.pk) == key
    settings.ENCRYPTION_KEYS = ring

    assert SecretKey.objects.values().get(pk=key.pk) == before
    assert selectors.key_of(scope.pk, KeyKind.OPENAI).secret == OPENAI_KEY


def test_key_of_one_person_does_not_open_in_the_row_of_another(owner, stranger):
    key, other = SecretKeyFactory(owner=owner), SecretKeyFactory(owner=stranger, secret="sk-proj-of-the-stranger")
    with owner_scope(owner.pk):
        SecretKey.objects.filter(pk=key.pk).update(sealed=other.sealed)

        with pytest.raises(KeyLockedError):
            selectors.key_of(owner.pk, KeyKind.OPENAI)


def test_key_of_a_stranger_is_not_found(owner, stranger):
    SecretKeyFactory(owner=owner)

    with owner_scope(stranger.pk):
        assert (selectors.key_of(owner.pk, KeyKind.OPENAI), list(selectors.keys_of(owner.pk))) == (None, [])


def test_application_of_a_connection_is_kept_once(scope):
    for _number in range(2):
        services.keep_application(owner_id=scope.pk, client_id="abc-f3a9", secret="hush")
    services.keep_application(owner_id=scope.pk, client_id="abc-f3a9", secret="changed at Upwork")

    assert selectors.key_of(scope.pk, KeyKind.UPWORK).secret == "changed at Upwork"
    assert [action for action, _before, _after in trail(scope)] == ["key_added", "key_changed"]


@pytest.mark.parametrize(
    ("values", "constraint"),
    (
        ({"kind": "openai"}, "secret_key_is_sealed"),
        ({"kind": "openai", "sealed": "x", "base_url": "https://a.b"}, "secret_key_server_has_address"),
        ({"kind": "compatible", "base_url": "https://a.b"}, "secret_key_server_has_address"),
        ({"kind": "upwork", "sealed": "x"}, "secret_key_application_has_id"),
        ({"kind": "openai", "sealed": "x", "test_result": "works"}, "secret_key_result_has_time"),
        ({"kind": "mistral", "sealed": "x"}, "secret_key_kind_known"),
    ),
)
def test_database_refuses_a_key_that_makes_no_sense(scope, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SecretKey.objects.create(owner=scope, **values)
