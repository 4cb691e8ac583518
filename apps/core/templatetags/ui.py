"""The small parts that every page is made of: icons, score rings, money, ages, fields, navigation."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any, Final

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from apps.core import countries

register = template.Library()

SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "UAH": "₴"}
HIGH, MIDDLE = 80, 60
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the rail and of the bottom bar."""

    label: str | Promise
    icon: str
    url_name: str
    url: str = ""
    is_current: bool = False
    also: tuple[str, ...] = ()  # addresses outside its own that belong to it


NAVIGATION: Final = (
    NavItem(gettext_lazy("Feed"), "inbox", "jobs:feed"),
    NavItem(gettext_lazy("Pipeline"), "square-kanban", "proposals:pipeline"),
    NavItem(gettext_lazy("Proofs"), "badge-check", "accounts:portfolio-list"),
    NavItem(
        gettext_lazy("Settings"), "settings", "accounts:settings", also=("/accounts/", "/notifications/preferences/")
    ),
)
SETTINGS_SECTIONS: Final = (
    NavItem(gettext_lazy("Profile"), "user", "accounts:profile"),
    NavItem(gettext_lazy("Proofs"), "badge-check", "accounts:portfolio-list"),
    NavItem(gettext_lazy("Letters and AI"), "sparkles", "accounts:ai"),
    NavItem(pgettext_lazy("vault", "Keys"), "key-round", "accounts:key-list"),
    NavItem(gettext_lazy("Notifications"), "bell", "notifications:preferences"),
    NavItem(gettext_lazy("Language and look"), "sliders-horizontal", "accounts:preferences"),
    NavItem(gettext_lazy("Upwork"), "plug", "upwork:connection"),
    NavItem(gettext_lazy("Sign-in"), "shield-check", "accounts:security", also=("/accounts/",)),
    NavItem(gettext_lazy("Activity"), "history", "accounts:activity"),
    NavItem(gettext_lazy("Privacy"), "lock", "accounts:privacy"),
)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 18, css: str = "") -> SafeString:
    """One drawing of the sprite; decoration, so the words beside it say what it means."""
    return format_html(
        '<svg class="{}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {css}".strip(),
        size,
        size,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def ring(score: float | None, size: str = "", label: str | None = None) -> SafeString:
    """The score as a ring; the drawing is by attributes, because inline styles are forbidden."""
    value = 0 if score is None else max(0, min(100, round(score)))
    return format_html(
        '<span class="ring {} {}"><svg viewBox="0 0 46 46" aria-hidden="true"><circle class="track" cx="23" cy="23" r="20.5"/>'
        '<circle class="val" cx="23" cy="23" r="20.5" pathLength="100" stroke-dasharray="{} 100"/></svg>'
        '<span class="vh">{} </span>{}</span>',
        grade(score),
        size,
        value,
        label or _("Match"),
        "–" if score is None else value,
    )


@register.filter
def grade(score: float | None) -> str:
    """The colour class of a score: hi, mid or lo."""
    value = score or 0
    return "hi" if value >= HIGH else "mid" if value >= MIDDLE else "lo"


@register.simple_tag
def chip(text: object, tone: str = "", icon_name: str = "") -> SafeString:
    drawing = icon(icon_name, 13) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', f"chip {tone}".strip(), drawing, text)


@register.simple_tag
def money(amount: Decimal | float | None, currency: str = "USD", *, compact: bool = False) -> str:
    """An amount as people write it: $62.50, $8,000, with `compact` $182K. An empty amount is a dash."""
    if amount is None:
        return "–"
    value = Decimal(str(amount))
    digits, suffix = _shortened(abs(value)) if compact else (abs(value), "")
    places = 0 if digits == digits.to_integral_value() else 1 if suffix else 2
    rounded = digits.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    number = number_format(rounded, places, use_l10n=True, force_grouping=True)
    sign = "−" if value < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}{suffix}" if symbol else f"{sign}{number}{suffix}\N{NO-BREAK SPACE}{currency}"


