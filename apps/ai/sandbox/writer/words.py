"""Small tools on words that the reader of postings and the composer share."""

import re
from typing import Final

VERBS: Final = frozenset({
    "add", "adapt", "analyse", "analyze", "animate", "architect", "audit", "automate", "build", "calculate",
    "capture", "categorize", "clean", "code", "collect", "compile", "configure", "connect", "convert", "craft",
    "create", "customize", "debug", "define", "deliver", "deploy", "design", "develop", "document", "draft", "draw",
    "edit", "enable", "enhance", "enrich", "establish", "estimate", "evaluate", "expand", "explain", "extend",
    "extract", "film", "finalize", "find", "finish", "fix", "format", "generate", "handle", "host", "identify",
    "illustrate", "implement", "import", "improve", "increase", "install", "integrate", "investigate", "launch",
    "localize", "maintain", "make", "manage", "map", "merge", "migrate", "model", "modify", "monitor", "move",
    "normalize", "onboard", "optimize", "organize", "outline", "paint", "perform", "plan", "populate", "port",
    "prepare", "process", "produce", "promote", "proofread", "prototype", "publish", "record", "redesign", "reduce",
    "refactor", "refine", "refresh", "remove", "render", "repair", "replace", "reply", "report", "research",
    "resolve", "restore", "restructure", "retouch", "review", "revise", "rewrite", "run", "scale", "schedule",
    "scrape", "secure", "segment", "set", "setup", "simplify", "solve", "speed", "stabilize", "store", "streamline",
    "structure", "style", "summarize", "sync", "synchronize", "tag", "test", "track", "train", "transcribe",
    "transform", "translate", "troubleshoot", "tune", "update", "upgrade", "upload", "validate", "verify",
    "visualize", "write",
})  # fmt: skip
_DOUBLED: Final = {
    "map": "mapping", "tag": "tagging", "plan": "planning", "run": "running", "set": "setting",
    "edit": "editing", "model": "modelling", "debug": "debugging",
}  # fmt: skip
_FLIP: Final = {
    "our": "your", "ours": "yours", "us": "you", "we": "you", "my": "your", "mine": "yours", "i": "you", "me": "you", "am": "are",
    "i'm": "you are", "we're": "you are", "we've": "you have", "i've": "you have", "was": "was",
}  # fmt: skip
_STOP: Final = frozenset({
    "about", "after", "also", "and", "any", "are", "been", "but", "can", "could", "developer", "does", "each",
    "experience", "expert", "for", "from", "has", "have", "how", "into", "its", "job", "just", "looking", "like",
    "more", "must", "need", "needed", "needs", "not", "only", "other", "our", "out", "over", "please", "project",
    "should", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "through", "use", "used", "using", "want", "was", "were", "what", "when", "where", "which", "who", "will", "with",
    "work", "would", "you", "your",
})  # fmt: skip
_CLAUSES: Final = (
    ", ",
    "; ",
    " (",
    " - ",
    ": ",
    " so ",
    " while ",
    " which ",
    " that ",
    " using ",
    " with ",
    " ensuring ",
)
_DANGLING: Final = re.compile(
    r"(?:\s+(?:and|or|to|of|for|the|a|an|in|on|with|by|into|your|our|that|as|at|from|help|is|are|will|some))+$", re.I
)


def gerund(verb: str) -> str:
    if verb in _DOUBLED:
        return _DOUBLED[verb]
    return f"{verb[:-1]}ing" if verb.endswith("e") else f"{verb}ing"


GERUNDS: Final = {gerund(verb): verb for verb in VERBS} | {"modeling": "model", "analyzing": "analyze"}


def tokens(text: str) -> set[str]:
    """Words that tell one subject from another, without a plural s."""
    words = re.findall(r"[a-zа-яіїєґ][\w+#.]*[\w+#]", text.lower())
    return {
        word.rstrip("s") if len(word) > 4 and word.isalpha() else word
        for word in words
        if word not in _STOP and len(word) > 2
    }


def shorten(text: str, limit: int) -> str:
    """Cut at the end of a clause before `limit` characters, else after a whole word with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    clause = max(head.rfind(mark) for mark in _CLAUSES)
    if clause > limit // 2:
        return head[:clause].rstrip(" ,;:-")
    return _DANGLING.sub("", head[: head.rfind(" ")]).rstrip(" ,;:-") + "…"


def flip(text: str) -> str:
    """Say the client's "our app" as the freelancer's "your app"."""
    return re.sub(r"[A-Za-z]+(?:'[a-z]+)?", _flipped, text.replace("’", "'"))


def _flipped(match: re.Match[str]) -> str:
    word = match[0]
    is_name = word.isupper() and len(word) > 1  # the US, not us
    return word if is_name else _FLIP.get(word.lower(), word)


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def count(text: str) -> int:
    return len(text.split())
