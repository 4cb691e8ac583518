"""What a client thinks of a letter: does it fit, was the posting read, is there anything concrete in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apps.upwork.sandbox.market.words import fold
from apps.upwork.sandbox.records import Job

CLICHES: Final = (
    "i am writing to express", "perfect fit", "perfect match", "i am excited", "i'm excited", "thrilled", "delve",
    "seamless", "look no further", "years of experience in", "dear hiring manager", "dear sir", "hope this message finds",
    "hope this finds", "leverage", "cutting-edge", "top-notch", "100% satisfaction", "rest assured", "passionate about",
    "proven track record", "exceed your expectations", "i have read your job", "highly skilled", "utmost", "unlock",
)  # fmt: skip
SENTENCE: Final = re.compile(r"[^.!?;:\n]+(?:\.\d[^.!?;:\n]*)*")
RESULT: Final = re.compile(
    r"\b(?:built|cut|moved|reduced|raised|shipped|rebuilt|migrated|launched|wrote|designed|grew|saved|halved|fixed|delivered"
    r"|automated|replaced|translated|edited|went|fell|rose|dropped|doubled|earned|served|handled)\b",
    re.IGNORECASE,
)
MEASURE: Final = re.compile(r"\d|\b(?:half|twice|none|zero|dozens?|hundreds?|thousands?)\b", re.IGNORECASE)
COMMON_WORDS: Final = frozenset({
    "about", "after", "also", "been", "before", "build", "client", "could", "every", "experience", "from", "have",
    "help", "here", "into", "job", "just", "know", "like", "look", "looking", "make", "more", "most", "much", "need",
    "only", "other", "over", "people", "please", "project", "should", "some", "start", "team", "than", "that",
    "their", "them", "then", "there", "they", "thing", "this", "time", "want", "week", "well", "what", "when",
    "where", "which", "will", "with", "work", "would", "year", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinion:
    """Parts between 0 and 1; `quality` is what decides."""

    match: float
    read: float
    concrete: float
    form: float
    cliches: int
    obeyed: bool

    @property
    def quality(self) -> float:
        score = 0.3 * self.match + 0.3 * self.read + 0.25 * self.concrete + 0.15 * self.form - 0.12 * self.cliches
        return round(min(1.0, max(0.0, score if self.obeyed else score * 0.3)), 3)


def judge(job: Job, *, letter: str, answers: Sequence[tuple[str, str]], skills: Sequence[str], cents: int) -> Opinion:
    lowered = letter.lower()
    return Opinion(
        match=_match(job, skills),
        read=_read(job, letter, answers),
        concrete=_concrete(letter),
        form=_form(letter) * _price(job, cents),
        cliches=sum(phrase in lowered for phrase in CLICHES),
        obeyed=not job.trap or job.trap.lower() in lowered[:60],
    )


def _match(job: Job, skills: Sequence[str]) -> float:
    wanted, own = {fold(skill) for skill in job.skills}, {fold(skill) for skill in skills}
    text = fold(f"{job.title} {job.description}")
    hits = len(wanted & own) + 0.5 * sum(skill in text for skill in own - wanted)
    return min(1.0, hits / max(1, min(len(wanted), 4)))


def _read(job: Job, letter: str, answers: Sequence[tuple[str, str]]) -> float:
    """How many of the posting's own words come back, and whether its questions were answered."""
    told = {word for word in fold(f"{job.title} {job.description}").split() if len(word) > 3} - COMMON_WORDS
    said = set(fold(letter).split())
    words = min(1.0, len(told & said) / 10)
    answered = sum(len(answer.split()) >= 4 for _, answer in answers)
    questions = min(1.0, answered / len(job.questions)) if job.questions else 1.0
    return words * (0.5 + 0.5 * questions)


def _concrete(letter: str) -> float:
    """Sentences that say what was done and how much came of it; a link to the work helps."""
    results = sum(bool(RESULT.search(text) and MEASURE.search(text)) for text in SENTENCE.findall(letter))
    return min(1.0, 0.6 * results + (0.3 if "http" in letter else 0.0))


def _form(letter: str) -> float:
    """Between 60 and 250 words is right; very short and very long letters are not read to the end."""
    words = len(letter.split())
    if words < 60:
        return words / 60
    return 1.0 if words <= 250 else max(0.2, 250 / words - 0.1)


def _price(job: Job, cents: int) -> float:
    most = job.fixed_cents or job.hourly_max_cents
    if not most or cents <= most * 1.15:
        return 1.0
    return max(0.2, most / cents)
