"""Facts and reasons in words, in the language of whoever reads them; stored are only keys and values."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core import countries
from apps.core.templatetags.ui import money, money_range
from apps.jobs.enums import Kind
from apps.jobs.matching.rules import Refusal
from apps.jobs.models import Job

Values = Mapping[str, Any]
PART_NAMES: Final = {
    "skills": gettext_lazy("Skills"),
    "rate": gettext_lazy("Rate"),
    "client": gettext_lazy("Client"),
    "competition": gettext_lazy("Competition"),
    "freshness": gettext_lazy("Freshness"),
}


_LENGTHS: Final = {
    "Less than 1 month": gettext_lazy("Less than 1 month"),
    "1 to 3 months": gettext_lazy("1 to 3 months"),
    "3 to 6 months": gettext_lazy("3 to 6 months"),
    "More than 6 months": gettext_lazy("More than 6 months"),
    "30+ hrs/week": gettext_lazy("30+ hrs/week"),
    "Less than 30 hrs/week": gettext_lazy("Less than 30 hrs/week"),
    "Hours to be determined": gettext_lazy("Hours to be determined"),
}


def length(label: str) -> str:
    """Upwork's own label for how long or how much; one we do not know stays as it came."""
    return str(_LENGTHS.get(label, label))


def pace(seconds: int) -> str:
    """How often a search is read."""
    if seconds == 60:
        return _("Each is read from Upwork about once a minute.")
    if seconds % 60:
        return ngettext(
            "Each is read from Upwork about every %(count)s second.",
            "Each is read from Upwork about every %(count)s seconds.",
            seconds,
        ) % {"count": seconds}
    return ngettext(
        "Each is read from Upwork about every %(count)s minute.",
        "Each is read from Upwork about every %(count)s minutes.",
        seconds // 60,
    ) % {"count": seconds // 60}


def pay(
    *, kind: str, hourly_min: Decimal | None, hourly_max: Decimal | None, fixed_budget: Decimal | None, currency: str
) -> str:
    """The price as a posting shows it."""
    if kind == Kind.FIXED:
        return money(fixed_budget, currency) if fixed_budget else _("No budget said")
    if hourly_min is None and hourly_max is None:
        return _("No rate said")
    return _("%(range)s/hr") % {"range": money_range(hourly_min, hourly_max, currency)}


def pay_of(job: Job) -> str:
    return pay(
        kind=job.kind,
        hourly_min=job.hourly_min,
        hourly_max=job.hourly_max,
        fixed_budget=job.fixed_budget,
        currency=job.currency,
    )


def _skills(values: Values) -> str:
    return ngettext(
        "%(have)s of %(asked)s asked skill is yours", "%(have)s of %(asked)s asked skills are yours", values["asked"]
    ) % {"have": values["have"], "asked": values["asked"]}


def _skills_in_text(values: Values) -> str:
    if not values["mentioned"]:
        return _("No skills are listed, and the text names none of yours")
    return ngettext(
        "No skills are listed; the text names %(count)s of yours",
        "No skills are listed; the text names %(count)s of yours",
        values["mentioned"],
    ) % {"count": values["mentioned"]}


def _yours(values: Values) -> str:
    return money(values["rate"], values["currency"])


def _client(values: Values) -> str:
    if values["hires"] > values["posted"]:  # one post may hire several
        hires = ngettext("%(count)s hire", "%(count)s hires", values["hires"]) % {"count": values["hires"]}
        posts = ngettext("%(hires)s from %(count)s post", "%(hires)s from %(count)s posts", values["posted"])
        return posts % {"hires": hires, "count": values["posted"]}
    return ngettext(
        "Hired on %(hires)s of %(count)s post", "Hired on %(hires)s of %(count)s posts", values["posted"]
    ) % {"hires": values["hires"], "count": values["posted"]}


def _client_rated(values: Values) -> str:
    rated = ngettext(
        "%(rating)s stars from %(count)s review", "%(rating)s stars from %(count)s reviews", values["reviews"]
    ) % {"rating": number_format(values["rating"], 1), "count": values["reviews"]}
    return f"{_client(values)}, {rated}"


def _freshness(values: Values) -> str:
    minutes = values["minutes"]
    if minutes < 1:
        return _("Reached you within a minute of being posted")
    if minutes < 60:
        said = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    elif minutes < 60 * 48:
        said = ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}
    else:
        said = ngettext("%(count)s day", "%(count)s days", minutes // 1440) % {"count": minutes // 1440}
    return _("Reached you %(time)s after it was posted") % {"time": said}


_REASONS: Final[dict[str, Callable[[Values], str]]] = {
    "skills": _skills,
    "skills_in_text": _skills_in_text,
    "rate_not_said": lambda _values: _("The posting names no price, so this counts half"),
    "rate_of_yours_missing": lambda _values: _("Your profile has no rate yet, so this counts half"),
    "rate_inside": lambda values: _("Your %(rate)s is within the range") % {"rate": _yours(values)},
    "rate_below": lambda values: (
        _("They pay from %(offered)s, you ask %(rate)s")
        % {"offered": money(values["offered"], values["currency"]), "rate": _yours(values)}
    ),
    "rate_above": lambda values: (
        _("They pay up to %(offered)s, you ask %(rate)s")
        % {"offered": money(values["offered"], values["currency"]), "rate": _yours(values)}
    ),
    "rate_buys_hours": lambda values: (
        ngettext(
            "The budget buys about %(count)s hour at your %(rate)s",
            "The budget buys about %(count)s hours at your %(rate)s",
            values["hours"],
        )
        % {"count": values["hours"], "rate": _yours(values)}
    ),
    "client_new": lambda values: (
        _("A new client, payment verified") if values["verified"] else _("A new client, payment not verified")
    ),
    "client_unrated": lambda values: ", ".join((_client(values), _("no reviews yet"))),
    "client_rated": _client_rated,
    "competition": lambda values: (
        ngettext(
            "%(count)s proposal when it was scored", "%(count)s proposals when it was scored", values["applicants"]
        )
        % {"count": values["applicants"]}
    ),
    "competition_unknown": lambda _values: _("The number of proposals is not known, so this counts half"),
    "freshness": _freshness,
}


def reason(part: Mapping[str, Any]) -> str:
    """Why a part of the score is what it is."""
    return _REASONS[part["reason"]](part["values"])


_REFUSALS: Final = {
    Refusal.MISSING: gettext_lazy("does not say “%(value)s”"),
    Refusal.NONE_OF: gettext_lazy("says none of: %(value)s"),
    Refusal.NO_SKILL: gettext_lazy("names none of the skills: %(value)s"),
    Refusal.EXCLUDED: gettext_lazy("says “%(value)s”"),
    Refusal.KIND: gettext_lazy("is paid another way"),
    Refusal.PAYS_LESS: gettext_lazy("pays less than you ask"),
    Refusal.EXPERIENCE: gettext_lazy("asks for another level"),
    Refusal.NOT_VERIFIED: gettext_lazy("payment is not verified"),
    Refusal.SPENT_LESS: gettext_lazy("the client has spent less"),
    Refusal.RATED_LOWER: gettext_lazy("the client is rated lower"),
    Refusal.TOO_MANY: gettext_lazy("already has %(value)s proposals"),
    Refusal.COUNTRY: gettext_lazy("the client is in %(value)s"),
}


def refusal(why: Refusal, value: str) -> str:
    said = countries.named(value) if why == Refusal.COUNTRY else value
    return str(_REFUSALS[why]) % {"value": said}
