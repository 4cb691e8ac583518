"""E-mail, at most once.

SMTP cannot say afterwards whether a mail was taken, so a conversation that broke off while the mail was
being handed over is not repeated: the delivery fails with a sentence that says so, and the message stands
in the bell's list all the same. Refusals and servers that cannot be reached are certain, and are retried.
The Message-ID comes from the delivery, so that mail programs can drop a copy that arrives by other ways.
"""

from collections.abc import Sequence
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.errors import PermanentError, TemporaryError
from apps.notifications.channels.base import Recipient, Sender
from apps.notifications.channels.email import letters
from apps.notifications.models import Delivery


def send(recipient: Recipient, deliveries: Sequence[Delivery]) -> None:
    """One mail for all the deliveries, in the person's language and time zone."""
    with translation.override(recipient.language), timezone.override(recipient.time_zone):
        _hand_over(letters.write(recipient, deliveries))


def _hand_over(mail: EmailMultiAlternatives) -> None:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise TemporaryError(
            _("The mail server %(host)s cannot be reached.") % {"host": settings.EMAIL_HOST}
        ) from error
    try:
        connection.send_messages([mail])
    except SMTPRecipientsRefused as error:
        raise _refusal(min(code for code, _reply in error.recipients.values())) from error
    except SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except (OSError, SMTPException) as error:
        raise PermanentError(
            _("The mail server broke off while it took the mail. It may have arrived; it is not sent again.")
        ) from error
    finally:
        connection.close()


def _refusal(code: int) -> PermanentError | TemporaryError:
    """The server answered: 4xx means later, 5xx means never."""
    if code < 500:
        return TemporaryError(_("The mail server cannot take the mail now (%(code)s).") % {"code": code})
    return PermanentError(_("The mail server refused the mail (%(code)s). Check your address.") % {"code": code})


SENDER: Final = Sender(send=send, is_repeatable=False)
