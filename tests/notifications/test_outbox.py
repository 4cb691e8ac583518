"""Sending what waits: once, in order, again when that helps, and never twice."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.notifications import outbox, tasks
from apps.notifications.channels import SENDERS
from apps.notifications.channels.base import Recipient
from apps.notifications.enums import Channel
from apps.notifications.models import Delivery
from apps.notifications.services import notify

LATER = timedelta(minutes=2)


def tell(user, key="proposal:1", event=Event.PROPOSAL_STATUS, **context):
    notify(
        owner_id=user.pk,
        event=event,
        key=key,
        context={"id": uuid4(), "title": "Shop", "status": "Viewed", "score": 90, **context},
    )


def states(found):
    return [(row.channel, row.state) for row in found]


def test_both_channels_are_served(owner, rows, frames):
    tell(owner)

    tasks.deliver(owner_id=owner.pk)

    assert {row.state for row in rows()} == {"sent"}
    assert [letter.to for letter in mail.outbox] == [["owner@example.com"]]
    assert [frame["event"] for frame in frames(owner)] == ["proposal_status"]


def test_second_run_sends_nothing(owner, frames):
    tell(owner)
    tasks.deliver(owner_id=owner.pk)

    tasks.deliver(owner_id=owner.pk)
    tasks.deliver_waiting()

    assert (len(mail.outbox), len(frames(owner))) == (1, 1)


def test_frame_carries_what_the_page_needs_and_no_marketplace_text(owner, rows, frames):
    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key="job:1",
        context={"id": "5f0c8bd4-0000-4000-8000-000000000001", "score": 94},
        content={"title": "Secret title"},
    )

    tasks.deliver(owner_id=owner.pk)

    (frame,) = frames(owner)
    assert frame == {
        "event": "new_job",
        "id": "5f0c8bd4-0000-4000-8000-000000000001",
        "score": 94,
        "delivery": str(rows(channel="inpage")[0].public_id),
        "title": "A new job that fits you",
        "url": "/jobs/5f0c8bd4-0000-4000-8000-000000000001/",
    }


def test_nothing_of_one_person_reaches_another(owner, stranger, frames):
    tell(owner)

    tasks.deliver(owner_id=stranger.pk)

    assert (frames(owner), frames(stranger), mail.outbox) == ([], [], [])


def test_sweep_finds_everybody_who_is_due(owner, stranger, valkey):
    tell(owner)
    tell(stranger)

    tasks.deliver_waiting()

    assert valkey.llen("mail") == 2


def test_closed_account_gets_nothing(owner, rows):
    tell(owner)
    owner.is_active = False
    owner.save(update_fields=["is_active"])

    tasks.deliver(owner_id=owner.pk)

    assert {(row.state, row.error) for row in rows()} == {("failed", "The account is closed.")}
    assert mail.outbox == []


def test_task_of_a_deleted_account_does_nothing(owner):
    tell(owner)
    owner_id = owner.pk
    with owner_scope(owner_id):
        owner.delete()

    tasks.deliver(owner_id=owner_id)

    assert mail.outbox == []


def test_server_that_cannot_be_reached_is_tried_again_with_longer_waits(owner, rows, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    tell(owner)
    waits = []

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            tasks.deliver(owner_id=owner.pk)
            (row,) = rows(channel="email")
            waits.append((row.due_at - timezone.now()).total_seconds())
            clock.move_to(row.due_at)

    assert (row.state, row.attempts) == ("waiting", 4)
    assert "cannot be reached" in row.error
    assert all(15 * 2**number <= wait <= 45 * 2**number for number, wait in enumerate(waits))


def test_server_that_recovers_gets_the_mail(owner, rows, mail_server):
    mail_server.recipient_reply = "451 Greylisted"
    tell(owner)
    tasks.deliver(owner_id=owner.pk)
    (row,) = rows(channel="email")
    refused = (row.state, row.error)
    mail_server.recipient_reply = "250 OK"

    with time_machine.travel(row.due_at):
        tasks.deliver(owner_id=owner.pk)

    (row,) = rows(channel="email")
    assert refused == ("waiting", "The mail server cannot take the mail now (451).")
    assert (row.state, row.error, len(mail_server.mails)) == ("sent", "", 1)


def test_trouble_without_end_ends(owner, rows, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    tell(owner)

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(outbox.MOST_ATTEMPTS + 2):
            tasks.deliver(owner_id=owner.pk)
            clock.shift(timedelta(hours=2))

    (row,) = rows(channel="email")
    assert (row.state, row.attempts) == ("failed", outbox.MOST_ATTEMPTS)


def test_address_that_is_refused_fails_at_once_with_a_sentence(owner, rows, mail_server):
    mail_server.recipient_reply = "550 No such person"
    tell(owner)

    tasks.deliver(owner_id=owner.pk)

    (row,) = rows(channel="email")
    assert (row.state, row.error) == ("failed", "The mail server refused the mail (550). Check your address.")
    assert states(rows(channel="inpage")) == [("inpage", "sent")]


def test_mail_refused_after_it_was_read_fails(owner, rows, mail_server):
    mail_server.data_reply = "554 Looks like spam"
    tell(owner)

    tasks.deliver(owner_id=owner.pk)

    assert states(rows(channel="email")) == [("email", "failed")]


def test_conversation_that_broke_off_is_not_repeated(owner, rows, mail_server):
    mail_server.drop_after_data = True
    tell(owner)

    tasks.deliver(owner_id=owner.pk)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        tasks.deliver_waiting()
        tasks.deliver(owner_id=owner.pk)

    (row,) = rows(channel="email")
    assert len(mail_server.mails) == 1
    assert row.state == "failed"
    assert "It may have arrived" in row.error


def test_message_id_is_the_same_for_every_attempt(owner, rows, mail_server):
    mail_server.data_reply = "451 Later"
    tell(owner)
    tasks.deliver(owner_id=owner.pk)
    mail_server.data_reply = "250 Taken"

    with time_machine.travel(rows(channel="email")[0].due_at):
        tasks.deliver(owner_id=owner.pk)

    ids = [letter["Message-ID"] for letter in mail_server.mails]
    assert ids == [f"<{rows(channel='email')[0].public_id}@testserver>"] * 2


def test_live_connection_that_is_down_is_tried_again(owner, rows, settings):
    from apps.core import realtime
    from apps.core import redis as core_redis

    tell(owner)
    good = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    core_redis.get.cache_clear()
    realtime._append.cache_clear()

    tasks.deliver(owner_id=owner.pk)

    settings.REDIS_URL = good
    core_redis.get.cache_clear()
    realtime._append.cache_clear()
    assert states(rows(channel="inpage")) == [("inpage", "waiting")]


def test_frame_whose_worker_died_before_marking_it_is_not_doubled(owner, rows, frames):
    """The worker sent the frame and was killed: the row still says it is being sent."""
    tell(owner)
    with owner_scope(owner.pk):
        recipient, deliveries = outbox._take(owner.pk, Channel.INPAGE)
        SENDERS[Channel.INPAGE].send(recipient, deliveries)

    with time_machine.travel(timezone.now() + LATER):
        tasks.deliver_waiting()
        tasks.deliver(owner_id=owner.pk)

    assert len(frames(owner)) == 1
    assert states(rows(channel="inpage")) == [("inpage", "sent")]


def test_frame_whose_worker_died_before_sending_it_is_sent(owner, frames):
    tell(owner)
    with owner_scope(owner.pk):
        outbox._take(owner.pk, Channel.INPAGE)

    with time_machine.travel(timezone.now() + LATER):
        tasks.deliver_waiting()
        tasks.deliver(owner_id=owner.pk)

    assert len(frames(owner)) == 1


def test_row_in_the_hands_of_a_living_worker_is_left_alone(owner, rows, frames):
    tell(owner)
    with owner_scope(owner.pk):
        outbox._take(owner.pk, Channel.INPAGE)

    tasks.deliver_waiting()
    tasks.deliver(owner_id=owner.pk)

    assert frames(owner) == []
    assert states(rows(channel="inpage")) == [("inpage", "sending")]


WORKER = "import django; django.setup(); from apps.notifications import tasks; tasks.deliver(owner_id={})"


@pytest.mark.django_db(transaction=True)
def test_killed_worker_sends_no_second_mail(owner, rows, mail_server):
    """A real process is killed while the server has the mail and has not answered."""
    mail_server.hold.clear()
    tell(owner)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    by_mail_server = {"DEMO": "0", "MAIL_FOLDER": "", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail_server.port)}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(owner.pk)],
        env={**os.environ, "DATABASE_URL": database, **by_mail_server},
    )
    has_mail = mail_server.has_mail.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    mail_server.hold.set()

    with time_machine.travel(timezone.now() + LATER):
        tasks.deliver_waiting()
        tasks.deliver(owner_id=owner.pk)

    (row,) = rows(channel="email")
    assert has_mail
    assert len(mail_server.mails) == 1
    assert (row.state, row.error) == ("failed", outbox.INTERRUPTED)
    assert states(rows(channel="inpage")) == [("inpage", "sent")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_person_send_each_message_once(owner, mail_server, frames, rows):
    for number in range(5):
        tell(owner, key=f"proposal:{number}")
    start = threading.Barrier(4)

    def work():
        start.wait()
        tasks.deliver(owner_id=owner.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    ids = [letter["Message-ID"] for letter in mail_server.mails]
    assert len(ids) == len(set(ids)) == 5
    assert len(frames(owner)) == 5
    assert {row.state for row in rows()} == {"sent"}


def test_new_jobs_come_at_once_then_as_a_digest(owner, rows):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tell(owner, key="job:1", event=Event.NEW_JOB)
        tasks.deliver(owner_id=owner.pk)
        for number in (2, 3, 4):
            clock.shift(timedelta(minutes=1))
            tell(owner, key=f"job:{number}", event=Event.NEW_JOB)
            tasks.deliver(owner_id=owner.pk)
        soon = len(mail.outbox)
        clock.shift(timedelta(minutes=13))
        tasks.deliver(owner_id=owner.pk)

    assert soon == 1
    assert [letter.subject for letter in mail.outbox] == ["90: Shop", "3 new jobs that fit you"]
    assert {row.state for row in rows(channel="email")} == {"sent"}


def test_frames_do_not_wait_for_the_digest(owner, frames):
    for number in (1, 2, 3):
        tell(owner, key=f"job:{number}", event=Event.NEW_JOB)
        tasks.deliver(owner_id=owner.pk)

    assert len(frames(owner)) == 3


def test_other_messages_do_not_wait_for_the_digest(owner):
    tell(owner, key="job:1", event=Event.NEW_JOB)
    tasks.deliver(owner_id=owner.pk)
    tell(owner, key="job:2", event=Event.NEW_JOB)
    tell(owner, key="proposal:1")

    tasks.deliver(owner_id=owner.pk)

    assert [letter.subject for letter in mail.outbox] == ["90: Shop", "Viewed: Shop"]


def test_text_of_the_marketplace_is_emptied_in_time(owner, rows):
    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key="job:1",
        context={"id": "1", "score": 90},
        content={"title": "Secret title"},
        content_expires_at=timezone.now() + timedelta(hours=24),
    )

    tasks.deliver_waiting()
    kept = {row.content.get("title") for row in rows()}
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        tasks.deliver_waiting()

    assert kept == {"Secret title"}
    assert [row.content for row in rows()] == [{}, {}]
    assert {row.context["score"] for row in rows()} == {90}


def test_every_channel_has_a_sender():
    assert SENDERS.keys() == set(Channel)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_failure_is_told_in_the_language_of_the_person(owner, language, rows, mail_server):
    mail_server.recipient_reply = "550 No"
    owner.language = language
    owner.save(update_fields=["language"])
    tell(owner)

    tasks.deliver(owner_id=owner.pk)

    assert "550" in rows(channel="email")[0].error


def test_sender_never_marks_rows_itself(owner):
    """The interface: a sender sends, and the outbox alone decides what the row says."""
    tell(owner)
    with owner_scope(owner.pk):
        deliveries = list(Delivery.objects.filter(channel=Channel.EMAIL))
        SENDERS[Channel.EMAIL].send(Recipient(owner.pk, owner.email, "en", "UTC"), deliveries)

        assert [row.state for row in Delivery.objects.filter(channel=Channel.EMAIL)] == ["waiting"]
