"""The forms of the door and of the second factor in the house's words: a key is no code, and not everybody has digits to type."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.accounts.models import User

NOT_ADDED: Final = gettext_lazy(
    "The key was not added: it took too long, or it did not make sure who you are. Try again."
)
NOT_KNOWN: Final = gettext_lazy(
    "This key is not accepted: it may have been removed from the account. Show in another way that it is you."
)


@contextmanager
def _in_words_of_keys(text: Promise) -> Iterator[None]:
    """allauth calls whatever a key does wrong an incorrect code."""
    try:
        yield
    except ValidationError as error:
        if error.code != "incorrect_code":
            raise
        raise ValidationError(str(text), code=error.code) from error


class SignInForm(LoginForm):
    """The page has one purpose: typing begins with the e-mail, and browsers offer passkeys there too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocomplete": "username webauthn"}


class AddKeyForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in with this key alone"),
        initial=True,
        required=False,
        help_text=gettext_lazy(
            "No password and no code then; the key asks for a fingerprint, a face or a PIN. Untick it for a simple"
            " security key that follows the password."
        ),
    )

    def clean(self) -> dict[str, Any]:
        with _in_words_of_keys(NOT_ADDED):
            return dict(super().clean())


class AskKeyForm(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _in_words_of_keys(NOT_KNOWN):
            return super().clean_credential()


class AskKeyAgainForm(ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _in_words_of_keys(NOT_KNOWN):
            return super().clean_credential()


class SignInByKeyForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with _in_words_of_keys(NOT_KNOWN):
            return super().clean_credential()


class _KnowsTheApp:
    user: User

    @property
    def has_app(self) -> bool:
        """Whether there are six digits to type; who has keys alone has recovery codes."""
        return bool(Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists())


class AskCodeForm(_KnowsTheApp, AuthenticateForm):
    pass


class AskCodeAgainForm(_KnowsTheApp, ReauthenticateForm):
    pass
