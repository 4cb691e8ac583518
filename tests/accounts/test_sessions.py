"""Where a person is signed in: listed, kept alive by use, ended at once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts import sessions
from apps.accounts.middleware import seen
from apps.core.audit import Action
from tests.accounts.factories import PASSWORD, make_session
from tests.accounts.test_devices import IPHONE, MAC
from tests.trail import trail

pytestmark = pytest.mark.django_db
PAGE = "/settings/security/"


def sign_in(user, **headers):
    browser = Client(headers=headers)
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


def confirm(browser):
    """As the person who has just typed the password once more."""
    return browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def end(browser, session):
    return browser.post(reverse("accounts:session-end", kwargs={"session_id": session.id}))


def test_sign_in_is_listed_with_its_device_and_place(owner):
    browser = sign_in(owner, user_agent=MAC)

    (session,) = sessions.sessions_of(owner)

    assert (session.device, session.place) == ("Firefox on macOS", "127.0.0.1")
    assert browser.session.session_key not in str(session)


def test_city_comes_from_the_time_zone_of_the_browser(owner):
    browser = Client(headers={"user-agent": IPHONE})
    browser.cookies["time_zone"] = "Europe/Kyiv"

    browser.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    assert [session.place for session in sessions.sessions_of(owner)] == ["Kyiv, 127.0.0.1"]


def test_page_marks_this_session_and_lists_it_first(owner):
    browser = sign_in(owner, user_agent=MAC)
    make_session(owner, user_agent=IPHONE)

    page = browser.get(PAGE).content.decode()

    assert re.findall(r'<p class="row-name">(\S+ on \S+)</p>', page) == ["Firefox on macOS", "Safari on iPhone"]
    assert page.count("This device") == 1
    assert page.count("/end/") == 1


def test_list_of_one_offers_nothing_to_end(owner):
    page = sign_in(owner).get(PAGE).content.decode()

    assert "End all others" not in page


def test_stranger_is_listed_nowhere(owner, stranger):
    sign_in(owner)

    assert sessions.sessions_of(stranger) == []


def test_session_is_noted_once_in_five_minutes(owner, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    browser = sign_in(owner)
    first = sessions.sessions_of(owner)[0].last_seen

    time_machine.shift(timedelta(minutes=4))
    browser.get(PAGE)
    soon = sessions.sessions_of(owner)[0].last_seen
    time_machine.shift(timedelta(minutes=4))
    browser.get(PAGE)
    later = sessions.sessions_of(owner)[0].last_seen

    assert (soon - first, later - first) == (timedelta(0), timedelta(minutes=8))


def test_noting_asks_the_database_nothing(owner, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), owner

    with django_assert_num_queries(0):
        sessions.touch(request)


@pytest.mark.parametrize("rows", (1, 3))
def test_page_query_count_is_flat(owner, rows, django_assert_num_queries):
    browser = sign_in(owner)
    for _number in range(rows):
        make_session(owner)

    with django_assert_num_queries(5):  # the person, factors, the linked account, password, events
        browser.get(PAGE)


def test_use_keeps_a_session_for_another_day(owner, valkey, settings):
    browser = sign_in(owner)
    key = next(valkey.scan_iter(f"*{browser.session.session_key}"))
    valkey.expire(key, 60)
    session = browser.session
    session[sessions.MARK] = session[sessions.MARK] | {"last": 0}
    session.save()

    browser.get(PAGE)

    assert valkey.ttl(key) > settings.SESSION_COOKIE_AGE - 60


def test_sessions_are_nowhere_but_in_redis(owner, valkey):
    sign_in(owner)

    assert valkey.ttl(f"sessions:{owner.pk}") > 0
    assert SessionStore().exists(valkey.hvals(f"sessions:{owner.pk}")[0])


def test_ending_a_session_signs_it_out_at_once(owner):
    here, there = sign_in(owner), sign_in(owner, user_agent=IPHONE)
    confirm(here)
    other = next(session for session in sessions.sessions_of(owner) if session.device == "Safari on iPhone")

    answer = end(here, other)

    assert answer.url == PAGE
    assert there.get(PAGE).url.startswith(reverse("account_login"))
    assert here.get(PAGE).status_code == 200


def test_ended_session_is_written_down_with_its_device(owner):
    here = sign_in(owner)
    other = make_session(owner, user_agent=IPHONE)
    confirm(here)

    end(here, other)

    assert trail(owner)[-1] == (Action.SESSION_ENDED, {"device": "Safari, iPhone"}, None)


def test_ending_all_others_leaves_this_one(owner):
    here = sign_in(owner)
    others = [sign_in(owner) for _number in range(2)]
    confirm(here)

    answer = here.post(reverse("accounts:session-end-others"), follow=True)

    assert "2 sessions have ended." in answer.content.decode()
    assert [browser.get(PAGE).status_code for browser in (here, *others)] == [200, 302, 302]
    assert len(sessions.sessions_of(owner)) == 1


def test_ending_this_one_leads_to_the_log_in(owner):
    here = sign_in(owner)
    confirm(here)

    answer = end(here, sessions.sessions_of(owner)[0])

    assert answer.url == reverse("account_login")
    assert here.get(PAGE).status_code == 302


def test_ending_asks_once_more_who_it_is_and_then_goes_on(owner):
    here, there = sign_in(owner), sign_in(owner)

    asked = here.post(reverse("accounts:session-end-others"))
    unchanged = there.get(PAGE).status_code
    resumed = here.post(asked.url, {"password": PASSWORD})

    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert unchanged == 200
    assert resumed.url == PAGE
    assert there.get(PAGE).status_code == 302


def test_session_of_another_person_is_not_there(owner, stranger):
    theirs = make_session(owner)
    browser = sign_in(stranger)
    confirm(browser)

    answer = end(browser, theirs)

    assert answer.status_code == 404
    assert len(sessions.sessions_of(owner)) == 1


def test_session_that_nobody_has_is_not_there(owner):
    assert sessions.end(user=owner, session_id=uuid4()) is False


def test_signing_out_takes_the_session_off_the_list(owner):
    browser = sign_in(owner)

    browser.post(reverse("account_logout"))

    assert sessions.sessions_of(owner) == []


def test_new_password_keeps_this_session_alone_and_it_can_still_be_ended(owner):
    here, there = sign_in(owner), sign_in(owner)
    changed = {"oldpassword": PASSWORD, "password1": "Other-pass-2026!", "password2": "Other-pass-2026!"}

    here.post(reverse("account_change_password"), changed)
    owner.refresh_from_db()
    listed = sessions.sessions_of(owner)
    sessions.end_all_but(user=owner, session_id=None)

    assert len(listed) == 1
    assert [browser.get(PAGE).status_code for browser in (here, there)] == [302, 302]


def test_another_person_in_the_same_browser_begins_anew(owner, stranger):
    browser = sign_in(owner)
    first = sessions.sessions_of(owner)[0].id

    browser.force_login(stranger)
    browser.get(PAGE)

    assert sessions.sessions_of(owner) == []
    assert sessions.sessions_of(stranger)[0].id != first


def test_staff_who_act_for_a_person_are_not_listed_there(owner, rf):
    request = rf.get("/")
    request.session, request.user, request.impersonator_id = SessionStore(), owner, 7

    seen(lambda _request: None)(request)

    assert sessions.sessions_of(owner) == []
