"""Writes a posting the way one kind of client would: parts in their order, then their way of typing."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from apps.upwork.sandbox.market import pricing, voices
from apps.upwork.sandbox.market.phrasebook import Common, Specialty, Teller, common, specialties
from apps.upwork.sandbox.market.words import fold
from apps.upwork.sandbox.records import Client, Draft

SCAM_SHARE: Final = 0.1  # of the postings of new clients
TRAP_SHARE: Final = 0.12
QUESTION_SHARE: Final = 0.4
NO_LETTER_SHARE: Final = 0.1
PREFERRED: Final = (("United States",), ("United States", "Canada"), ("United Kingdom",), ("Germany", "Austria"))


def pick_specialty(rng: random.Random) -> Specialty:
    every = list(specialties().values())
    return rng.choices(every, [specialty.weight for specialty in every])[0]


def write(rng: random.Random, client: Client, specialty: Specialty, *, honest: bool = False) -> Draft:
    """One posting; an `honest` one is never a scam."""
    teller = Teller(
        rng, specialty.words, common().words, common().parts,
        business=client.business, company=client.name, contact=client.contact,
    )  # fmt: skip
    if not honest and not client.hires and rng.random() < SCAM_SHARE:
        return _scam(teller, specialty, rng.choice(("contact", "fee")))
    trap = teller.tell("{trap_word}") if rng.random() < TRAP_SHARE else ""
    heading = rng.choice(specialty.titles)
    title = teller.tell(heading)
    goals = goals_for(heading, specialty.goals) or [
        text.replace("{title}", title) for text in common().parts["plain_goal"]
    ]
    paragraphs = _paragraphs(teller, replace(specialty, goals=tuple(goals)), common(), client.voice)
    if trap:
        paragraphs.insert(rng.randrange(1, len(paragraphs) + 1), teller.one(common().parts["trap"]))
    price = pricing.price(rng, specialty)
    return Draft(
        specialty=specialty.key, category_id=specialty.category, subcategory_id=specialty.subcategory,
        occupation=specialty.name, title=voices.title(rng, client.voice, title),
        description=voices.speak(rng, client.voice, paragraphs), skills=_skills(rng, specialty),
        kind=price.kind, hourly_min_cents=price.hourly_min, hourly_max_cents=price.hourly_max,
        fixed_cents=price.fixed, level=price.level, duration=price.duration, engagement=price.engagement,
        hires_wanted=rng.choices((1, 2, 3, 5), (90, 5, 3, 2))[0], questions=_questions(teller, specialty),
        trap=trap, letter_required=rng.random() >= NO_LETTER_SHARE,
        countries=rng.choice(PREFERRED) if rng.random() < 0.12 else (),
        popularity=round(rng.lognormvariate(2.9, 0.8), 2),
    )  # fmt: skip


def goals_for(title: str, goals: Sequence[str]) -> list[str]:
    """The goals that speak of the same thing as the title, by the words of the two templates."""
    told = {word for word in fold(title.replace("{", " ").replace("}", " ")).split() if len(word) > 3}
    shared = {goal: len(told & set(fold(goal.replace("{", " ").replace("}", " ")).split())) for goal in goals}
    most = max(shared.values())
    return [goal for goal in goals if most and shared[goal] == most]


def _paragraphs(teller: Teller, specialty: Specialty, texts: Common, voice: str) -> list[str]:
    order = teller.rng.choice(texts.voice[voice])
    paragraphs = [
        " ".join(filter(None, (_part(teller, specialty, texts, part) for part in paragraph.split())))
        for paragraph in order
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _part(teller: Teller, specialty: Specialty, texts: Common, part: str) -> str:
    """One section of a posting; details and needs come as sentences, bullets or numbers."""
    match part.split("_"):
        case ["goal"]:
            return teller.one(specialty.goals)
        case ["detail"]:
            return f"{teller.one(specialty.details).rstrip('.')}."
        case ["scope", marks]:
            return _listed(teller, texts.heading["scope"], specialty.details, marks)
        case ["needs", "inline"]:
            needs = ", ".join(teller.some(specialty.needs, teller.rng.randint(2, 4)))
            return teller.rng.choice(texts.heading["inline"]).replace("{list}", needs)
        case ["needs", marks]:
            return _listed(teller, texts.heading["needs"], specialty.needs, marks)
        case ["nice", marks]:
            return _listed(teller, texts.heading["nice"], specialty.needs, marks)
        case ["budget"]:
            return teller.one(texts.words["budget_talk"])
        case _:
            return teller.one(texts.parts[part])


def _listed(teller: Teller, headings: Sequence[str], choices: tuple[str, ...], marks: str) -> str:
    lines = teller.some(choices, teller.rng.randint(3, 6))
    if not lines:
        return ""
    bullet = teller.rng.choice("-*•")
    marked = [f"{number}. {line}" if marks == "numbers" else f"{bullet} {line}" for number, line in enumerate(lines, 1)]
    return "\n".join((teller.rng.choice(headings), *marked))


def _skills(rng: random.Random, specialty: Specialty) -> tuple[str, ...]:
    """The first skills of a specialty are its heart and appear most."""
    wanted = rng.randint(3, 8)
    keyed = sorted(enumerate(specialty.skills), key=lambda pair: pair[0] * 0.35 + rng.random() * 3)
    return tuple(skill for _, skill in keyed[:wanted])


def _questions(teller: Teller, specialty: Specialty) -> tuple[str, ...]:
    if teller.rng.random() >= QUESTION_SHARE:
        return ()
    own = teller.some(specialty.questions, teller.rng.randint(0, 2))
    return tuple(dict.fromkeys(own + teller.some(common().parts["question"], teller.rng.randint(1, 3))))


def _scam(teller: Teller, specialty: Specialty, kind: str) -> Draft:
    parts = common().parts
    body = [teller.one(parts["scam_lure"]), teller.one(parts[f"scam_{kind}"]), teller.one(parts["closing"])]
    hourly = teller.rng.random() < 0.5
    return Draft(
        specialty=specialty.key, category_id=specialty.category, subcategory_id=specialty.subcategory,
        occupation=specialty.name, title=teller.one(parts["scam_title"]), description="\n\n".join(filter(None, body)),
        skills=_skills(teller.rng, specialty)[:4], kind="HOURLY" if hourly else "FIXED", level="ENTRY_LEVEL",
        hourly_min_cents=4000 if hourly else None, hourly_max_cents=4500 if hourly else None,
        fixed_cents=None if hourly else 90000, duration="MONTH", hires_wanted=teller.rng.choice((10, 25, 50)),
        popularity=60.0, scam=kind,
    )  # fmt: skip


def write_edit(rng: random.Random, description: str) -> str:
    """What a client adds to a posting that is already up."""
    note = Teller(rng, common().words, common().parts).one(common().parts["edit"])
    return f"{description}\n\n{note}"
