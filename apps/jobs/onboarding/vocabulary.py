"""Skills to choose from in the first step: a selection of our own, by field of work."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE: Final = Path(__file__).with_name("skills.txt")
NAMES: Final = {
    "web": _("Web development"),
    "mobile": _("Mobile and desktop"),
    "data": _("Data and AI"),
    "cloud": _("Cloud and operations"),
    "design": _("Design"),
    "video": _("Video and sound"),
    "writing": _("Writing and translation"),
    "marketing": _("Marketing and sales"),
    "office": _("Office and support"),
    "engineering": _("Engineering, finance and law"),
}


@cache
def fields_of_work() -> list[tuple[Promise, tuple[str, ...]]]:
    """Each field with its skills, the most asked for first."""
    lines = (line.partition(": ") for line in FILE.read_text(encoding="utf-8").splitlines() if line)
    return [(NAMES[name], tuple(skills.split(", "))) for name, _colon, skills in lines]


def suggestions(*, without: Iterable[str]) -> list[tuple[Promise, list[str]]]:
    """The fields of work with the skills that the person has not named yet."""
    named = {skill.casefold() for skill in without}
    return [(name, [skill for skill in skills if skill.casefold() not in named]) for name, skills in fields_of_work()]


def all_skills() -> list[str]:
    return sorted({skill for _name, skills in fields_of_work() for skill in skills}, key=str.lower)
