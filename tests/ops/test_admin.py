"""The table of beat in the admin: an entry is switched off and on, and that is all."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from tests.accounts.factories import PASSWORD, StaffFactory, add_totp, totp_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    staff = StaffFactory(email="boss@example.com")
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture
def entry(db):
    often = IntervalSchedule.objects.create(every=15, period=IntervalSchedule.SECONDS)
    return PeriodicTask.objects.create(name="jobs.match_waiting", task="apps.jobs.tasks.match_waiting", interval=often)


def address(step, *args):
    return reverse(f"admin:django_celery_beat_periodictask_{step}", args=args)


def test_entry_is_switched_off_and_beat_is_told(boss, entry):
    PeriodicTasks.objects.all().delete()

    boss.post(address("change", entry.pk), {"task": "os.remove", "name": "other", "queue": "other"})
    entry.refresh_from_db()

    assert (entry.enabled, entry.task, entry.name, entry.queue) == (
        False, "apps.jobs.tasks.match_waiting", "jobs.match_waiting", None,
    )  # fmt: skip
    assert PeriodicTasks.last_change() is not None


def test_entries_come_from_the_schedule_alone(boss, entry):
    added = boss.get(address("add"))
    deleted = boss.post(address("delete", entry.pk), {"post": "yes"})

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert PeriodicTask.objects.filter(pk=entry.pk).exists()


def test_pages_have_no_script_of_their_own(boss, entry):
    for page in (boss.get(address("changelist")), boss.get(address("change", entry.pk))):
        assert page.status_code == 200
        assert "<script>" not in page.content.decode()


def test_nothing_else_of_beat_is_in_the_admin():
    shown = {model for model in admin.site._registry if model._meta.app_label == "django_celery_beat"}

    assert shown == {PeriodicTask}
