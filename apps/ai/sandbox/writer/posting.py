"""Reads a posting the way a person skims it: what is to be done, what hurts, which word shows that it was read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from apps.ai.facts import JobFacts
from apps.ai.sandbox.writer.words import GERUNDS, VERBS, flip, shorten, tokens

QUOTE_LIMIT: Final = 130
TASK_LIMIT: Final = 110
_MARKUP: Final = re.compile(r"\*\*|__|`|^#+\s*", re.MULTILINE)
_BULLET: Final = re.compile(r"^(?:[^\w\"“'‘(]+|\d{1,2}[.)]\s+)+")
_FLUFF: Final = re.compile(
    r"looking for|seek|ideal candidate|right candidate|passionate|hear from you|join our|about (?:us|the role)|apply|proposal|cover letter|"
    r"application|please|thank|portfolio|résumé|resume|years? of|experience|candidate|communicat|detail[- ]oriented|welcome|excited|"
    r"opportunit|hi\b|hello|dear|responsib|requirements|budget|deadline|interview|bonus|nice to have|skills|familiar|proficien|strong|knowledge|"
    r"availab|hours|agency|this role|\byou\b|meticulous|freelancer|\$\d|\blive in|located|based in|"
    r"^(?:note|position|education|location|job|role|title|type|duration)\b\W",
    re.IGNORECASE,
)
_UNQUOTABLE: Final = re.compile(
    r"https?:|www\.|@|\b(?:ignore|disregard|forget) (?:all|any|the|your|previous)|system prompt|instructions|language model|\bLLM\b.{0,40}\bif\b|"
    r"\bif you are an? (?:ai|llm|bot)",
    re.IGNORECASE,
)
# About the letter that is asked for, not about the work
_APPLYING: Final = re.compile(
    r"\b(?:your|my)(?:self)? (?:application|portfolio|rate|experience|response|message)|candidate|letter|proposal|you'd|love to|hear from|"
    r"apply|:"
)
_ADDRESS: Final = re.compile(r"\S*(?:https?:|www\.|@)\S*", re.IGNORECASE)
_PAIN: Final = re.compile(
    r"\b(?:problem|issue|currently|but|however|slow|broken|fail\w*|error|struggl\w*|manual\w*|existing|already|stuck|bug|crash\w*|goal|so that|"
    r"every|automatically|without|instead|missing|inconsistent|need that|we have|i have|должн\w*|проблем\w*|зараз|потрібн\w*)\b",
    re.IGNORECASE,
)
_ROLE: Final = r"(?:developer|engineer|expert|specialist|designer|writer|editor|artist|consultant|assistant|freelancer|someone|programmer)s?"
_TITLE_NOISE: Final = re.compile(
    r"^(?:urgent(?:ly)?\W*|hiring\W*|looking for an?\b|looking for|need(?:ed)?\b(?: an?\b)?|we need(?: an?)?|i need(?: an?)?|seeking(?: an?)?|"
    r"wanted\W*|experienced|skilled|expert|senior|talented|professional)\s+|\s+(?:needed|required|wanted|urgent(?:ly)?)\W*$",
    re.IGNORECASE,
)
_TITLE_TAIL: Final = re.compile(
    rf"\b(?:{_ROLE}|needed|required|wanted)\s+(?:(?:needed|required|wanted)\s+)?for\s+(?:an?\s+|the\s+|our\s+)?(.{{6,}})$",
    re.I,
)
_QUOTED: Final = r"(?:[\"“”]([^\"“”\n]{1,80})[\"“”]|['‘]([^'‘’\n]{1,60})['’]|«([^»\n]{1,60})»)"
_LEADS: Final = r"(?:start|begin)\b[^.!?\n]{0,60}?\bwith\b"
_SAYS: Final = r"(?:include|mention|use|type|write|put|add|say|respond|reply)\b[^.!?\n]{0,70}?"
_CODE_WORDS: Final = (
    re.compile(rf"\b{_LEADS}[^\"“”'‘’\n]{{0,50}}:?\s*{_QUOTED}", re.I),
    re.compile(rf"\b{_SAYS}\b(?:word|phrase|keyword|code ?word|code|text)s?\b[^\"“”'‘’\n]{{0,12}}:?\s*{_QUOTED}", re.I),
    re.compile(rf"\b(?i:{_LEADS})\s+(?:(?i:the)\s+)?(?:(?i:word|phrase|code|text|keyword)\s+)?([A-Z0-9]{{3,20}})\b"),
    re.compile(rf"\b(?i:{_SAYS})\b(?i:word|keyword|code ?word)\s+([A-Z][A-Za-z0-9]{{2,20}})\b"),
    re.compile(r"\bfirst word (?:should|must) be:? ([a-z0-9]{3,20})\b", re.I),
    re.compile(r"\bwrite the word ([a-z0-9]{3,20}) (?:at|on) the (?:very )?(?:top|beginning|start)\b", re.I),
)
_AT_THE_TOP: Final = re.compile(r"\b(?:start|begin|first (?:word|line)|top of|beginning)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    subject: str
    quote: str
    tasks: tuple[str, ...]
    first_words: str
    words_inside: tuple[str, ...]


def read_posting(job: JobFacts) -> Posting:
    sentences = list(_sentences(job.description))
    wanted = tokens(" ".join((job.title, *job.skills)))
    title = _UNQUOTABLE.sub("…", _ADDRESS.sub("…", job.title))
    first_words, words_inside = _code_words(job.description)
    return Posting(
        subject=_subject(title),
        quote=_quote(sentences, wanted),
        tasks=_tasks([*([title] if title.partition(" ")[0].lower() in VERBS else ()), *sentences], wanted),
        first_words=first_words,
        words_inside=words_inside,
    )


def _sentences(text: str) -> Iterator[str]:
    for raw_line in _MARKUP.sub("", text).splitlines():
        line = _BULLET.sub("", raw_line).strip()
        if line.endswith(":") or (line.isupper() and len(line) < 60):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZА-ЯІЇЄҐ0-9\"“])", line):
            if len(sentence.split()) >= 3 and not _UNQUOTABLE.search(sentence):
                yield sentence.strip()


def _subject(title: str) -> str:
    tail = _TITLE_TAIL.search(title)
    subject = tail[1] if tail else title
    for _ in range(2):
        subject = _TITLE_NOISE.sub("", subject).strip()
    return shorten(subject.rstrip(" .!?:-"), 80) or title


def _quote(sentences: list[str], wanted: set[str]) -> str:
    """The sentence that says most about this very job; empty where all of it is general talk."""
    best, best_score = "", 2.0
    for position, sentence in enumerate(sentences):
        if not 5 <= len(sentence.split()) <= 60 or sentence.endswith("?"):
            continue
        specific = len(re.findall(r"\d+|\b[a-z]*[A-Z]\w+", sentence[1:]))
        score = 2 * len(_PAIN.findall(sentence)) + len(tokens(sentence) & wanted) + min(specific, 3) - position * 0.05
        score -= 3 * len(_FLUFF.findall(sentence)) + abs(len(sentence) - 90) / 60
        if score > best_score:
            best, best_score = sentence, score
    return shorten(best.rstrip(".!;:, "), QUOTE_LIMIT)


def _tasks(sentences: list[str], wanted: set[str]) -> tuple[str, ...]:
    """Up to four things to do, in the order of the posting, as "build …" said to the client."""
    found: list[tuple[float, int, str]] = []
    seen: list[set[str]] = []
    for task in (task for sentence in sentences for task in _tasks_in(sentence)):
        words = tokens(task)
        if len(words) < 2 or any(len(words & other) > len(words) / 2 for other in seen):
            continue
        seen.append(words)
        specific = len(re.findall(r"\d+|\b[a-z]*[A-Z]\w+", task))
        found.append((len(words & wanted) + min(specific, 3) + len(words) / 8, len(found), task))
    best = sorted(found, key=lambda item: -item[0])[:4]
    return tuple(task for _, _, task in sorted(best, key=lambda item: item[1]))


def _tasks_in(sentence: str) -> Iterator[str]:
    for clause in _clauses_in(sentence):
        task = flip(re.sub(r"\s*\([^)]*\)?", "", clause).strip().rstrip(".!;:, "))
        if not _APPLYING.search(task):
            yield shorten(task[:1].lower() + task[1:], TASK_LIMIT).rstrip("…").rstrip()


def _clauses_in(sentence: str) -> list[str]:
    """Parts that begin with what is to be done: "Build …", "involves building … and …", "to build …"."""
    first, _, rest = sentence.partition(" ")
    if verb := _verb(first):
        comma = "," if first.endswith(",") else ""
        return [] if rest.startswith(("of ", "for ", "to ")) else [f"{verb}{comma} {rest}"]
    if match := re.search(r"\b(?:responsible for|involves?|consists? of|includes?)\s+(\w+ing\b.+)", sentence):
        parts = re.split(r",\s*(?:and\s+)?|\s+and\s+(?=\w+ing\b)", match[1])
        return [f"{found} {part.partition(' ')[2]}" for part in parts if (found := _verb(part.partition(" ")[0]))]
    purposes = re.findall(r"\bto (\w+) ([^.;!?]+)", sentence)
    return [f"{verb} {rest}" for verb, rest in purposes if verb.lower() in VERBS][:1]


def _verb(word: str) -> str:
    word = word.lower().strip(":,")
    return word if word in VERBS else GERUNDS.get(word, "")


def _code_words(description: str) -> tuple[str, tuple[str, ...]]:
    """Words the client asks for to see that the post was read; what is asked of machines only is not for a person's letter."""
    first = ""
    inside: list[str] = []
    for pattern in _CODE_WORDS:
        for match in pattern.finditer(description):
            sentence_start = max(description.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
            sentence = description[sentence_start : match.end() + 60]
            word = next(filter(None, match.groups())).strip(" .,")
            if (
                _UNQUOTABLE.search(sentence)
                or re.search(r"(?:begin|start) your answer", sentence, re.I)
                or word in (first, *inside)
            ):
                continue
            if _AT_THE_TOP.search(sentence) and not first:
                first = word
            else:
                inside.append(word)
    return first, tuple(inside)
