"""What the navigation shows beside its links: counts and saved searches, asked of the rooms that own them."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

Source = Callable[[HttpRequest], object]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Offer a value to every page of a signed-in person under `rail.<name>`."""
    _sources[name] = source


def registered() -> frozenset[str]:
    return frozenset(_sources)


def collect(request: HttpRequest) -> Mapping[str, object]:
    return {name: source(request) for name, source in _sources.items()}
