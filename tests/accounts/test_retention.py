"""Nothing is kept for ever: silent accounts, the trail, old messages, records of archives."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from apps.accounts import tasks
from apps.accounts.audit.models import AuditEntry
from apps.accounts.models import Erasure, Export, User
from apps.accounts.privacy import erasing, retaining
from apps.accounts.privacy.enums import Cause, ExportState
from apps.core import audit
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications import outbox
from apps.notifications.enums import Channel
from apps.notifications.models import Delivery
from apps.notifications.services import notify
from tests.accounts.factories import ErasureFactory, ExportFactory, StaffFactory, UserFactory, make_session
from tests.trail import trail

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)


def last_seen(person, ago: timedelta) -> None:
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() - ago)


def planned() -> dict[str, Erasure]:
    with everyone_scope(Reason.ADMIN):
        return {erasure.owner.email: erasure for erasure in Erasure.objects.select_related("owner")}


@pytest.mark.parametrize(("ago", "is_warned"), [(699, False), (701, True)])
def test_silent_account_is_warned_thirty_days_before(owner, ago, is_warned):
    last_seen(owner, ago * DAYS)

    tasks.retain()

    assert bool(planned()) is is_warned


def test_warning_says_the_day_and_goes_by_mail(owner, settings):
    last_seen(owner, 701 * DAYS)

    tasks.retain()

    erasure = planned()[owner.email]
    with owner_scope(owner.pk):
        outbox.deliver(owner_id=owner.pk)
    assert erasure.cause == Cause.INACTIVE
    assert erasure.due_at - timezone.now() > 29.9 * DAYS
    assert [letter.subject for letter in mail.outbox] == ["Your account will be erased"]
    assert "You have not been here for a long time" in mail.outbox[0].body


def test_account_that_is_long_overdue_still_has_thirty_days(owner):
    last_seen(owner, 2000 * DAYS)

    tasks.retain()

    assert planned()[owner.email].due_at - timezone.now() > 29.9 * DAYS


def test_who_never_signed_in_counts_from_the_day_they_joined(db):
    UserFactory(email="never@example.com", date_joined=timezone.now() - 800 * DAYS)

    tasks.retain()

    assert set(planned()) == {"never@example.com"}


def test_staff_and_people_who_are_signed_in_are_left_alone(owner):
    staff = StaffFactory()
    make_session(owner)
    for person in (owner, staff):
        last_seen(person, 800 * DAYS)

    tasks.retain()

    assert planned() == {}


def test_one_warning_is_enough(owner):
    last_seen(owner, 701 * DAYS)

    tasks.retain()
    tasks.retain()

    with owner_scope(owner.pk):
        assert Delivery.objects.filter(channel=Channel.EMAIL).count() == 1


def test_one_who_signs_in_again_keeps_the_account(client, owner):
    last_seen(owner, 800 * DAYS)
    tasks.retain()
    client.force_login(owner)  # sets the last sign-in

    page = client.get(reverse("accounts:privacy")).content.decode()
    tasks.erase_due()

    assert "Your account is erased on" not in page
    assert planned() == {}
    assert [action for action, *_ in trail(owner)][-1] == Action.ERASURE_CANCELLED


def test_one_who_comes_at_the_last_moment_is_not_erased(owner):
    erasure = ErasureFactory(owner=owner, cause=Cause.INACTIVE, due_at=timezone.now() - timedelta(seconds=1))
    User.objects.filter(pk=owner.pk).update(last_login=timezone.now() + timedelta(seconds=1))

    tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    assert User.objects.filter(pk=owner.pk).exists()


def test_one_who_asked_is_erased_though_they_signed_in(owner):
    with owner_scope(owner.pk):
        erasing.ask_erasure(actor=owner)
    User.objects.filter(pk=owner.pk).update(last_login=timezone.now() + DAYS)

    with owner_scope(owner.pk):
        assert erasing.planned_for(owner.pk)


def test_silent_account_goes_when_its_time_has_come(owner, django_capture_on_commit_callbacks):
    last_seen(owner, 800 * DAYS)
    tasks.retain()
    erasure = planned()[owner.email]

    with time_machine.travel(erasure.due_at + timedelta(minutes=1)), django_capture_on_commit_callbacks(execute=True):
        tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)

    assert not User.objects.filter(pk=owner.pk).exists()


def test_trail_is_kept_for_its_time(owner, settings):
    with time_machine.travel(timezone.now() - (settings.AUDIT_DAYS + 1) * DAYS):
        audit.record(action=Action.SIGNED_IN, owner_id=owner.pk, after={"method": "password"})
    audit.record(action=Action.SIGNED_OUT, owner_id=owner.pk)

    tasks.retain()

    with owner_scope(owner.pk):
        assert set(AuditEntry.objects.values_list("action", flat=True)) & {Action.SIGNED_IN, Action.SIGNED_OUT} == {
            Action.SIGNED_OUT
        }


def test_old_messages_go_and_what_still_waits_stays(owner, settings):
    with time_machine.travel(timezone.now() - (settings.MESSAGE_DAYS + 1) * DAYS):
        for key in ("old", "waiting"):
            notify(owner_id=owner.pk, event=Event.SECURITY, key=key, context={"title": "Old", "text": "Old"})
        with owner_scope(owner.pk):
            Delivery.objects.filter(key="old").update(state="sent", sent_at=timezone.now())
    notify(owner_id=owner.pk, event=Event.SECURITY, key="new", context={"title": "New", "text": "New"})

    tasks.retain()

    with owner_scope(owner.pk):
        assert set(Delivery.objects.values_list("key", flat=True)) == {"waiting", "new"}


def test_records_of_old_archives_go(owner, settings):
    old = ExportFactory(owner=owner, state=ExportState.EXPIRED)
    recent = ExportFactory(owner=owner, state=ExportState.EXPIRED)
    with owner_scope(owner.pk):
        Export.objects.filter(pk=old.pk).update(updated_at=timezone.now() - (settings.MESSAGE_DAYS + 1) * DAYS)

    tasks.retain()

    with owner_scope(owner.pk):
        assert [export.pk for export in Export.objects.all()] == [recent.pk]


def test_round_asks_few_questions_however_many_are_active(django_assert_max_num_queries):
    UserFactory.create_batch(5)

    with django_assert_max_num_queries(12), everyone_scope(Reason.RETENTION):
        retaining.retain()
