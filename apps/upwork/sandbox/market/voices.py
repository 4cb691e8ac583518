"""Ways of typing: the same sentences by a terse, a formal, an excited or a hurried client."""

import random
import re
from typing import Final

VOICES: Final = {
    "terse": 12, "founder": 22, "corporate": 14, "agency": 10, "nonnative": 14, "excited": 8, "methodical": 10, "casual": 10,
}  # fmt: skip
DROPPED_ARTICLES: Final = re.compile(r"\b(?:the|a|an) ", re.IGNORECASE)
ARTICLE: Final = re.compile(r"\ba (?=[AEIOaeio](?!ne\b|nce\b|U\b))")
CALM_TITLES: Final = (
    "{} - long term", "{} (part time)", "{}, ongoing work", "Need help: {}", "{} - small project", "{} (remote)",
    "Looking for: {}", "{} / quick start", "{} for a small team", "{}, fixed scope", "Expert wanted: {}", "{} - phase 1",
)  # fmt: skip
EXCITED_TITLES: Final = ("URGENT: {}", "{} (long term!)", "{} ASAP", "{} - start today", "Amazing opportunity: {}")
TYPOS: Final = (
    ("experience", "experiance"), ("definitely", "definately"), ("website", "web site"), ("receive", "recieve"),
    ("because", "becuase"), ("responsive", "responsve"), ("available", "availble"), ("don't", "dont"),
    ("I'm", "Im"), ("your", "you"), ("proposal", "propsal"), ("looking", "loking"), ("project", "projct"),
    ("their", "thier"), ("separate", "seperate"), ("weekly", "weeky"), ("deliver", "delivr"),
)  # fmt: skip
WAYS: Final = (("Please", "Kindly"), ("Looking for", "I am in need of"), ("We need", "We are needing"))


def title(rng: random.Random, voice: str, text: str) -> str:
    text = ARTICLE.sub("an ", text)
    if rng.random() < 0.3:
        text = rng.choice(EXCITED_TITLES if voice == "excited" else CALM_TITLES).format(text)
    small, big = {"casual": (1.0, 0.0), "terse": (0.5, 0.0), "corporate": (0.0, 0.2)}.get(voice, (0.0, 0.0))
    if text[1].islower() and rng.random() < small:
        return text[0].lower() + text[1:]
    if rng.random() < big:
        return re.sub(r"\b[a-z]{4,}\b", lambda word: word[0].capitalize(), text)
    return text


def speak(rng: random.Random, voice: str, paragraphs: list[str]) -> str:
    text = ARTICLE.sub("an ", "\n\n".join(paragraphs))
    if voice == "nonnative":
        text = _nonnative(rng, text)
    elif voice == "excited":
        text = re.sub(r"\.(?=\s|$)", lambda dot: "!" if rng.random() < 0.35 else dot[0], text)
    elif voice == "casual":
        text = re.sub(
            r"(?:^|(?<=[.!?\n] ))[A-Z](?=[a-z' ])", lambda letter: letter[0].lower(), text, flags=re.MULTILINE
        )
    if voice in {"casual", "nonnative", "terse", "founder"} and rng.random() < 0.45:
        text = _mistype(rng, text)
    return text


def _nonnative(rng: random.Random, text: str) -> str:
    for usual, theirs in WAYS:
        if rng.random() < 0.5:
            text = text.replace(usual, theirs)
    return DROPPED_ARTICLES.sub(lambda word: "" if rng.random() < 0.3 else word[0], text)


def _mistype(rng: random.Random, text: str) -> str:
    for right, wrong in rng.sample(TYPOS, 5):
        text = text.replace(right, wrong, 1)
    return text
