"""Answers a client's screening questions from the same facts, and says so where they do not reach."""

import re
from typing import Final

from apps.ai.sandbox.writer.compose import Desk, proof_sentence
from apps.ai.sandbox.writer.phrases import UK
from apps.ai.sandbox.writer.words import tokens

_BEGIN: Final = re.compile(
    r"\b(?:begin|start) your answer with:?\s*[\"“']([^\"”\n]{2,80}?)[\"”',]?\s*(?:$|[.\"”'])", re.IGNORECASE
)
_MONEY: Final = re.compile(
    r"\b(?:rate|price|cost|charge|quote|budget|fee|how much)\b|вартіст|ціна|скільки кошту", re.IGNORECASE
)
_WHEN: Final = re.compile(
    r"\b(?:start|availab\w*|hours|when|time ?zone|how soon|full[- ]time)\b|коли|доступн", re.IGNORECASE
)
_HOW_LONG: Final = re.compile(
    r"\b(?:how long|timeline|deadline|turnaround|time ?frame|estimate|days|weeks)\b|термін|як довго", re.IGNORECASE
)
_LINKS: Final = re.compile(
    r"\b(?:links?|github|portfolio|website|url|samples?|examples?|profile)\b|посиланн|приклад", re.IGNORECASE
)
_TOOLS: Final = re.compile(
    r"\b(?:frameworks?|languages?|tools?|technolog\w+|stack|software|platforms?|skills?)\b|технолог|інструмент|навич",
    re.IGNORECASE,
)
_HOW: Final = re.compile(
    r"\b(?:how would|how will|approach|process|steps|why|strategy|describe how)\b|як саме|чому|підхід", re.IGNORECASE
)

_SAY: Final = {
    "en": {
        "rate": "My rate is {rate}. Once the scope is agreed I will name a fixed sum if you prefer one.",
        "no_rate": "I will name a sum when the scope is clear; for that I need one thing from you: {question}",
        "when": "We can settle start and hours in the first message; the first part I would deliver is small: {method}",
        "how_long": "I do not name a date before I have seen the material. What I can promise is the order: {method}",
        "links": "The work to look at first in my portfolio is {title}.",
        "no_links": "I have no public piece of this kind to show yet, so I suggest a small paid sample.",
        "tools": "From my profile: {skills}.",
        "yes": "Yes: {skills} on my profile.",
        "unsure": "I cannot point to a finished work that shows exactly this, and I do not want to claim it.",
    },
    "uk": {
        "rate": "Моя ставка — {rate}. Коли узгодимо обсяг, за бажання назву й тверду суму.",
        "no_rate": "Суму назву, коли буде зрозумілий обсяг; для цього потрібна відповідь: {question}",
        "when": "Початок і години узгодимо в першому повідомленні; перша частина буде малою: {method}",
        "how_long": "Не називаю дати, доки не бачу матеріалів. Можу обіцяти порядок: {method}",
        "links": "У моєму портфоліо спершу погляньте на {title}.",
        "no_links": "Публічної роботи саме такого роду поки немає, тож пропоную невеликий оплачений зразок.",
        "tools": "З мого профілю: {skills}.",
        "yes": "Так: у моєму профілі є {skills}.",
        "unsure": "Завершеної роботи саме про це показати не можу, а вигадувати не хочу.",
    },
}


def write_answers(desk: Desk) -> list[str]:
    return [_answer(desk, question) for question in desk.facts.job.questions]


def _answer(desk: Desk, question: str) -> str:
    say = _SAY["uk" if desk.phrases is UK else "en"]
    freelancer = desk.facts.freelancer
    method = desk.say(desk.phrases.method[desk.work])
    begin = _BEGIN.search(question)
    if _MONEY.search(question):
        text = say["rate" if freelancer.rate else "no_rate"].format(
            rate=freelancer.rate, question=desk.say(desk.phrases.question[desk.work])
        )
    elif _HOW_LONG.search(question):
        text = say["how_long"].format(method=method)
    elif _WHEN.search(question):
        text = say["when"].format(method=method)
    elif _LINKS.search(question):
        text = _links(desk, say)
    elif _HOW.search(question):
        text = method
    else:
        text = _experience(desk, question, say)
    return f"{begin[1].rstrip(' ,')}: {text}" if begin else text


def _links(desk: Desk, say: dict[str, str]) -> str:
    if not desk.proofs:
        return say["no_links"]
    proof = desk.proofs[0][1]
    outcomes = "; ".join(proof.outcomes[:2]).rstrip(".")
    return say["links"].format(title=f"“{proof.title}”" + (f" ({outcomes})" if outcomes else ""))


def _experience(desk: Desk, question: str, say: dict[str, str]) -> str:
    """A yes only where a skill or a finished work speaks for it."""
    asked = tokens(question)
    own = desk.facts.freelancer.skills
    skills = [skill for skill in own if tokens(skill) & asked]
    # In the order of writing: each sentence draws its wording by chance, and the letter must stay the same
    shown = _proof_of(desk, asked)
    if own and not skills and _TOOLS.search(question):
        return say["tools"].format(skills=", ".join(desk.common_skills or own[:5]))
    known = say["yes"].format(skills=", ".join(skills[:4])) if skills else ""
    return f"{known} {shown}".strip() or _far_proof(desk) or say["unsure"]


def _proof_of(desk: Desk, asked: set[str]) -> str:
    """A sentence on the first work with a result that the question asks for; empty without one."""
    general = asked <= tokens("describe your recent experience with similar projects done worked tell past")
    for _, proof in desk.proofs:
        if proof.outcomes and (general or tokens(f"{proof.title} {proof.description}") & asked):
            return proof_sentence(desk, desk.phrases.proof, proof)
    return ""


def _far_proof(desk: Desk) -> str:
    """The best work there is, said to be of another kind."""
    if not desk.proofs or not desk.proofs[0][1].outcomes:
        return ""
    return proof_sentence(desk, desk.phrases.proof_far, desk.proofs[0][1])
