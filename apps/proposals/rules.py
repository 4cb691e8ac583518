"""What may become what, and what stands in the way of approving: pure checks, no database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypedDict

from apps.proposals.enums import Column, Status

CLOSED: Final = frozenset({Status.HIRED, Status.LOST, Status.WITHDRAWN})
AFTER_SENT: Final = frozenset(
    {
        Status.SENT,
        Status.VIEWED,
        Status.REPLIED,
        Status.INTERVIEW,
        Status.OFFER,
        Status.HIRED,
        Status.LOST,
        Status.WITHDRAWN,
    }
)

ANSWERED: Final = frozenset({Status.REPLIED, Status.INTERVIEW, Status.OFFER, Status.HIRED})

# A person may correct any mistake among the states after sending; a sync goes forward only (see `is_forward`).
TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.DRAFT: frozenset({Status.APPROVED, Status.SENT, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.DRAFT, Status.SENT}),
    **{status: AFTER_SENT - {status} for status in AFTER_SENT},
    Status.WITHDRAWN: AFTER_SENT - {Status.WITHDRAWN} | {Status.DRAFT},
}

COLUMNS: Final[Mapping[Column, tuple[Status, ...]]] = {
    Column.DRAFTING: (Status.DRAFT, Status.APPROVED),
    Column.SENT: (Status.SENT, Status.VIEWED),
    Column.TALKING: (Status.REPLIED, Status.INTERVIEW, Status.OFFER),
    Column.HIRED: (Status.HIRED,),
    Column.CLOSED: (Status.LOST, Status.WITHDRAWN),
}

# What Upwork calls it. "Accepted" means submitted and open; the buckets it answers from are not to be trusted.
REMOTE_STATUS: Final[Mapping[str, Status]] = {
    "PENDING": Status.SENT,
    "ACCEPTED": Status.SENT,
    "ACTIVATED": Status.REPLIED,
    "OFFERED": Status.OFFER,
    "HIRED": Status.HIRED,
    "DECLINED": Status.LOST,
    "ARCHIVED": Status.LOST,
    "WITHDRAWN": Status.WITHDRAWN,
}

# The order that a sync may follow; what is closed has rules of its own.
_WAY: Final = (
    Status.DRAFT,
    Status.APPROVED,
    Status.SENT,
    Status.VIEWED,
    Status.REPLIED,
    Status.INTERVIEW,
    Status.OFFER,
    Status.HIRED,
)


class Answer(TypedDict):
    """The answer to one screening question, kept with the words of the question."""

    question: str
    answer: str


def may_become(old: Status, new: Status, *, was_sent: bool) -> bool:
    """Whether the table allows the step; what was never sent has no life after sending, and the other way round."""
    if new not in TRANSITIONS[old]:
        return False
    if new in {Status.DRAFT, Status.APPROVED}:
        return not was_sent
    return was_sent or new in {Status.SENT, Status.WITHDRAWN}


def moves_by_hand(status: Status, *, was_sent: bool) -> list[Status]:
    """Where a person may put the card; approving and sending have ways of their own."""
    if status == Status.APPROVED:
        return []
    reserved = {Status.APPROVED} if was_sent else {Status.APPROVED, Status.SENT}
    return [new for new in Status if new not in reserved and may_become(status, new, was_sent=was_sent)]


def is_forward(old: Status, new: Status) -> bool:
    """Whether a sync may take the step: forward on the way, or out of it; a lost client may come back."""
    if new in {Status.LOST, Status.WITHDRAWN}:
        return old not in CLOSED
    if old == Status.LOST:
        return new in {Status.OFFER, Status.HIRED}
    return old != Status.WITHDRAWN and _WAY.index(new) > _WAY.index(old)


def remote_status(word: str, *, viewed: bool) -> Status | None:
    """Our word for Upwork's; None for one nobody knows, which then changes nothing."""
    status = REMOTE_STATUS.get(word.upper())
    return Status.VIEWED if status == Status.SENT and viewed else status


def numbered(answers: Sequence[Answer]) -> list[Answer]:
    """The answers with the numbers of their questions for the words, which are the marketplace's."""
    return [Answer(question=str(number), answer=given["answer"]) for number, given in enumerate(answers, 1)]


def letter_hash(*, text: str, answers: Sequence[Answer], bid: Decimal | None, currency: str) -> str:
    """What an approval freezes: the letter, the answers and the bid, to the last character."""
    body = [text, [[answer["question"], answer["answer"]] for answer in answers], f"{bid:.2f}" if bid else "", currency]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


def fee_of(bid: Decimal, percent: Decimal) -> Decimal:
    """What Upwork keeps of a bid, in whole cents."""
    return (bid * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
