"""The kinds of events that people look for: each action belongs to one."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.audit import Action


class Kind(TextChoices):
    SIGN_IN = "sign-in", _("Sign-in and security")
    ACCOUNT = "account", _("Profile and settings")
    SEARCHES = "searches", _("Searches and weights")
    KEYS = "keys", _("Keys and Upwork")
    PROPOSALS = "proposals", _("Proposals")
    PRIVACY = "privacy", _("Your data")
    STAFF = "staff", _("By our staff")

    @property
    def actions(self) -> list[Action]:
        return [action for action in Action if kind_of(action) is self]


_PREFIXES: Final = {
    "sign": Kind.SIGN_IN,
    "signed": Kind.SIGN_IN,
    "session": Kind.SIGN_IN,
    "password": Kind.SIGN_IN,
    "email": Kind.SIGN_IN,
    "factor": Kind.SIGN_IN,
    "recovery": Kind.SIGN_IN,
    "account": Kind.SIGN_IN,
    "profile": Kind.ACCOUNT,
    "portfolio": Kind.ACCOUNT,
    "settings": Kind.ACCOUNT,
    "search": Kind.SEARCHES,
    "weights": Kind.SEARCHES,
    "key": Kind.KEYS,
    "upwork": Kind.KEYS,
    "proposal": Kind.PROPOSALS,
    "export": Kind.PRIVACY,
    "erasure": Kind.PRIVACY,
    "erased": Kind.PRIVACY,
    "impersonation": Kind.STAFF,
    "staff": Kind.STAFF,
}
ICONS: Final = {
    Kind.SIGN_IN: "shield-check",
    Kind.ACCOUNT: "user",
    Kind.SEARCHES: "search",
    Kind.KEYS: "key-round",
    Kind.PROPOSALS: "send",
    Kind.PRIVACY: "download",
    Kind.STAFF: "life-buoy",
}


def kind_of(action: str) -> Kind:
    """By the first word of its name; what is new and unknown is shown among what staff did."""
    return _PREFIXES.get(action.partition("_")[0], Kind.STAFF)
