"""Puts a letter together: the client's own words, one piece of the freelancer's proof, a first step, a question."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from apps.ai.facts import JOB_LANGUAGE, LetterFacts, ProofFacts
from apps.ai.sandbox.writer.phrases import EN, UK, Choices, Phrases
from apps.ai.sandbox.writer.posting import Posting, read_posting
from apps.ai.sandbox.writer.words import count, shorten, tokens, upper_first
from apps.ai.sandbox.writer.work import Work, kind_of_work

RELATED: Final = 4


@dataclass(slots=True, kw_only=True)
class Desk:
    """All that the composer looks at while it writes one letter."""

    facts: LetterFacts
    posting: Posting
    work: Work
    phrases: Phrases
    chance: random.Random
    proofs: list[tuple[int, ProofFacts]] = field(default_factory=list)

    def say(self, choices: Choices, **words: str) -> str:
        return self.chance.choice(choices).format(**words)

    @property
    def common_skills(self) -> list[str]:
        """The freelancer's skills that the posting names, in its list or its text."""
        listed = {skill.lower() for skill in self.facts.job.skills}
        text = tokens(f"{self.facts.job.title} {self.facts.job.description}")
        mine = self.facts.freelancer.skills
        return [skill for skill in mine if skill.lower() in listed or ((found := tokens(skill)) and found <= text)][:5]


def lay_out(facts: LetterFacts) -> Desk:
    """Read the facts; the same facts always give the same letter, a rewrite (`variant`) another one."""
    job = facts.job
    seed = sha256(f"{job.title}\n{job.description}\n{facts.freelancer.name}\n{facts.style.variant}".encode()).digest()
    wanted = tokens(" ".join((job.title, *job.skills)))
    text = tokens(job.description)
    desk = Desk(
        facts=facts,
        posting=read_posting(job),
        work=kind_of_work(job.title, job.description),
        phrases=UK if _is_ukrainian(facts) else EN,
        chance=random.Random(seed),  # noqa: S311 variety of wording, not a secret
    )
    for proof in facts.freelancer.proofs:
        words = tokens(" ".join((proof.title, proof.description, *proof.outcomes, *proof.skills)))
        same_work = kind_of_work(proof.title, proof.description) == desk.work not in {Work.SOFTWARE, Work.OTHER}
        desk.proofs.append((2 * len(words & wanted) + len(words & text) + 2 * same_work, proof))
    desk.proofs.sort(key=lambda item: -item[0])
    return desk


def write_letter(desk: Desk) -> str:
    """Must-have parts first, then whatever else is true and still wanted until the asked length is reached."""
    style = desk.facts.style
    parts = dict(_needed(desk))
    length = sum(map(count, parts.values()))
    target = (style.words_min + style.words_max) // 2
    for name, text in _wished(desk):
        if length >= target:
            break
        if length + count(text) <= style.words_max:
            parts[name] = text
            length += count(text)
    for name in ("skills", "plan", "method"):
        if length > style.words_max:
            length -= count(parts.pop(name, ""))
    order = ("code", "greeting", "hook", "proof", "proof_about", "proof_2", "proof_3", "plan", "method", "skills", "about", "habit_0", "habit_1",
             "habit_2", "habit_3", "habit_4", "question", "code_inside", "closing")  # fmt: skip
    return _paragraphs([(name, parts[name]) for name in order if name in parts])


def proof_sentence(desk: Desk, choices: Choices, proof: ProofFacts) -> str:
    outcomes = "; ".join(outcome.strip().rstrip(".") for outcome in proof.outcomes[:2])
    return desk.say(choices, title=f"“{proof.title.strip()}”", outcomes=outcomes)


def _needed(desk: Desk) -> Iterator[tuple[str, str]]:
    phrases, posting, style = desk.phrases, desk.posting, desk.facts.style
    client = desk.facts.client.first_name
    greeting = (phrases.greeting_named if client else phrases.greeting).get(style.tone, phrases.greeting["plain"])
    closing = phrases.closing.get(style.tone, phrases.closing["plain"])
    if posting.first_words:
        yield "code", posting.first_words
    yield "greeting", greeting.format(client=client)
    yield "hook", _hook(desk)
    yield "proof", _proof(desk)
    if plan := _plan(desk):
        yield "plan", plan
    yield "method", desk.say(phrases.method[desk.work])
    if skills := desk.common_skills:
        yield "skills", desk.say(phrases.skills, skills=_joined(skills, phrases.and_word))
    yield "question", _question(desk)
    for word in posting.words_inside[:1]:
        yield "code_inside", desk.say(phrases.code_word, word=word)
    yield "closing", closing.format(name=desk.facts.freelancer.name).rstrip(",\n")


