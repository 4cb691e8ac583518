"""The demo's mails: what was written instead of sent is shown, newest first."""

import pytest
from django.core import mail
from django.core.mail.backends.filebased import EmailBackend
from django.utils import timezone

from apps.ops import mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path)
    return tmp_path


def _send(folder, subject: str, to: str = "anna@example.com") -> None:
    message = mail.EmailMultiAlternatives(
        subject, "Open https://bids.example/confirm/abc/ to go on.", "no-reply@bids.example", [to]
    )
    message.attach_alternative("<p>Open it</p>", "text/html")
    EmailBackend(file_path=str(folder)).send_messages([message])


def test_mails_are_read_back_newest_first(folder):
    _send(folder, "First")
    _send(folder, "Підтвердьте адресу", "olena@example.com")

    mails = mailbox.newest_mails()

    assert [(letter.subject, letter.recipient) for letter in mails] == [
        ("Підтвердьте адресу", "olena@example.com"),
        ("First", "anna@example.com"),
    ]
    assert "https://bids.example/confirm/abc/" in mails[0].text
    assert timezone.is_aware(mails[0].sent_at)


def test_several_mails_of_one_connection_are_kept_apart(folder):
    backend = EmailBackend(file_path=str(folder))
    messages = [mail.EmailMessage(f"Number {number}", "Text", "a@b.example", ["c@d.example"]) for number in range(3)]
    backend.send_messages(messages)

    assert [letter.subject for letter in mailbox.newest_mails()] == ["Number 2", "Number 1", "Number 0"]


def test_page_shows_mails_with_links_to_follow(client, folder):
    _send(folder, "Confirm your address")

    page = client.get("/sandbox/mail/").content.decode()

    assert "Confirm your address" in page
    assert '<a href="https://bids.example/confirm/abc/"' in page


def test_page_says_when_there_is_no_mail(client, folder):
    page = client.get("/sandbox/mail/").content.decode()

    assert "No mail yet" in page
