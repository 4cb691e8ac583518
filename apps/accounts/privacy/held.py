"""What accounts hold of a person; also for the packages and the room below, which know nothing of this registry."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, F, Model, Q, When
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts import sessions
from apps.accounts.audit import store
from apps.accounts.models import (
    AuditDetail,
    AuditEntry,
    Erasure,
    Export,
    PortfolioItem,
    Profile,
    SecretKey,
    Settings,
    User,
)  # fmt: skip
from apps.accounts.privacy import exporting
from apps.accounts.privacy.registry import register
from apps.accounts.privacy.tables import Column, Table, table_of
from apps.accounts.privacy.wording import days_in_words, during_account, for_days, lazily, nobody
from apps.core.audit import Action
from apps.core.tenancy import OwnedModel
from apps.notifications.models import Delivery, Preference


def register_all() -> None:
    """The account itself comes first, and so is erased last."""
    _register_ways_in()
    _register_own_words()
    _register_records()


def _register_ways_in() -> None:
    register(
        "account",
        label=_("Account and addresses"),
        purpose=_("To let you in, and to write to you"),
        kept=during_account(),
        shared_with=_("The mail server of this installation"),
        models=("accounts.User", "account.EmailAddress", "account.EmailConfirmation"),
        export=_account,
        erase=_erase_account,
    )
    register(
        "sign_in",
        label=_("Second factors, sessions and devices"),
        purpose=_("To keep others out, and to show you where you are signed in"),
        kept=lazily(
            lambda: (
                ngettext(
                    "Sessions %(count)d hour after their last use, the rest until you remove it",
                    "Sessions %(count)d hours after their last use, the rest until you remove it",
                    settings.SESSION_COOKIE_AGE // 3600,
                )
                % {"count": settings.SESSION_COOKIE_AGE // 3600}
            )
        ),
        shared_with=_("Upwork, where you sign in with it"),
        models=("mfa.Authenticator", "socialaccount.SocialAccount", "socialaccount.SocialToken"),
        export=_sign_in,
        erase=_erase_sign_in,
    )


def _register_own_words() -> None:
    register(
        "profile",
        label=_("Profile and proofs"),
        purpose=_("To score jobs and to write letters from facts"),
        kept=during_account(),
        shared_with=_("The AI provider you chose, for each letter; never what is confidential"),
        models=_labels(Profile, PortfolioItem),
        export=_profile,
        erase=_erase_profile,
    )
    register(
        "settings",
        label=_("Settings"),
        purpose=_("So that the product behaves as you like it"),
        kept=during_account(),
        shared_with=nobody,
        models=_labels(Settings, Preference),
        export=_settings,
        erase=_eraser(Preference, Settings),
    )
    register(
        "keys",
        label=_("Your own keys"),
        purpose=_("To act for you at OpenAI, Anthropic, your own server or Upwork"),
        kept=_("Until you delete them"),
        shared_with=_("Only the service each belongs to; stored sealed, and in no archive"),
        models=_labels(SecretKey),
        export=_keys,
        erase=_eraser(SecretKey),
    )


def _register_records() -> None:
    register(
        "activity",
        label=_("What happened in your account"),
        purpose=_("To keep you safe, and to answer for what was done"),
        kept=lazily(
            lambda: _("%(time)s; after erasing, lines that name nobody") % {"time": days_in_words(settings.AUDIT_DAYS)}
        ),
        shared_with=_("Our support and administrators, where they have the right"),
        models=_labels(AuditEntry, AuditDetail, LogEntry),
        export=_activity,
        erase=_erase_activity,
    )
    register(
        "messages",
        label=_("Messages to you"),
        purpose=_("To tell you what you want to hear about"),
        kept=for_days(settings.MESSAGE_DAYS),
        shared_with=_("The mail server of this installation"),
        models=_labels(Delivery),
        export=_messages,
        erase=_eraser(Delivery),
    )
    register(
        "archives",
        label=_("Archives and erasing"),
        purpose=_("To give you your data, and to end it when you ask"),
        kept=lazily(
            lambda: (
                ngettext("The file for %(count)d hour", "The file for %(count)d hours", settings.EXPORT_HOURS)
                % {"count": settings.EXPORT_HOURS}
            )
        ),
        shared_with=nobody,
        models=_labels(Export, Erasure),
        export=_archives,
        erase=_erase_archives,
    )


def _labels(*models: type[Model]) -> tuple[str, ...]:
    return tuple(model._meta.label for model in models)


def _eraser(*models: type[OwnedModel]) -> Callable[[int], None]:
    """For rows that nothing hangs on."""

    def erase(owner_id: int) -> None:
        for model in models:
            model.objects.filter(owner_id=owner_id).delete()

    return erase


def _account(owner_id: int) -> Iterable[Table]:
    yield table_of(
        User.objects.filter(pk=owner_id),
        label=_("Account"),
        omit=("password",),
        shown={
            "email": _("E-mail"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "date_joined": _("Joined"),
        },
    )
    yield table_of(
        EmailAddress.objects.filter(user_id=owner_id),
        label=_("Addresses"),
        omit=("user",),
        shown={"email": _("E-mail"), "verified": _("Verified"), "primary": _("Primary")},
    )


def _erase_account(owner_id: int) -> None:
    EmailAddress.objects.filter(user_id=owner_id).delete()
    User.objects.filter(pk=owner_id).delete()


def _sign_in(owner_id: int) -> Iterable[Table]:
    yield table_of(
        Authenticator.objects.filter(user_id=owner_id),
        label=_("Second factors"),
        omit=("user", "data"),
        shown={"type": _("Kind"), "created_at": _("Added"), "last_used_at": _("Used")},
    )
    yield table_of(
        SocialAccount.objects.filter(user_id=owner_id),
        label=_("Linked accounts"),
        omit=("user",),
        shown={"provider": _("Service"), "uid": _("Account"), "date_joined": _("Added")},
    )
    names = [field.name for field in fields(sessions.Session)]
    labels = {"device": _("Device"), "place": _("Place"), "first_seen": _("Signed in"), "last_seen": _("Last seen")}
    now = sessions.sessions_of(User.objects.get(pk=owner_id))
    yield Table(
        "session",
        _("Sessions"),
        tuple(Column(name, labels.get(name, name)) for name in names),
        (tuple(getattr(session, name) for name in names) for session in now),
        tuple(labels),
    )


def _erase_sign_in(owner_id: int) -> None:
    Authenticator.objects.filter(user_id=owner_id).delete()
    SocialAccount.objects.filter(user_id=owner_id).delete()


def _profile(owner_id: int) -> Iterable[Table]:
    yield table_of(
        Profile.objects.filter(owner_id=owner_id),
        shown={
            "first_name": _("First name"), "last_name": _("Last name"), "title": _("Title"), "overview": _("Overview"),
            "skills": _("Skills"), "hourly_rate": _("Hourly rate"), "languages": _("Languages"), "picture": _("Picture"),
        },
    )  # fmt: skip
    yield table_of(
        PortfolioItem.objects.filter(owner_id=owner_id),
        shown={
            "title": _("Title"), "description": _("What was done"), "outcome": _("Outcome"), "url": _("Link"),
            "year": _("Year"), "picture": _("Picture"),
        },
    )  # fmt: skip


def _erase_profile(owner_id: int) -> None:
    """The pictures go with the commit, and not without it."""
    for model in (PortfolioItem, Profile):
        rows = model.objects.filter(owner_id=owner_id)
        for picture in (row.picture for row in rows):
            _delete_after_commit(picture)
        rows.delete()


def _delete_after_commit(file: FieldFile) -> None:
    if file.name:
        transaction.on_commit(partial(file.storage.delete, file.name), robust=True)


def _settings(owner_id: int) -> Iterable[Table]:
    yield table_of(
        Settings.objects.filter(owner_id=owner_id),
        shown={
            "tone": _("Tone"), "letter_language": _("Language of letters"), "provider": _("Provider"), "model": _("Model"),
            "monthly_budget": _("AI budget a month, USD"),
        },
    )  # fmt: skip
    yield table_of(
        Preference.objects.filter(owner_id=owner_id),
        shown={"event": _("Event"), "channel": _("Channel"), "is_on": _("On")},
    )


def _keys(owner_id: int) -> Iterable[Table]:
    yield table_of(
        SecretKey.objects.filter(owner_id=owner_id),
        omit=("sealed",),
        shown={"kind": _("For"), "label": _("Name"), "last_four": _("Last four characters"), "created_at": _("Added")},
    )


def _activity(owner_id: int) -> Iterable[Table]:
    # where our staff sit is theirs, as on the page
    is_own = Q(actor_id=None) | Q(actor_id=owner_id)
    entries = AuditEntry.objects.filter(owner_id=owner_id).annotate(
        address=Case(When(is_own, then=F("detail__address"))),
        user_agent=Case(When(is_own, then=F("detail__user_agent"))),
    )
    names = (
        *("at", "action", "target", "target_id", "request_id"),
        *("detail__before", "detail__after", "address", "user_agent"),
    )
    labels = {"at": _("When"), "action": _("What"), "address": _("Address"), "user_agent": _("Browser")}
    columns = [name.removeprefix("detail__") for name in names]
    yield Table(
        "auditentry",
        _("Activity"),
        tuple(
            Column(name, labels.get(name, name), dict(Action.choices) if name == "action" else {}) for name in columns
        ),
        entries.order_by("pk").values_list(*names).iterator(chunk_size=500),
        tuple(labels),
    )
    yield table_of(
        LogEntry.objects.filter(user_id=owner_id),
        label=_("What you did as staff"),
        omit=("user",),
        shown={"action_time": _("When"), "object_repr": _("What"), "change_message": _("Changed")},
    )


def _erase_activity(owner_id: int) -> None:
    """The trail keeps that something happened and to which number; staff's own log loses the name."""
    email = User.objects.values_list("email", flat=True).get(pk=owner_id)
    LogEntry.objects.filter(user_id=owner_id).delete()
    about = Q(object_id=str(owner_id), content_type=ContentType.objects.get_for_model(User))
    LogEntry.objects.filter(about | Q(object_repr__icontains=email) | Q(change_message__icontains=email)).update(
        object_repr="", change_message=""
    )
    store.forget(owner_id)


def _messages(owner_id: int) -> Iterable[Table]:
    yield table_of(
        Delivery.objects.filter(owner_id=owner_id),
        omit=("content", "content_expires_at", "attempts", "due_at"),
        shown={"created_at": _("When"), "event": _("Event"), "channel": _("Channel"), "state": _("State")},
    )


def _archives(owner_id: int) -> Iterable[Table]:
    yield table_of(
        Export.objects.filter(owner_id=owner_id),
        omit=("done", "total", "attempts"),
        shown={"created_at": _("Asked"), "state": _("State"), "size": _("Bytes"), "downloaded_at": _("Downloaded")},
    )
    yield table_of(Erasure.objects.filter(owner_id=owner_id), shown={"created_at": _("Asked"), "due_at": _("Due")})


def _erase_archives(owner_id: int) -> None:
    exports = Export.objects.filter(owner_id=owner_id)
    exporting.delete_files(list(exports))
    exports.delete()
    Erasure.objects.filter(owner_id=owner_id).delete()
