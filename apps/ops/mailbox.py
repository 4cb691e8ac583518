"""The mails of the demo, read from the folder they are written to instead of being sent."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from django.conf import settings

SEPARATOR: Final = b"-" * 79
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it would have gone out; `text` is its plain part."""

    key: str
    recipient: str
    subject: str
    sent_at: datetime | None
    text: str


def newest_mails() -> list[Mail]:
    """The newest mails first, at most a hundred of them."""
    folder = Path(settings.MAIL_FOLDER)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:SHOWN]
    return [mail for path in files for mail in reversed(_read(path))][:SHOWN]


def _read(path: Path) -> list[Mail]:
    parts = [part.strip() for part in path.read_bytes().split(SEPARATOR) if part.strip()]
    messages = (email.message_from_bytes(part, policy=email.policy.default) for part in parts)
    return [_mail(f"{path.stem}-{position}", message) for position, message in enumerate(messages)]


def _mail(key: str, message: EmailMessage) -> Mail:
    body = message.get_body(preferencelist=("plain",))
    date = message["Date"].datetime if message["Date"] else None
    return Mail(
        key=key,
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=date.replace(tzinfo=date.tzinfo or UTC) if date else None,  # "-0000" says UTC and reads as naive
        text=str(body.get_content()) if body else "",
    )
