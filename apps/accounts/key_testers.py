"""How keys are tried: the rooms that speak with a vendor name their testers in `AppConfig.ready()`."""

from collections.abc import Callable, Mapping

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.vault.sealing import OpenedKey

Tester = Callable[[OpenedKey], KeyResult]
_testers: dict[KeyKind, Tester] = {}


def register(kind: KeyKind, tester: Tester) -> None:
    """The tester asks the vendor once, within seconds, and says what came of it; it never raises."""
    _testers[kind] = tester


def registered() -> Mapping[KeyKind, Tester]:
    return _testers


def ask(key: OpenedKey) -> KeyResult:
    return _testers[key.kind](key)
