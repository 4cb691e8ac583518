"""Writing messages: once for each key, for whom and where they are wanted, sent after the commit."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.notifications import services
from apps.notifications.services import Message, notify, notify_many
from tests.accounts.factories import UserFactory


def tell(user, key="job:1", **context):
    notify(owner_id=user.pk, event=Event.NEW_JOB, key=key, context={"id": uuid4(), "score": 94, **context})


def choose(user, **wanted):
    with owner_scope(user.pk):
        services.choose_channels(owner_id=user.pk, wanted=wanted)


def test_message_becomes_a_row_on_each_channel(owner, rows):
    tell(owner)

    assert {(row.channel, row.state, row.owner_id) for row in rows()} == {
        ("email", "waiting", owner.pk),
        ("inpage", "waiting", owner.pk),
    }


def test_same_key_is_told_once(owner, rows):
    tell(owner)
    tell(owner)
    tell(owner, key="job:2")

    assert [row.key for row in rows(channel="inpage")] == ["job:1", "job:2"]


def test_same_key_of_another_person_is_another_message(owner, stranger, rows):
    tell(owner)
    tell(stranger)

    assert {row.owner_id for row in rows(key="job:1")} == {owner.pk, stranger.pk}


def test_nothing_is_told_when_the_caller_rolls_back(owner, rows, django_capture_on_commit_callbacks, valkey):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell(owner)
        transaction.set_rollback(True)

    assert rows() == []
    assert valkey.llen("mail") == 0


def test_workers_are_asked_after_the_commit(owner, stranger, valkey, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        notify_many(
            event=Event.NEW_JOB,
            messages=[Message(user.pk, "job:1", {"id": uuid4(), "score": 90}) for user in (owner, stranger)],
        )
        before = valkey.llen("mail")

    assert (before, valkey.llen("mail")) == (0, 2)


def test_crowd_is_left_to_the_sweep(db, valkey, django_capture_on_commit_callbacks):
    people = UserFactory.create_batch(services.FEW + 1)

    with django_capture_on_commit_callbacks(execute=True):
        notify_many(event=Event.NEW_JOB, messages=[Message(user.pk, "k", {"id": "1", "score": 1}) for user in people])

    assert valkey.llen("mail") == 1


@pytest.mark.parametrize("count", [1, 30])
def test_many_people_are_two_statements(db, rows, count, django_assert_num_queries):
    people = UserFactory.create_batch(count)
    messages = [Message(user.pk, "job:1", {"id": "1", "score": 90}) for user in people]

    with django_assert_num_queries(2):  # who chose what; all the rows
        notify_many(event=Event.NEW_JOB, messages=messages)

    assert {row.owner_id for row in rows()} == {user.pk for user in people}


def test_nobody_to_tell_asks_nothing(db, valkey, django_assert_num_queries):
    with django_assert_num_queries(0):
        notify_many(event=Event.NEW_JOB, messages=[])

    assert not valkey.exists("mail")


def test_channel_that_was_switched_off_is_left_out(owner, stranger, rows):
    choose(owner, new_job=["inpage"])

    tell(owner)
    tell(stranger)

    assert [row.channel for row in rows(owner=owner)] == ["inpage"]
    assert {row.channel for row in rows(owner=stranger)} == {"inpage", "email"}


def test_channel_that_was_switched_on_again_is_added(owner, rows):
    choose(owner, new_job=["inpage"])
    choose(owner, new_job=["inpage", "email"])

    tell(owner)

    assert {row.channel for row in rows()} == {"inpage", "email"}


def test_security_cannot_be_switched_off_on_the_page(owner, rows):
    choose(owner, security=[])

    notify(owner_id=owner.pk, event=Event.SECURITY, key="s:1", context={"title": "Signed in", "text": "From Lviv."})

    assert [row.channel for row in rows()] == ["inpage"]


def test_translatable_value_is_kept_as_its_source(owner, rows):
    status = gettext_lazy("Viewed")

    with override("uk"):
        notify(owner_id=owner.pk, event=Event.PROPOSAL_STATUS, key="p:1", context={"id": uuid4(), "status": status})

    assert {row.context["status"] for row in rows()} == {"Viewed"}


def test_text_of_the_marketplace_is_kept_apart(owner, rows):
    until = timezone.now() + timedelta(hours=24)

    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key="job:1",
        context={"id": "7", "score": 94},
        content={"title": "Django developer", "summary": "$45–70/hr"},
        content_expires_at=until,
    )

    row = rows(channel="email")[0]
    assert row.context == {"id": "7", "score": 94}
    assert row.content == {"title": "Django developer", "summary": "$45–70/hr"}
    assert row.content_expires_at == until
