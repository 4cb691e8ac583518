"""What the mails say, in both languages and both forms."""

from uuid import uuid4

import pytest
from django.core import mail
from django.utils import translation

from apps.core.enums import Event
from apps.notifications import tasks
from apps.notifications.catalogue import CATALOGUE, words
from apps.notifications.channels.email.letters import MOST_ITEMS
from apps.notifications.services import notify

JOB = "5f0c8bd4-0000-4000-8000-000000000001"


def tell(user, key="job:1", **content):
    notify(
        owner_id=user.pk,
        event=Event.NEW_JOB,
        key=key,
        context={"id": JOB, "score": 94, "search": "Django + HTMX"},
        content={"title": "Speed up our checkout", "summary": "$45–70/hr, United Kingdom", **content},
    )


def letter(user):
    tasks.deliver(owner_id=user.pk)
    (sent,) = mail.outbox
    html, kind = sent.alternatives[0]
    assert kind == "text/html"
    return sent, html


def test_one_job_in_full(owner):
    tell(owner)

    sent, html = letter(owner)

    assert (sent.subject, sent.to) == ("94: Speed up our checkout", ["owner@example.com"])
    for form in (sent.body, html):
        assert "$45–70/hr, United Kingdom" in form
        assert f"http://testserver/jobs/{JOB}/" in form
        assert "http://testserver/notifications/preferences/" in form
        assert "A job passed one of your searches" in form
    assert "Search: Django + HTMX" in html
    assert sent.extra_headers["List-Unsubscribe"] == "<http://testserver/notifications/preferences/>"


def test_digest_lists_the_jobs_and_counts_the_rest(owner):
    for number in range(MOST_ITEMS + 3):
        tell(owner, key=f"job:{number}", title=f"Posting {number:02}")

    sent, html = letter(owner)

    assert sent.subject == f"{MOST_ITEMS + 3} new jobs that fit you"
    assert [f"Posting {number:02}" in html for number in (0, MOST_ITEMS - 1, MOST_ITEMS)] == [True, True, False]
    assert "and 3 more" in sent.body
    assert "and 3 more" in html


def test_hostile_title_is_harmless_in_html_and_in_the_subject(owner):
    tell(owner, title="<img src=x onerror=alert(1)>\r\nBcc: everyone@example.com")

    sent, html = letter(owner)

    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "\n" not in sent.subject
    assert sent.recipients() == ["owner@example.com"]


def test_text_form_is_not_escaped(owner):
    tell(owner, title="Bread & butter <b>")

    sent, _html = letter(owner)

    assert "94: Bread & butter <b>" in sent.subject
    assert "&amp;" not in sent.body


@pytest.mark.parametrize("language", ["en", "uk"])
def test_mail_is_written_in_the_language_of_the_person(owner, language):
    owner.language = language
    owner.save(update_fields=["language"])
    tell(owner)

    with translation.override("en" if language == "uk" else "uk"):
        _sent, html = letter(owner)

    assert f'<html lang="{language}">' in html


def test_status_is_read_in_the_language_of_the_reader():
    facts = {"id": uuid4(), "title": "Shop", "status": "English"}  # a word that Django itself translates

    with translation.override("uk"):
        in_ukrainian = words(CATALOGUE["proposal_status"], facts).title
    with translation.override("en"):
        in_english = words(CATALOGUE["proposal_status"], facts).title

    assert (in_english, in_ukrainian) == ("English: Shop", "Англійська: Shop")


@pytest.mark.parametrize("event", sorted(CATALOGUE))
def test_every_event_can_be_told_with_the_least_of_facts(event):
    entry = CATALOGUE[event]

    said = words(entry, {"id": uuid4()})

    assert said.title == str(entry.plain_title)
    assert said.path.startswith("/")
    assert str(entry.hint)


def test_progress_of_drafts_is_never_a_message():
    assert "ai_progress" not in CATALOGUE


def test_a_path_of_the_facts_wins():
    assert words(CATALOGUE["security"], {"title": "Reconnect Upwork", "path": "/settings/upwork/"}).path == (
        "/settings/upwork/"
    )


def test_percent_signs_in_facts_are_kept(owner):
    said = words(CATALOGUE["new_job"], {"id": JOB, "score": 90, "title": "100% remote", "summary": "5%"})

    assert (said.title, said.body) == ("90: 100% remote", "5%")


def test_place_is_said_in_the_language_of_the_reader(owner):
    facts = {"id": JOB, "score": 90, "title": "Checkout", "place": "United Kingdom", "summary": " · $45"}

    with translation.override("uk"):
        in_ukrainian = words(CATALOGUE["new_job"], facts).body

    assert in_ukrainian == "Велика Британія · $45"
    assert words(CATALOGUE["new_job"], facts).body == "United Kingdom · $45"
