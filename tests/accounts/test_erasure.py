"""The end of an account: asked for twice over, told by mail, taken back in time, and then nothing is left."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from apps.accounts import sessions, tasks
from apps.accounts.audit.models import AuditDetail, AuditEntry
from apps.accounts.models import Erasure, Export, Profile, User
from apps.accounts.privacy import erasing, exporting, registry
from apps.accounts.privacy.enums import Cause
from apps.accounts.roles import Role
from apps.core import realtime
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.errors import DomainError
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications import outbox
from apps.notifications.enums import Channel
from apps.notifications.models import Delivery
from apps.notifications.services import choose_channels
from tests.accounts.factories import ErasureFactory, ExportFactory, confirm, make_session
from tests.trail import trail

pytestmark = pytest.mark.django_db


def ask(owner) -> Erasure:
    with owner_scope(owner.pk):
        return erasing.ask_erasure(actor=owner)


def carry_out(erasure: Erasure, capture) -> None:
    with capture(execute=True), time_machine.travel(erasure.due_at + timedelta(minutes=1), tick=False):
        tasks.erase_account(erasure_id=erasure.pk, owner_id=erasure.owner_id)


def told(owner) -> list[tuple[str, str]]:
    with owner_scope(owner.pk):
        return [(row.key.split(":")[0], row.channel) for row in Delivery.objects.order_by("pk")]


def actions(owner) -> list[str]:
    return [action for action, *_values in trail(owner)]


def test_asking_gives_two_weeks_and_tells_everywhere(owner, settings):
    erasure = ask(owner)

    assert abs(erasure.due_at - timezone.now() - timedelta(days=settings.ERASURE_GRACE_DAYS)) < timedelta(minutes=1)
    assert sorted(told(owner)) == [("erasure-planned", "email"), ("erasure-planned", "inpage")]
    assert Action.ERASURE_ASKED in actions(owner)


def test_mail_goes_out_though_the_person_wants_none(owner):
    with owner_scope(owner.pk):
        choose_channels(owner_id=owner.pk, wanted={})

    ask(owner)

    assert ("erasure-planned", Channel.EMAIL) in told(owner)


def test_mail_says_until_when_in_the_persons_words(owner):
    User.objects.filter(pk=owner.pk).update(language="en", time_zone="Europe/Kyiv")
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False), owner_scope(owner.pk):
        erasing.ask_erasure(actor=owner)
        outbox.deliver(owner_id=owner.pk)

    assert mail.outbox[0].subject == "Your account will be erased"
    assert "Until 4 December 2026, 12:00 you can sign in and keep your account" in mail.outbox[0].body


def test_asking_twice_leaves_the_first_date(owner):
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        first = ask(owner)

    assert ask(owner).due_at == first.due_at


def test_staff_are_not_erased_while_they_work_here(staff):
    with owner_scope(staff.pk), pytest.raises(DomainError):
        erasing.ask_erasure(actor=staff)


def test_taking_it_back_keeps_everything(owner):
    ask(owner)

    with owner_scope(owner.pk):
        assert erasing.cancel_erasure(owner_id=owner.pk)
        assert not Erasure.objects.exists()
        assert not erasing.cancel_erasure(owner_id=owner.pk)
    assert actions(owner)[-1] == Action.ERASURE_CANCELLED
    assert ("erasure-cancelled", "email") in told(owner)


def test_last_day_is_announced_once(owner):
    erasure = ask(owner)

    with time_machine.travel(erasure.due_at - timedelta(hours=23)):
        tasks.erase_due()
        tasks.erase_due()

    assert [key for key, channel in told(owner) if key == "erasure-reminder"] == ["erasure-reminder"] * 2  # one each


def test_nothing_is_announced_or_erased_before(owner):
    erasure = ask(owner)

    with time_machine.travel(erasure.due_at - timedelta(hours=25)):
        tasks.erase_due()
        tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    assert User.objects.filter(pk=owner.pk).exists()
    assert "erasure-reminder" not in dict(told(owner))


def test_short_grace_has_no_second_warning(owner, settings):
    settings.ERASURE_GRACE_DAYS = 1
    ask(owner)

    tasks.erase_due()

    assert "erasure-reminder" not in dict(told(owner))


def test_account_is_gone_afterwards(owner, django_capture_on_commit_callbacks):
    carry_out(ask(owner), django_capture_on_commit_callbacks)

    assert not User.objects.filter(pk=owner.pk).exists()


def test_trail_keeps_numbers_and_nothing_personal(owner, django_capture_on_commit_callbacks):
    make_session(owner)
    carry_out(ask(owner), django_capture_on_commit_callbacks)

    with everyone_scope(Reason.ADMIN):
        kept = list(AuditEntry.objects.filter(owner_id=owner.pk).order_by("pk").values_list("action", flat=True))
        assert kept[-1] == Action.ERASED
        assert Action.ERASURE_ASKED in kept
        assert not AuditDetail.objects.filter(owner_id=owner.pk).exists()


def test_last_mail_says_that_it_is_done(owner, django_capture_on_commit_callbacks):
    erasure = ask(owner)

    carry_out(erasure, django_capture_on_commit_callbacks)

    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([owner.email], "Your account has been erased")]


def test_sessions_streams_and_files_go_too(owner, valkey, django_capture_on_commit_callbacks):
    make_session(owner)
    realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, once="x", id="1")
    with owner_scope(owner.pk):
        Profile.objects.get().picture.save("me.webp", ContentFile(b"pixels"))
        export = exporting.ask_export(actor=owner)
        exporting.make_export(export_id=export.pk)
        picture = Profile.objects.get().picture.name

    carry_out(ask(owner), django_capture_on_commit_callbacks)

    assert sessions.sessions_of(owner) == []
    assert not [key for key in valkey.scan_iter() if key.startswith((f"live:{owner.pk}", f"sessions:{owner.pk}"))]
    assert (default_storage.exists(picture), default_storage.exists(export.path)) == (False, False)


def test_others_lose_nothing(owner, stranger, django_capture_on_commit_callbacks):
    ExportFactory(owner=stranger)

    carry_out(ask(owner), django_capture_on_commit_callbacks)

    with owner_scope(stranger.pk):
        assert (Export.objects.count(), Profile.objects.count()) == (1, 1)


def test_second_worker_leaves_it_to_the_first(owner):
    erasure = ErasureFactory(owner=owner, due_at=timezone.now(), claimed_until=timezone.now() + timedelta(seconds=9))

    tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    assert User.objects.filter(pk=owner.pk).exists()


@pytest.fixture
def broken_room():
    """A room whose part fails when all the others have erased theirs already."""
    kept = dict(registry._holdings)
    registry._holdings.clear()
    words = dict.fromkeys(("label", "purpose", "kept", "shared_with"), "")
    registry.register("broken", **words, models=(), export=lambda _owner_id: (), erase=_fail)
    registry._holdings.update(kept)
    yield
    registry._holdings.pop("broken")


def _fail(_owner_id):
    raise RuntimeError("the worker died")


def test_one_who_works_here_meanwhile_is_waited_for(owner):
    erasure = ErasureFactory(owner=owner, due_at=timezone.now() - timedelta(days=1))
    User.objects.filter(pk=owner.pk).update(role=Role.SUPPORT)

    tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    assert User.objects.filter(pk=owner.pk).exists()


def test_failure_of_one_room_erases_nothing(owner, broken_room, django_capture_on_commit_callbacks):
    erasure = ErasureFactory(owner=owner, due_at=timezone.now() - timedelta(days=1))
    with owner_scope(owner.pk):
        Profile.objects.get().picture.save("me.webp", ContentFile(b"pixels"))

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    with owner_scope(owner.pk):
        assert default_storage.exists(Profile.objects.get().picture.name)
        assert Erasure.objects.exists()


# The page


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    confirm(client, owner)
    return client


def test_page_asks_for_the_password_before(client, owner):
    client.force_login(owner)

    response = client.post(reverse("accounts:erasure-create"), {"email": owner.email})

    assert response["Location"].startswith(reverse("account_reauthenticate"))
    with owner_scope(owner.pk):
        assert not Erasure.objects.exists()


@pytest.mark.parametrize("typed", ["", "somebody@example.com"])
def test_wrong_address_erases_nothing(signed_in, owner, typed):
    response = signed_in.post(reverse("accounts:erasure-create"), {"email": typed})

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    with owner_scope(owner.pk):
        assert not Erasure.objects.exists()


def test_right_address_begins_the_days(signed_in, owner):
    page = signed_in.post(reverse("accounts:erasure-create"), {"email": owner.email.upper()}, follow=True)

    assert "Your account is erased on" in page.content.decode()
    assert "Keep my account" in page.content.decode()
    with owner_scope(owner.pk):
        assert Erasure.objects.get().cause == Cause.ASKED


def test_person_signs_in_and_takes_it_back(client, owner):
    ask(owner)
    client.force_login(owner)

    page = client.post(reverse("accounts:erasure-cancel"), follow=True).content.decode()

    assert "Your account stays" in page
    with owner_scope(owner.pk):
        assert not Erasure.objects.exists()


def test_staff_are_told_why_not(client, staff):
    client.force_login(staff)
    confirm(client, staff)

    response = client.post(reverse("accounts:erasure-create"), {"email": staff.email})

    assert response.status_code == 422
    assert "You work here" in response.content.decode()


@pytest.mark.parametrize("name", ["accounts:privacy", "accounts:export-create", "accounts:erasure-create"])
def test_pages_are_for_people_who_are_signed_in(client, db, name):
    response = client.post(reverse(name)) if name != "accounts:privacy" else client.get(reverse(name))

    assert response["Location"].startswith(reverse("account_login"))
