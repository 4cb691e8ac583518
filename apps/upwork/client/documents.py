"""The GraphQL documents of `queries/`: each asks for the fields we use and no more."""

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "queries"


@cache
def document(name: str) -> str:
    return (FOLDER / f"{name}.graphql").read_text()