def _shortened(value: Decimal) -> tuple[Decimal, str]:
    for size, suffix in ((1_000_000, "M"), (1_000, "K")):
        short = value / size
        if short >= Decimal("0.9995"):  # 999,600 is 1M, not 1000K
            return short.quantize(Decimal("0.1") if short < 10 else Decimal(1), ROUND_HALF_UP), suffix
    return value.quantize(Decimal(1), ROUND_HALF_UP), ""


@register.simple_tag
def money_range(low: Decimal | None, high: Decimal | None, currency: str = "USD") -> str:
    """$45–70, or the one end that is known."""
    if low is None or high is None or low == high:
        return money(low if high is None else high, currency)
    upper = money(high, currency).removeprefix(SYMBOLS.get(currency, ""))
    return f"{money(low, currency).removesuffix(f'{chr(160)}{currency}')}–{upper}"


@register.simple_tag
def ago(when: datetime | None, *, alone: bool = False) -> SafeString:
    """How long ago, as a sentence or a line of its own says it; the script keeps the pattern, with # for the age."""
    if when is None:
        return SafeString("")
    pattern = "%(age)s" if alone else pgettext("moment", "%(age)s ago")
    is_now = not alone and timezone.now() - when < timedelta(seconds=MINUTE)
    return format_html(
        '<time datetime="{}" title="{}" data-ago="{}">{}</time>',
        when.isoformat(),
        _full(when),
        pattern % {"age": "#"},
        _("just now") if is_now else pattern % {"age": age(when)},
    )


@register.filter
def age(when: datetime) -> str:
    """How long it is since, for where it stands alone."""
    seconds = max(0, int((timezone.now() - when).total_seconds()))
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        minutes = seconds // MINUTE
        return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}
    if seconds < DAY:
        hours = seconds // HOUR
        return ngettext("%(count)d hr", "%(count)d hr", hours) % {"count": hours}
    days = seconds // DAY
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


@register.simple_tag
def clock(when: datetime | None) -> SafeString:
    """The hour of a moment in the reader's zone, with the whole date at hand."""
    if when is None:
        return SafeString("")
    local = timezone.localtime(when)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), _full(when), date_format(local, "H:i")
    )


def _full(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j E Y, H:i")


@register.filter
def country(name: str) -> str:
    return countries.named(name)


@register.filter
def initials(name: str) -> str:
    words = str(name).replace("@", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def control(field: BoundField, own_label: str = "") -> SafeString:
    """The widget in the look of the product; switches and choices keep their own.

    Beside a label of ours the placeholder of a library's form would say the same once more.
    """
    if isinstance(field.field.widget, (CheckboxInput, RadioSelect, CheckboxSelectMultiple)):
        return field.as_widget()
    attrs: dict[str, str | bool] = {"class": f"{field.field.widget.attrs.get('class', '')} input".strip()}
    if field.field.required and not isinstance(field.field.widget, FileInput):
        attrs["required"] = "required"
    if own_label:
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Radios and many checkboxes: a fieldset with a legend, not a label."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[NavItem]:
    return _existing(NAVIGATION, _path(context))


@register.simple_tag(takes_context=True)
def settings_sections(context: template.Context) -> list[NavItem]:
    return _existing(SETTINGS_SECTIONS, _path(context))


def _path(context: template.Context) -> str:
    return str(context["request"].path) if "request" in context else ""


def _existing(items: tuple[NavItem, ...], path: str) -> list[NavItem]:
    """The entries whose pages exist here; the one with the longest matching address is the current one."""
    entries = [(item, url) for item in items if (url := _address(item.url_name))]
    matches = [(start, item) for item, url in entries for start in (url, *item.also) if path.startswith(start)]
    current = max(matches, key=lambda match: len(match[0]), default=("", None))[1]
    return [replace(item, url=url, is_current=item is current) for item, url in entries]


@cache
def _address(name: str) -> str:
    """Looked up once in a process: every page asks for the same few."""
    return url_or_nothing(name)


@register.simple_tag
def site_url() -> str:
    """For mails, whose addresses must be whole."""
    return str(settings.BASE_URL)


@register.filter
def as_json(value: object) -> str:
    """For a data attribute; the template escapes it."""
    return json.dumps(value)


@register.simple_tag
def url_or_nothing(name: str, *args: Any) -> str:
    """The address, or nothing where the installation does not have that page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
