"""A key as its page shows it: what came of the last test, and what to do about it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.vault.models import SecretKey
from apps.accounts.vault.sealing import opens

GOOD: Final = frozenset({KeyResult.WORKS, KeyResult.KNOWN})
ICONS: Final = {KeyKind.COMPATIBLE: "globe", KeyKind.UPWORK: "key-round"}
HINTS: Final[dict[KeyKind, str | Promise]] = {
    KeyKind.OPENAI: _("Letters are written on your own account at OpenAI."),
    KeyKind.ANTHROPIC: _("Letters are written on your own account at Anthropic."),
    KeyKind.COMPATIBLE: _("OpenRouter, a server at home, or any other that speaks like OpenAI's."),
    KeyKind.UPWORK: _("Your own application from Upwork's API center: jobs and proposals go through it."),
}
ADVICE: Final[dict[str, str | Promise]] = {
    KeyResult.KNOWN: _("Upwork knows the key and its secret. What they may do shows when you connect."),
    KeyResult.REFUSED: _("It was revoked, or copied with a mistake. Replace it."),
    KeyResult.NO_CREDIT: _("The account has no credit left. Top it up there."),
    KeyResult.BUSY: _("The key is good, but was used too often at once. Wait a minute."),
    KeyResult.NO_ANSWER: _(
        "Nobody answered in time. Try again in a minute; check the address of a server of your own."
    ),
    KeyResult.NO_MODEL: _("The key is good, but the model is not known there. Choose another one."),
    KeyResult.ADDRESS: _("The address leads into a private network. The operator can allow it."),
    KeyResult.STRANGE: _("Something answered, but not as such a server does. Check the base URL."),
}
ASKS_FOR_ONE: Final[str | Promise] = _("The server asks for a key. Enter one.")


@dataclass(frozen=True, slots=True)
class Row:
    """`tone` colours the tile and the chip: good, bad, accent or none."""

    key: SecretKey
    icon: str
    tone: str
    chip: str
    chip_icon: str
    advice: str | Promise
    is_locked: bool


def row_of(key: SecretKey) -> Row:
    is_locked = not opens(key)
    tone, chip, chip_icon = _state(key, is_locked=is_locked)
    return Row(
        key=key,
        icon=ICONS.get(KeyKind(key.kind), "sparkles"),
        tone=tone,
        chip=chip,
        chip_icon=chip_icon,
        advice="" if is_locked else _advice(key),
        is_locked=is_locked,
    )


def _advice(key: SecretKey) -> str | Promise:
    is_without = key.test_result == KeyResult.REFUSED and not key.sealed
    return ASKS_FOR_ONE if is_without else ADVICE.get(key.test_result, "")


def _state(key: SecretKey, *, is_locked: bool) -> tuple[str, str, str]:
    if is_locked:
        return "bad", str(_("Locked")), "lock"
    if not key.is_active:
        return "", str(_("Switched off")), ""
    if not key.test_result:
        return "accent", str(_("Not tested yet")), ""
    is_good = key.test_result in GOOD
    return ("good" if is_good else "bad"), key.get_test_result_display(), "check" if is_good else "circle-alert"
