"""Where allauth asks the product: who a new person is, where a log-in leads, how secrets are kept."""

import logging
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import devices, selectors
from apps.accounts.factor_secrets import NOBODY, PURPOSE
from apps.accounts.models import User
from apps.accounts.reauthentication import is_recent
from apps.accounts.security import alarm
from apps.accounts.sessions import ZONE_COOKIE
from apps.accounts.validators import ZONES
from apps.core import crypto
from apps.core.tenancy import set_owner

logger = logging.getLogger(__name__)

ZONE_OF_LANGUAGE: Final = {"uk": "Europe/Kyiv"}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy("Too many failed login attempts. Try again in about five minutes."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Make the person with a profile and settings, in the language and time zone of the browser."""
        super().save_user(request, user, form, commit=False)
        if commit:
            self.register(request, user)
        return user

    def register(self, request: HttpRequest, user: User) -> None:
        user.language = translation.get_language() or ""
        user.time_zone = _time_zone(request, user.language)
        User.objects.register(user)

    def login(self, request: HttpRequest, user: User) -> None:
        """The rest of this request sees the person's own rows: the middleware ran before the log-in."""
        is_first = user.last_login is None
        super().login(request, user)
        set_owner(user.pk)
        alarm.notice_device(request, user, is_first=is_first)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = cast(User, request.user)
        if user.is_staff:
            return reverse("admin:index")
        if selectors.settings_of(user.pk).onboarded_at is None:
            return reverse("welcome:skills")
        return str(super().get_login_redirect_url(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth lets whoever has neither a password nor a factor pass: for them Upwork has to answer."""
        user = self.request.user
        if get_reauthentication_flows(user) or is_recent(get_authentication_records(self.request, user)):
            return bool(super().is_reauthentication_required(app=app, **kwargs))
        raise ReauthenticationRequired

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            return methods
        return [{"id": "upwork", "description": _("Continue with Upwork"), "url": reverse("accounts:confirm")}]

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def is_safe_url(self, url: str | None) -> bool:
        """allauth takes an address apart without asking whether it is one."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to people in their own language and time; a mail server that is down is told to the person, not a crash."""
        try:
            with _in_words_of(context.get("user")):
                super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("The mail %s could not be sent.", template_prefix)
            text = _("We could not send you the e-mail. Nothing is lost: try again in a few minutes.")
            messages.error(self.request, text)

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], **kwargs: Any) -> EmailMessage:
        """A mail without a drawn form of its own gets the plain one, in our frame."""
        message: EmailMessage = super().render_mail(template_prefix, email, context, **kwargs)
        if isinstance(message, EmailMultiAlternatives) and not message.alternatives:
            text = str(message.body).partition("\n\n-- ")[0]
            html = render_to_string("account/email/plain.html", {"subject": message.subject, "text": text})
            message.attach_alternative(html, "text/html")
        return message

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """With the link for whoever it was not; a change of address is told to both, and the link goes to the old one."""
        with _in_words_of(user):
            device = devices.name_of(self.get_http_user_agent(self.request))
        told = {"user": user, "user_agent": device, **(context or {})}
        link = alarm.not_me_url(self.request, user, email or user.email)
        super().send_notification_mail(template_prefix, user, {**told, "not_me_url": link}, email)
        if "to_email" in told:
            super().send_notification_mail(template_prefix, user, told, told["to_email"])


@contextmanager
def _in_words_of(user: object) -> Iterator[None]:
    """In the language and the time of the person; of the visitor, where there is none."""
    if not isinstance(user, User):
        yield
        return
    with (
        translation.override(user.language or translation.get_language()),
        timezone.override(zoneinfo.ZoneInfo(user.time_zone)),
    ):
        yield


def _time_zone(request: HttpRequest, language: str) -> str:
    """What the sign-up form's script read from the browser; without it, a guess by language."""
    named = request.POST.get("time_zone", "") or request.COOKIES.get(ZONE_COOKIE, "")
    return named if named in ZONES else ZONE_OF_LANGUAGE.get(language, "UTC")


class MFAAdapter(DefaultMFAAdapter):
    """TOTP secrets and recovery seeds are sealed at rest."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, owner_id=NOBODY, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, owner_id=NOBODY, purpose=PURPOSE)