def _wished(desk: Desk) -> Iterator[tuple[str, str]]:
    phrases, freelancer = desk.phrases, desk.facts.freelancer
    if desk.proofs and (about := desk.proofs[0][1].description):
        yield "proof_about", desk.say(phrases.proof_about, about=shorten(about.split(". ")[0].rstrip("."), 160))
    for number, (score, proof) in enumerate(desk.proofs[1:3], start=2):
        if score >= RELATED and proof.outcomes:
            yield f"proof_{number}", proof_sentence(desk, phrases.proof_more, proof)
    if about := freelancer.overview.split(". ")[0].rstrip(".") or freelancer.title:
        yield "about", desk.say(phrases.about, about=shorten(" ".join(about.split()), 200))
    for number, habit in enumerate(desk.chance.sample(phrases.habits, len(phrases.habits))):
        yield f"habit_{number}", habit


def _hook(desk: Desk) -> str:
    posting, phrases = desk.posting, desk.phrases
    if posting.quote:
        return desk.say(phrases.hook_quote, quote=posting.quote)
    if posting.tasks:
        return desk.say(phrases.hook_task, task=posting.tasks[0])
    return desk.say(phrases.hook_subject, subject=posting.subject)


def _proof(desk: Desk) -> str:
    phrases = desk.phrases
    if not desk.proofs:
        return desk.say(phrases.no_proof)
    score, proof = desk.proofs[0]
    if not proof.outcomes:
        return proof_sentence(desk, phrases.proof_plain, proof)
    return proof_sentence(desk, phrases.proof if score >= RELATED else phrases.proof_far, proof)


def _plan(desk: Desk) -> str:
    """The client's tasks as steps, without the one that the opening already named."""
    opened = "" if desk.posting.quote else desk.posting.tasks[:1]
    quoted = tokens(desk.posting.quote)
    steps = [task for task in desk.posting.tasks if task not in opened and not tokens(task) <= quoted][:3]
    if not steps:
        return ""
    choices = (desk.phrases.plan_one, desk.phrases.plan_two, desk.phrases.plan_three)[len(steps) - 1]
    template = desk.chance.choice(choices)
    shown = [upper_first(step) for step in steps] if "\n1." in template else steps
    return template.format(**dict(zip("abc", shown, strict=False)))


def _question(desk: Desk) -> str:
    tasks = desk.posting.tasks
    if len(tasks) > 1 and len(tasks[-1]) + len(tasks[-2]) < 120 and desk.chance.random() < 0.4:
        return desk.say(desk.phrases.question_tasks, a=tasks[-2], b=tasks[-1])
    return desk.say(desk.phrases.question[desk.work])


def _joined(items: list[str], and_word: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {and_word} {items[-1]}"


def _paragraphs(parts: list[tuple[str, str]]) -> str:
    """Greeting, opening, plan, person, question and name stand apart; what belongs together shares a paragraph."""
    joins = {
        "proof_about": "proof",
        "proof_2": "proof",
        "proof_3": "proof",
        "method": "plan",
        "about": "skills",
        "code_inside": "question",
    }
    paragraphs: list[tuple[str, str]] = []
    for name, part in parts:
        group = joins.get(name, name).partition("_")[0]
        if paragraphs and paragraphs[-1][0] == group and "\n" not in paragraphs[-1][1]:
            paragraphs[-1] = (group, f"{paragraphs[-1][1]} {part}")
        else:
            paragraphs.append((group, part))
    return "\n\n".join(text for _, text in paragraphs)


def _is_ukrainian(facts: LetterFacts) -> bool:
    if facts.style.language != JOB_LANGUAGE:
        return facts.style.language == "uk"
    letters = [letter for letter in facts.job.description.lower() if letter.isalpha()]
    return sum("а" <= letter <= "я" or letter in "іїєґ" for letter in letters) > len(letters) / 2
