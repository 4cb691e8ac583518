"""An entry of the trail as a person reads it: what, on what, from what to what, who, and from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import devices
from apps.accounts.audit.kinds import ICONS, kind_of
from apps.accounts.audit.models import AuditEntry
from apps.core.enums import Event
from apps.core.templatetags.ui import url_or_nothing

LONGEST: Final = 140
LABELS: Final = {
    "address": gettext_lazy("Address"),
    "bid_amount": gettext_lazy("Bid"),
    "currency": gettext_lazy("Currency"),
    "device": gettext_lazy("Device"),
    "email": gettext_lazy("E-mail"),
    "ends_at": gettext_lazy("Until"),
    "format": gettext_lazy("Format"),
    "is_sandbox": gettext_lazy("Sandbox"),
    "label": gettext_lazy("Name"),
    "method": gettext_lazy("By"),
    "new_device": gettext_lazy("New device"),
    "note": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "status": gettext_lazy("Status"),
    "upwork_name": gettext_lazy("Name on Upwork"),
    **{event.value: event.label for event in Event},
}
WORDS: Final = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
    "upwork": "Upwork",
    "left": gettext_lazy("by the member of staff"),
    "time": gettext_lazy("half an hour was over"),
    "right": gettext_lazy("the right was lost"),
    "changed": gettext_lazy("the next person"),
    "signed_out": gettext_lazy("signing out"),
    "inpage": gettext_lazy("in the page"),
    "email": gettext_lazy("e-mail"),
}
PAGES: Final = {"proposals.proposal": "proposals:detail", "jobs.savedsearch": "jobs:search-edit"}


@dataclass(frozen=True, slots=True)
class Change:
    """One value: `before` is None where there was nothing to compare with."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    action: str
    icon: str
    what: str
    url: str
    changes: tuple[Change, ...]
    who: str
    address: str
    browser: str


def line_of(entry: AuditEntry, *, reader_id: int) -> Line:
    # where our staff sit is their business, as the reader's is the reader's
    place = entry.facts if entry.actor_id in {None, reader_id} else None
    return Line(
        id=entry.pk,
        at=entry.at,
        action=entry.action,
        icon=ICONS[kind_of(entry.action)],
        what=entry.label,
        url=_url(entry),
        changes=changes_of(entry),
        who=_who(entry, reader_id),
        address=(place.address or "") if place else "",
        browser=devices.name_of(place.user_agent) if place and place.user_agent else "",
    )


def changes_of(entry: AuditEntry) -> tuple[Change, ...]:
    facts = entry.facts
    if facts is None:
        return ()
    before, after = facts.before or {}, facts.after or {}
    model = _model_of(entry.target)
    return tuple(
        Change(_label(model, name), _value(model, name, before), _value(model, name, after))
        for name in dict.fromkeys((*before, *after))
    )


def _who(entry: AuditEntry, reader_id: int) -> str:
    if entry.actor_id == reader_id:
        return _("You")
    if entry.actor_id is not None:
        return _("Our staff")
    return _("Somebody not signed in") if entry.facts and entry.facts.address else "Bidwright"


def _url(entry: AuditEntry) -> str:
    page = PAGES.get(entry.target)
    is_gone = entry.action.endswith("_removed")
    return url_or_nothing(page, entry.target_id) if page and not is_gone else ""


def _model_of(target: str) -> type[Model] | None:
    try:
        return apps.get_model(target)
    except (LookupError, ValueError):
        return None


def _field_of(model: type[Model] | None, name: str) -> "Field[Any, Any] | None":
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _label(model: type[Model] | None, name: str) -> str:
    field = _field_of(model, name)
    return capfirst(str(LABELS.get(name) or (field.verbose_name if field else name.replace("_", " "))))


def _value(model: type[Model] | None, name: str, values: Mapping[str, object]) -> str | None:
    if name not in values:
        return None
    value, field = values[name], _field_of(model, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _short(", ".join(str(WORDS.get(str(inner), inner)) for inner in value))
    if isinstance(value, str) and (moment := _moment(value)):
        return date_format(timezone.localtime(moment), "j E Y, H:i")
    choices = dict(field.flatchoices) if field else {}
    known = choices.get(value) if isinstance(value, str | int) and value != "" else None
    return _short("" if value is None else str(known or WORDS.get(str(value), value)))


def _moment(text: str) -> datetime | None:
    """The moment that JSON keeps as text."""
    try:
        found = parse_datetime(text) if "T" in text else None
    except ValueError:  # like a moment, and of no calendar
        return None
    return found if found and timezone.is_aware(found) else None


def _short(text: str) -> str:
    if not text:
        return _("nothing")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
