import re
from decimal import Decimal

import pytest

from apps.proposals.comparison import compare
from apps.proposals.enums import Status
from apps.proposals.rules import (
    AFTER_SENT,
    COLUMNS,
    TRANSITIONS,
    fee_of,
    is_forward,
    letter_hash,
    may_become,
    moves_by_hand,
    remote_status,
)

ANSWERS = [{"question": "When?", "answer": "Today."}]


def test_every_status_has_a_row_of_transitions_and_a_column():
    shown = [status for statuses in COLUMNS.values() for status in statuses]

    assert set(TRANSITIONS) == set(Status)
    assert sorted(shown) == sorted(Status)


@pytest.mark.parametrize("status", list(Status))
def test_no_status_becomes_itself(status):
    assert not may_become(status, status, was_sent=status in AFTER_SENT)


@pytest.mark.parametrize("new", sorted(AFTER_SENT - {Status.SENT, Status.WITHDRAWN}))
def test_draft_never_jumps_over_being_sent(new):
    assert not may_become(Status.DRAFT, new, was_sent=False)
    assert not may_become(Status.APPROVED, new, was_sent=False)


@pytest.mark.parametrize("old", sorted(AFTER_SENT))
def test_sent_letter_never_becomes_a_draft_again(old):
    assert not may_become(old, Status.DRAFT, was_sent=True)
    assert not may_become(old, Status.APPROVED, was_sent=True)


def test_person_may_correct_a_mistake_after_sending():
    assert set(moves_by_hand(Status.HIRED, was_sent=True)) == AFTER_SENT - {Status.HIRED}


def test_person_may_only_drop_a_draft_and_take_it_up_again():
    assert moves_by_hand(Status.DRAFT, was_sent=False) == [Status.WITHDRAWN]
    assert moves_by_hand(Status.WITHDRAWN, was_sent=False) == [Status.DRAFT]


def test_approved_letter_is_moved_by_undo_and_sending_alone():
    assert moves_by_hand(Status.APPROVED, was_sent=False) == []


@pytest.mark.parametrize(
    ("old", "new", "forward"),
    (
        (Status.SENT, Status.VIEWED, True),
        (Status.VIEWED, Status.SENT, False),
        (Status.SENT, Status.HIRED, True),
        (Status.INTERVIEW, Status.REPLIED, False),
        (Status.VIEWED, Status.LOST, True),
        (Status.HIRED, Status.LOST, False),
        (Status.LOST, Status.VIEWED, False),
        (Status.LOST, Status.OFFER, True),
        (Status.WITHDRAWN, Status.VIEWED, False),
        (Status.APPROVED, Status.SENT, True),
        (Status.SENT, Status.SENT, False),
    ),
)
def test_sync_goes_forward_only(old, new, forward):
    assert is_forward(old, new) is forward


@pytest.mark.parametrize(
    ("word", "viewed", "status"),
    (
        ("Accepted", False, Status.SENT),
        ("ACCEPTED", True, Status.VIEWED),
        ("PENDING", False, Status.SENT),
        ("ACTIVATED", True, Status.REPLIED),
        ("OFFERED", True, Status.OFFER),
        ("HIRED", True, Status.HIRED),
        ("DECLINED", True, Status.LOST),
        ("ARCHIVED", False, Status.LOST),
        ("WITHDRAWN", False, Status.WITHDRAWN),
        ("SOMETHING_NEW", True, None),
    ),
)
def test_words_of_upwork_mean_ours(word, viewed, status):
    assert remote_status(word, viewed=viewed) is status


def test_hash_changes_with_every_part_of_what_is_approved():
    plain = {"text": "Hi", "answers": ANSWERS, "bid": Decimal("60.00"), "currency": "USD"}
    others = [
        {"text": "Hi "},
        {"answers": [{"question": "When?", "answer": "Today"}]},
        {"bid": Decimal("60.01")},
        {"currency": "EUR"},
    ]

    hashes = {letter_hash(**plain), *(letter_hash(**{**plain, **other}) for other in others)}

    assert len(hashes) == len(others) + 1
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes)


def test_hash_is_the_same_however_the_amount_was_read():
    given = {"text": "Hi", "answers": [], "currency": "USD"}

    assert letter_hash(bid=Decimal(60), **given) == letter_hash(bid=Decimal("60.00"), **given)


@pytest.mark.parametrize(
    ("bid", "percent", "fee"), (("62.00", "10", "6.20"), ("0.05", "10", "0.01"), ("33.33", "12.5", "4.17"))
)
def test_fee_is_rounded_to_whole_cents(bid, percent, fee):
    assert fee_of(Decimal(bid), Decimal(percent)) == Decimal(fee)


@pytest.mark.parametrize(
    ("old", "new"),
    (("", "all new"), ("all gone", ""), ("one two three", "one 2 three"), ("a\n\nb", "a\n\nb c"), ("same", "same")),
)
def test_comparison_loses_nothing_of_either_text(old, new):
    pieces = compare(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old


def test_comparison_names_the_words_that_changed():
    pieces = compare("I can start on Monday", "I can start today")

    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != "same"] == [
        ("removed", "on Monday"),
        ("added", "today"),
    ]
