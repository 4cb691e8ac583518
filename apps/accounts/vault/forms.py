"""Input of the page of keys: each kind has its own fields."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.enums import KeyKind
from apps.accounts.vault.models import SecretKey
from apps.core import http
from apps.core.errors import OutboundRefusedError

FIELDS: Final[dict[KeyKind, tuple[str, ...]]] = {
    KeyKind.OPENAI: ("secret", "label"),
    KeyKind.ANTHROPIC: ("secret", "label"),
    KeyKind.COMPATIBLE: ("base_url", "model", "secret", "label"),
    KeyKind.UPWORK: ("client_id", "secret", "label"),
}
BEGINNINGS: Final = (("sk-ant-", KeyKind.ANTHROPIC), ("sk-or-", KeyKind.COMPATIBLE), ("sk-proj-", KeyKind.OPENAI))
_ENDPOINT: Final = re.compile(r"/(chat/completions|completions|models)$")


class KeyForm(forms.Form):
    """`instance` is the key that is replaced: with no new secret the old one stays."""

    client_id = forms.CharField(label=gettext_lazy("Application key"), max_length=120)
    base_url = forms.CharField(
        label=gettext_lazy("Base URL"),
        max_length=200,
        widget=forms.URLInput(attrs={"placeholder": "https://openrouter.example/api/v1", "autocomplete": "off"}),
        help_text=gettext_lazy("Where the server answers, usually ending in /v1."),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"), max_length=80, help_text=gettext_lazy("By the name that the server knows it.")
    )
    secret = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, required=False, help_text=gettext_lazy("For yourself, like “Work”.")
    )

    def __init__(self, data: Any = None, *, kind: KeyKind, instance: SecretKey | None = None) -> None:
        kept = {name: getattr(instance, name) for name in ("client_id", "base_url", "model", "label") if instance}
        super().__init__(data, initial=kept)
        self.kind, self.instance = kind, instance
        self.fields = {name: self.fields[name] for name in FIELDS[kind]}
        secret = self.fields["secret"]
        secret.required = kind != KeyKind.COMPATIBLE and instance is None
        if kind == KeyKind.UPWORK:
            secret.label = _("Secret")
        if instance and instance.sealed:
            secret.help_text = _("Leave it empty to keep the key that is there.")
        elif kind == KeyKind.COMPATIBLE:
            secret.help_text = _("Leave it empty if the server asks for none.")

    @property
    def values(self) -> dict[str, str]:
        return dict(self.cleaned_data)

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if secret and not re.fullmatch(r"[!-~]+", secret):
            raise ValidationError(_("A key has no spaces and no letters beyond the Latin ones. Copy it again."))
        for beginning, kind in BEGINNINGS:
            if secret.startswith(beginning) and self.kind not in {kind, KeyKind.COMPATIBLE}:
                raise ValidationError(_("This looks like a key for another service: %(kind)s.") % {"kind": kind.label})
        return secret

    def clean_base_url(self) -> str:
        given = _ENDPOINT.sub("", self.cleaned_data["base_url"].rstrip("/"))
        try:
            parts = urlsplit(given)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise ValidationError(_("Write an address like https://ai.example.com/v1.")) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
            raise ValidationError(_("Write an address like https://ai.example.com/v1."))
        _ensure_reachable(parts.hostname, port)
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        base_url, secret = given.get("base_url", ""), given.get("secret", "")
        keeps = bool(self.instance and self.instance.sealed and not secret)
        if base_url.startswith("http://") and (secret or keeps) and not _is_listed(base_url):
            self.add_error("base_url", _("Over http:// the key would travel in the clear. Write https://."))
        if keeps and self.instance and self._leads_elsewhere(given):
            self.add_error("secret", _("Enter the key again: the one that is there belongs to the old address."))
        return given

    def _leads_elsewhere(self, given: Mapping[str, Any]) -> bool:
        """A stored key must not be sent to a new place just because somebody changed the place."""
        return any(
            given.get(name, "") != getattr(self.instance, name) for name in ("base_url", "client_id") if name in given
        )


def _ensure_reachable(host: str, port: int) -> None:
    """Private addresses are told now; a name that is not found now may be found later, and the test says so."""
    try:
        http.resolve_public(host, port)
    except OutboundRefusedError as error:
        raise ValidationError(str(error)) from error
    except (OSError, UnicodeError):
        return


def _is_listed(url: str) -> bool:
    parts = urlsplit(url)
    return (parts.hostname, parts.port or 80) in http.allowed_private()
