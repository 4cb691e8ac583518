"""What to beware of in a posting, and what a letter should answer; each with its evidence from the text or the numbers."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import countries
from apps.jobs.enums import Kind
from apps.jobs.models import Job

POSTS_TO_JUDGE: Final = 5
PLACEHOLDER_BUDGET: Final = 10
SHORT_TEXT: Final = 150
AROUND: Final = 40

# Each was read against some thousand real postings: mentions of WhatsApp, fees and words that belong to the work are many
_PLATFORM: Final = r"(?:telegram|whats\s?app|t\.me/|wa\.me/|skype|signal|wechat|discord)"
_CONTACT: Final = re.compile(
    rf"\b(?:contact|message|reach|write|text|ping|dm|call|add)\s+(?:to\s+)?(?:me|us|out)\b[^.!?\n]{{0,60}}?\b{_PLATFORM}"
    rf"|\bmy\s+{_PLATFORM}\s*(?:is\b|id\b|handle\b|number\b|:|@)|\b(?:t|wa)\.me/\w+"
    r"|\b(?:contact|send|write|apply|e-?mail|message|reach)\b[^.!?\n]{0,60}?[\w.+-]+@[\w-]+\.\w{2,}",
    re.IGNORECASE,
)
_FEE: Final = re.compile(
    r"\b(?:registration|training|starter|onboarding|membership|application)\s+(?:fee|deposit|kit)\b"
    r"|\bpay\s+(?:a|the|an)?\s*(?:small\s+|refundable\s+|security\s+)?(?:fee|deposit)\b",
    re.IGNORECASE,
)
_UNPAID: Final = re.compile(
    r"\bunpaid\s+(?:\w+\s+)?(?:test|trial|sample|task)\b|\btest\s+(?:task\s+)?is\s+(?:unpaid|not\s+paid)\b"
    r"|\bfree\s+(?:test|trial|sample)s?\s+(?:task|work|piece|project|article|design|of)\b",
    re.IGNORECASE,
)
_QUOTED: Final = (r"[\"“”«]\s*(?P<word>[^\"“”«»\n]{1,60}?)\s*[\"“”»]", r"['‘]\s*(?P<word>[^'‘’\n]{1,60}?)\s*['’]")
_TELL: Final = (
    r"\b(?:start|begin|open|include|mention|write|type|put|use|say|add|respond|reply)(?:s|ing)?\b[^.!?\n]{0,70}?"
)
_LETTER: Final = r"(?:proposal|cover\s+letter|application|bid|message|letter|response|reply)"
_TRAPS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(rf"\b(?:start|begin|open)\w*\s+(?:your\b|the\b|with\b)[^.!?\n]{{0,50}}?{quoted}" for quoted in _QUOTED),
        *(rf"{_TELL}\b(?:(?:code|key)\s?)?(?:word|phrase)\b\s*:?\s*{quoted}" for quoted in _QUOTED),
        rf"{_TELL}\b(?:the|a)\s+(?:(?:code|key|secret|magic)\s?)?(?:word|phrase)\b\s*:?\s+(?!in\b|is\b|that\b|of\b)(?P<word>[\w-]+)",
        rf"\b(?:start|begin)\w*\s+your\s+{_LETTER}\s+with\s+(?P<word>(?!the\b|a\b|an\b|your\b|some\b)[\w-]+)(?=\s*(?:[.!,)\n]|and\b|$))",
    )
)
_FOR_MACHINES: Final = re.compile(
    r"\b(?:LLM|language model|AI (?:model|agent|bot)|chat\s?GPT|(?:are|you're) (?:an? )?(?:AI|bot))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier postings of the same client tell: how often this one was posted, and whether it led to a hire."""

    times_posted: int = 1
    hired_meanwhile: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """`quote` is the place in the posting that it rests on; empty where it rests on numbers."""

    title: str
    advice: str
    quote: str = ""


def red_flags(job: Job, memory: Memory) -> list[Flag]:
    """What speaks for caution, the worst first; none is proof."""
    found = (
        _fee(job),
        _off_platform(job),
        _unpaid(job),
        _reposted(memory),
        _never_hires(job),
        _unverified(job),
        _vague_budget(job),
        _thin(job),
    )
    return [flag for flag in found if flag]


def notes(job: Job, *, country: str = "", has_applied: bool = False) -> list[Flag]:
    """What is worth knowing before writing."""
    found = (
        Flag(_("You have already applied"), _("Upwork shows a proposal of yours for this job."))
        if has_applied
        else None,
        _trap(job),
        _asks(job),
        _wants_country(job, country),
        _several(job),
        None if job.cover_letter_required else Flag(_("No letter is required"), _("The client did not ask for one.")),
        Flag(_("Posted again"), _("The client renewed this posting, so it is still being looked after."))
        if job.renewed_at
        else None,
    )
    return [note for note in found if note]


