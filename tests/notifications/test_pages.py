"""The bell's list, its count, and the choice of what reaches whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.core.enums import Event
from apps.notifications import tasks
from apps.notifications.catalogue import CATALOGUE
from apps.notifications.enums import Channel
from apps.notifications.models import Preference
from apps.notifications.services import notify
from tests.accounts.factories import PASSWORD, add_totp, totp_code

LIST = reverse("notifications:list")
PREFERENCES = reverse("notifications:preferences")


def tell(user, key="proposal:1", title="Shop checkout", **fields):
    notify(
        owner_id=user.pk,
        event=Event.PROPOSAL_STATUS,
        key=key,
        context={"id": uuid4(), "title": title, "status": "Viewed", **fields},
    )


def test_notices_are_listed_newest_first(client, owner):
    tell(owner, key="1", title="Older")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        tell(owner, key="2", title="Newer")
    client.force_login(owner)

    page = client.get(LIST).content.decode()

    assert page.index("Viewed: Newer") < page.index("Viewed: Older")


def test_notice_stands_in_the_list_before_any_worker_ran(client, owner, rows):
    tell(owner)
    client.force_login(owner)

    assert "Viewed: Shop checkout" in client.get(LIST).content.decode()
    assert {row.state for row in rows()} == {"waiting"}


def test_stranger_and_staff_see_nothing_of_the_owner(client, owner, stranger, staff, rows):
    tell(owner)
    notice = reverse("notifications:open", args=[rows(channel="inpage")[0].public_id])

    for other in (stranger, staff):
        client.force_login(other)
        client.post(reverse("notifications:read-all"))
        assert "Shop checkout" not in client.get(LIST).content.decode()
        assert client.get(notice).status_code == 404

    assert rows(channel="inpage")[0].read_at is None


def test_opening_a_notice_leads_on_and_marks_it_read(client, owner, rows):
    tell(owner, key="1", id="0c4c31c5-4b1f-4cf2-a4e2-4a3b9f4ad0b1")
    tell(owner, key="2")
    first, second = rows(channel="inpage")
    client.force_login(owner)

    answer = client.get(reverse("notifications:open", args=[first.public_id]))

    read = [row.read_at is not None for row in rows(channel="inpage")]
    assert answer.url == "/proposals/0c4c31c5-4b1f-4cf2-a4e2-4a3b9f4ad0b1/"
    assert read == [True, False]
    assert second.read_at is None


def test_all_are_marked_read_at_once(client, owner, rows):
    tell(owner, key="1")
    tell(owner, key="2")
    client.force_login(owner)

    answer = client.post(reverse("notifications:read-all"))

    assert answer.url == LIST
    assert all(row.read_at for row in rows(channel="inpage"))
    assert reverse("notifications:read-all") not in client.get(LIST).content.decode()


def test_mail_is_no_notice_of_the_email_channel(client, owner, rows):
    tell(owner)
    client.force_login(owner)

    assert client.get(reverse("notifications:open", args=[rows(channel="email")[0].public_id])).status_code == 404


def test_bell_counts_the_unread(client, owner):
    client.force_login(owner)
    before = client.get(reverse("notifications:bell")).content.decode()
    tell(owner, key="1")
    tell(owner, key="2")

    after = client.get(reverse("notifications:bell")).content.decode()

    assert "nav-count" not in before
    assert '<span class="nav-count tnum">2<' in after


def test_list_is_redrawn_alone_for_the_script(client, owner):
    tell(owner)
    client.force_login(owner)

    fragment = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "div#notice-list"}).content.decode()

    assert fragment.strip().startswith('<div id="notice-list"')
    assert "<html" not in fragment


def test_first_visit_says_what_will_be_here(client, owner):
    client.force_login(owner)

    assert "Nothing yet" in client.get(LIST).content.decode()


def test_failed_mail_is_told_beside_its_notice(client, owner, mail_server):
    mail_server.recipient_reply = "550 No"
    tell(owner)
    tasks.deliver(owner_id=owner.pk)
    client.force_login(owner)

    page = client.get(LIST).content.decode()

    assert "Not by e-mail: The mail server refused the mail (550). Check your address." in page


def test_notice_outlives_the_marketplace_text(client, owner):
    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key="job:1",
        context={"id": uuid4(), "score": 94},
        content={"title": "Secret title", "summary": "$45–70/hr"},
        content_expires_at=timezone.now() + timedelta(hours=24),
    )
    client.force_login(owner)
    before = client.get(LIST).content.decode()

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        tasks.deliver_waiting()
    after = client.get(LIST).content.decode()

    assert "94: Secret title" in before
    assert "Secret title" not in after
    assert "A new job that fits you" in after


def test_expired_text_is_not_shown_even_before_the_sweep(client, owner):
    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key="job:1",
        context={"id": uuid4(), "score": 94},
        content={"title": "Secret title"},
        content_expires_at=timezone.now() - timedelta(seconds=1),
    )
    client.force_login(owner)

    assert "Secret title" not in client.get(LIST).content.decode()


def test_names_in_titles_are_escaped(client, owner):
    tell(owner, title="<script>alert(1)</script>")
    client.force_login(owner)

    page = client.get(LIST).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_long_lists_have_pages(client, owner):
    for number in range(35):
        tell(owner, key=str(number), title=f"Job {number:02}")
    client.force_login(owner)

    first, second = client.get(LIST).content.decode(), client.get(LIST, {"page": 2}).content.decode()

    assert first.count('id="notice-') == 31  # thirty rows and the list itself
    assert second.count('id="notice-') == 6


@pytest.mark.parametrize("rows_count", [1, 3])
def test_list_query_count_is_flat(client, owner, rows_count, django_assert_num_queries):
    for number in range(rows_count):
        tell(owner, key=str(number), title=f"Shop {number}")
    client.force_login(owner)

    with django_assert_num_queries(4):  # the person, count, notices, unread
        page = client.get(LIST).content.decode()

    assert all(f"Shop {number}" in page for number in range(rows_count))


def boxes(**off):
    """The form as a browser posts it: ticked boxes alone."""
    return {
        f"{event}:{channel}": "on" for event in CATALOGUE for channel in Channel if channel not in off.get(event, ())
    }


def test_choice_is_saved_and_shown(client, owner):
    client.force_login(owner)

    answer = client.post(PREFERENCES, boxes(new_job=["email"]))
    page = client.get(PREFERENCES).content.decode()

    assert answer.url == PREFERENCES
    assert 'name="new_job:email"' in page
    assert 'name="new_job:email" id="id_new_job:email" checked' not in page
    assert 'name="proposal_status:email" id="id_proposal_status:email" checked' in page


def test_choice_can_be_taken_back(client, owner, rows):
    client.force_login(owner)
    client.post(PREFERENCES, boxes(proposal_status=["email"]))
    client.post(PREFERENCES, boxes())

    tell(owner)

    assert {row.channel for row in rows()} == {"inpage", "email"}


def test_what_is_fixed_stays_on(client, owner):
    client.force_login(owner)

    client.post(PREFERENCES, boxes(security=["inpage"]))

    page = client.get(PREFERENCES).content.decode()
    assert 'name="security:inpage" disabled id="id_security:inpage" checked' in page


def test_choice_of_one_is_not_the_choice_of_another(client, owner, stranger, rows):
    client.force_login(owner)
    client.post(PREFERENCES, boxes(proposal_status=["email"]))

    tell(stranger)

    assert {row.channel for row in rows()} == {"inpage", "email"}
    assert Preference._meta.constraints


def test_visitor_is_led_to_the_log_in(client, db):
    for url in (LIST, PREFERENCES, reverse("notifications:bell")):
        assert client.get(url).url.startswith(reverse("account_login"))


def test_admin_shows_how_deliveries_ended_and_not_what_they_said(client, owner, staff, rows):
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    tell(owner, title="Private words")
    row = rows(channel="email")[0]

    listed = client.get("/admin/notifications/delivery/", {"q": owner.email, "state": "waiting"}).content.decode()
    opened = client.get(f"/admin/notifications/delivery/{row.pk}/change/").content.decode()

    assert owner.email in listed
    assert str(row.public_id) in opened
    assert "Private words" not in listed + opened
