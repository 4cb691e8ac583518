"""The pane of one job: everything a person needs to decide, ready to be shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from apps.accounts import selectors as accounts
from apps.jobs import flags, scoring, text, wording
from apps.jobs.models import Job, Match
from apps.jobs.selectors.facts import History, history_of
from apps.upwork import policy
from apps.upwork import selectors as upwork

STRONG_FIT: Final = 0.8
WEAK_FIT: Final = 0.5


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the score in words; `x` and `width` place it on the bar, in percent."""

    name: str | Promise
    words: str
    weight: float
    fit: int
    points: float
    x: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    match: Match
    job: Job
    parts: Sequence[PartLine]
    total: float
    strong: str
    weak: str
    red_flags: Sequence[flags.Flag]
    notes: Sequence[flags.Flag]
    have: Sequence[str]
    missing: Sequence[str]
    pay: str
    history: History
    upwork_url: str
    attribution: str | Promise


def pane_of(match: Match) -> Pane:
    """Three queries at most, whatever the job; a purged job keeps its score and nothing of its texts."""
    job = match.job
    parts = part_lines(match.parts)
    history = History() if match.is_purged else history_of(job)
    profile = accounts.profile_of(match.owner_id)
    person = scoring.Person(skills=frozenset(text.terms(profile.skills)))
    have, missing = scoring.skills_of(person, job.skills)
    return Pane(
        match=match,
        job=job,
        parts=parts,
        total=round(sum(part.points for part in parts), 1),
        strong=_names(match.parts, lambda fit: fit >= STRONG_FIT),
        weak=_names(match.parts, lambda fit: fit < WEAK_FIT),
        red_flags=() if match.is_purged else flags.red_flags(job, history.memory),
        notes=() if match.is_purged else flags.notes(job, country=profile.country, has_applied=history.has_applied),
        have=have,
        missing=missing,
        pay=wording.pay_of(job),
        history=history,
        upwork_url=upwork.job_url(job.ciphertext) if job.ciphertext else "",
        attribution=policy.ATTRIBUTION,
    )


def part_lines(parts: Sequence[Mapping[str, Any]]) -> list[PartLine]:
    lines: list[PartLine] = []
    x = 0.0
    for part in parts:
        lines.append(
            PartLine(
                name=wording.PART_NAMES[part["key"]],
                words=wording.reason(part),
                weight=part["weight"],
                fit=round(part["fit"] * 100),
                points=part["points"],
                x=f"{x:.1f}%",
                width=f"{max(0.0, part['points'] - 0.3):.1f}%",
            )
        )
        x += part["points"]
    return lines


def _names(parts: Sequence[Mapping[str, Any]], fits: Callable[[float], bool]) -> str:
    """The heaviest parts first, by name, as they stand in a sentence."""
    chosen = sorted((part for part in parts if part["weight"] and fits(part["fit"])), key=lambda part: -part["weight"])
    return ", ".join(str(wording.PART_NAMES[part["key"]]).lower() for part in chosen)