def _fee(job: Job) -> Flag | None:
    if not (quote := _quoted(job, _FEE)):
        return None
    return Flag(_("Asks you to pay"), _("Never pay to work; on Upwork this is not allowed."), quote)


def _off_platform(job: Job) -> Flag | None:
    if not (quote := _quoted(job, _CONTACT)):
        return None
    return Flag(
        _("Wants to talk outside Upwork"),
        _("Before a contract this breaks Upwork’s rules, and no payment is protected."),
        quote,
    )


def _unpaid(job: Job) -> Flag | None:
    if not (quote := _quoted(job, _UNPAID)):
        return None
    return Flag(_("Asks for unpaid work"), _("Offer a sample you already have."), quote)


def _reposted(memory: Memory) -> Flag | None:
    if memory.times_posted < 2:
        return None
    if memory.hired_meanwhile:
        title = ngettext("Posted %(count)s time", "Posted %(count)s times", memory.times_posted)
        advice = _("The client hired somebody in between; ask what changed.")
    else:
        title = ngettext(
            "Posted %(count)s time, hired nobody", "Posted %(count)s times, hired nobody", memory.times_posted
        )
        advice = _("Your Connects may be lost here; ask what held it up.")
    return Flag(title % {"count": memory.times_posted}, advice)


def _never_hires(job: Job) -> Flag | None:
    if job.client_posted < POSTS_TO_JUDGE or job.client_hires:
        return None
    title = ngettext("%(count)s post and no hire", "%(count)s posts and no hire", job.client_posted)
    return Flag(title % {"count": job.client_posted}, _("This client looks, but has not hired anybody yet."))


def _unverified(job: Job) -> Flag | None:
    if job.client_verified:
        return None
    return Flag(_("Payment not verified"), _("Agree on a funded milestone before you start."))


def _vague_budget(job: Job) -> Flag | None:
    if job.kind == Kind.FIXED and (job.fixed_budget is None or job.fixed_budget < PLACEHOLDER_BUDGET):
        return Flag(_("The budget is a placeholder"), _("Name your price and what it covers."))
    if job.kind == Kind.HOURLY and job.hourly_min is None and job.hourly_max is None:
        return Flag(_("No rate is named"), _("Name yours early, so that nobody’s time is lost."))
    return None


def _thin(job: Job) -> Flag | None:
    if len(job.description) >= SHORT_TEXT:
        return None
    return Flag(_("Little is said about the work"), _("Ask two questions before you name a price."))


def _trap(job: Job) -> Flag | None:
    """A word that shows who has read the posting, or who has let a machine read it."""
    found = next(filter(None, (pattern.search(job.description) for pattern in _TRAPS)), None)
    if found is None:
        return None
    word, quote = {"word": found["word"]}, _around(job.description, found)
    sentence = re.split(r"[.!?\n]", job.description[: found.start()])[-1]
    if _FOR_MACHINES.search(sentence):
        return Flag(
            _("A trap for machines: %(word)s") % word, _("Leave it out: whoever uses it is taken for one."), quote
        )
    return Flag(_("Asks for a word: %(word)s") % word, _("Clients use it to see who has read the posting."), quote)


def _asks(job: Job) -> Flag | None:
    if not job.questions:
        return None
    title = ngettext("%(count)s question to answer", "%(count)s questions to answer", len(job.questions))
    return Flag(title % {"count": len(job.questions)}, _("They stand below; the draft answers them."))


def _wants_country(job: Job, country: str) -> Flag | None:
    preferred = set(map(countries.key, job.preferred_countries))
    if not preferred or countries.key(countries.in_english(country)) in preferred:
        return None
    return Flag(_("Prefers people from elsewhere"), ", ".join(map(countries.named, job.preferred_countries)))


def _several(job: Job) -> Flag | None:
    if job.freelancers_to_hire < 2:
        return None
    title = ngettext("Hires %(count)s person", "Hires %(count)s people", job.freelancers_to_hire)
    return Flag(title % {"count": job.freelancers_to_hire}, _("More places than one."))


def _quoted(job: Job, pattern: re.Pattern[str]) -> str:
    found = pattern.search(job.description)
    return _around(job.description, found) if found else ""


def _around(text: str, found: re.Match[str]) -> str:
    """The place with a few words on both sides, cut at spaces."""
    start, end = max(0, found.start() - AROUND), min(len(text), found.end() + AROUND)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", end) if end < len(text) and text.find(" ", end) != -1 else end
    cut = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}"
