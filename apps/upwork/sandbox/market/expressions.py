"""The part of Lucene's query syntax the job search understands: AND, OR, NOT, quotes, parentheses, a trailing star."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from apps.upwork.sandbox.market.words import fold

Test = Callable[[Mapping[str, str]], bool]

TOKEN: Final = re.compile(r'(?:(title|skills):)?("[^"]*"?|[^\s()"]+)|([()])', re.IGNORECASE)
FIELDS: Final = {"title": "title_words", "skills": "skill_words"}
OPERATORS: Final = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR", "NOT": "NOT", "!": "NOT"}


def compile_expression(text: str, field: str = "words") -> Test:
    """A test for the folded texts of a posting; words side by side must all occur."""
    return _Parser(text, field).parse()


class _Parser:
    def __init__(self, text: str, field: str) -> None:
        self._tokens = [(match[1] or "", match[2] or match[3]) for match in TOKEN.finditer(text)]
        self._field = field

    def parse(self) -> Test:
        tests = []
        while self._tokens:
            tests.append(self._either())
            if self._peek() == ")":
                self._tokens.pop(0)
        return lambda texts: all(test(texts) for test in tests)

    def _peek(self) -> str:
        return OPERATORS.get(self._tokens[0][1], self._tokens[0][1]) if self._tokens else ""

    def _either(self) -> Test:
        tests = [self._both()]
        while self._peek() == "OR":
            self._tokens.pop(0)
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda texts: any(test(texts) for test in tests)

    def _both(self) -> Test:
        tests: list[Test] = []
        while self._peek() not in {"", "OR", ")"}:
            if self._peek() == "AND":
                self._tokens.pop(0)
            else:
                tests.append(self._unary())
        return lambda texts: all(test(texts) for test in tests)

    def _unary(self) -> Test:
        negated = False
        while self._peek() == "NOT":
            self._tokens.pop(0)
            negated = not negated
        test = self._atom()
        return (lambda texts: not test(texts)) if negated else test

    def _atom(self) -> Test:
        if self._peek() in {"", "AND", "OR", ")"}:
            return lambda _: True
        prefix, word = self._tokens.pop(0)
        field = FIELDS.get(prefix.lower(), self._field)
        match word[0], word[1:]:
            case "(", _:
                test = self._either()
                if self._peek() == ")":
                    self._tokens.pop(0)
                return test
            case "-", rest if rest:
                test = _contains(rest, field)
                return lambda texts: not test(texts)
            case _:
                return _contains(word.lstrip("+"), field)


def _contains(word: str, field: str) -> Test:
    needle = fold(word)
    if word.endswith("*"):
        needle = f" {word.lower().strip('*')}"
    return lambda texts: needle in texts[field] if needle.strip() else True
