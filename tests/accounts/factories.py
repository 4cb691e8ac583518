"""People for the tests of every room: real rows, made the way the product makes them."""

import time
from datetime import timedelta
from typing import Any

import factory
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.accounts import sessions
from apps.accounts.enums import KeyKind
from apps.accounts.models import Erasure, Export, PortfolioItem, Profile, SecretKey, User
from apps.accounts.privacy.enums import ExportState
from apps.accounts.roles import Role
from apps.accounts.sessions import Session
from apps.accounts.vault import services as vault
from apps.core.tenancy import owner_scope

PASSWORD = "Right-pass-2026!"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class UserFactory(DjangoModelFactory):
    """Somebody who has verified their e-mail and been through onboarding; `is_onboarded=False` for a newcomer."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    password = PASSWORD
    language = "en"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **values: Any) -> User:
        is_onboarded = values.pop("is_onboarded", True)
        user = model_class.objects.create_user(*args, **values)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if is_onboarded:
            from apps.accounts import services

            with owner_scope(user.pk):
                services.complete_onboarding(actor=user)
        return user


class StaffFactory(UserFactory):
    role = Role.ADMINISTRATOR


class OwnedFactory(DjangoModelFactory):
    """Rows of one person, made in that person's scope."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Any:
        with owner_scope(values["owner"].pk):
            return super()._create(model_class, *args, **values)


class ProfileFactory(OwnedFactory):
    """The profile that its owner already has, filled in."""

    class Meta:
        model = Profile

    owner = factory.SubFactory(UserFactory)
    first_name = "Olena"
    last_name = "Savchuk"
    title = "Django developer, fast server-rendered products"
    overview = "I build and speed up Django products for small teams."
    skills = ("Django", "PostgreSQL", "HTMX")
    hourly_rate = 62
    experience = "expert"
    languages = ("Ukrainian native", "English C1")
    country = "Ukraine"

    @classmethod
    def _create(cls, model_class: type[Profile], *args: Any, **values: Any) -> Profile:
        owner = values.pop("owner")
        with owner_scope(owner.pk):
            profile = Profile.objects.get(owner=owner)
            for name, value in values.items():
                setattr(profile, name, list(value) if isinstance(value, tuple) else value)
            profile.save(update_fields=list(values))
        return profile


class PortfolioItemFactory(OwnedFactory):
    class Meta:
        model = PortfolioItem

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda number: f"Shop checkout {number}")
    outcome = "Cut checkout p95 from 2.1 s to 380 ms."
    year = 2025


class ExportFactory(OwnedFactory):
    """An archive that nobody has begun; with `state="ready"` one whose file may be fetched."""

    class Meta:
        model = Export

    owner = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Export], *args: Any, **values: Any) -> Export:
        now = timezone.now()
        if values.get("state") == ExportState.READY:
            values = {"size": 1, "ready_at": now, "expires_at": now + timedelta(hours=48)} | values
        return super()._create(model_class, *args, **values)


class ErasureFactory(OwnedFactory):
    """An account that ends in two weeks."""

    class Meta:
        model = Erasure

    owner = factory.SubFactory(UserFactory)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


def make_session(user: User, **headers: str) -> Session:
    """The person signed in on one more device."""
    before = {session.id for session in sessions.sessions_of(user)}
    browser = Client(headers=headers)
    browser.force_login(user)
    browser.get(reverse("accounts:settings"))  # any page: each use of a session is noted
    return next(session for session in sessions.sessions_of(user) if session.id not in before)


def confirm(client: Client, user: User) -> None:
    """As if the person had just shown the password once more."""
    session = client.session
    records = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.update({AUTHENTICATION_METHODS_SESSION_KEY: records, "account_authentication_methods_user": str(user.pk)})
    session.save()


OPENAI_KEY = "sk-proj-0123456789abcdefghij7Qk2"


class SecretKeyFactory(OwnedFactory):
    """A key that was entered, and so is sealed; `secret`, `base_url` and `client_id` as on the form."""

    class Meta:
        model = SecretKey

    owner = factory.SubFactory(UserFactory)
    kind = KeyKind.OPENAI
    secret = OPENAI_KEY

    @classmethod
    def _create(cls, model_class: type[SecretKey], *args: Any, **values: Any) -> SecretKey:
        owner, kind = values.pop("owner"), KeyKind(values.pop("kind"))
        entered = {name: values.pop(name, "") for name in ("secret", "label", "base_url", "model", "client_id")}
        with owner_scope(owner.pk):
            key = vault.add_key(owner_id=owner.pk, kind=kind, values=entered)
            SecretKey.objects.filter(pk=key.pk).update(**values)
            key.refresh_from_db()
        return key


def add_totp(user: User) -> None:
    TOTP.activate(user, TOTP_SECRET)


def totp_code() -> str:
    """The code that an authenticator app would show now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(TOTP_SECRET, counters[len(counters) // 2]))
