"""What holds for every bid, every letter and every way that a proposal can take."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.proposals.comparison import compare
from apps.proposals.enums import Status
from apps.proposals.rules import AFTER_SENT, CLOSED, fee_of, is_forward, letter_hash, may_become, moves_by_hand

CENTS = st.decimals("1", "99999999.99", places=2)
WAY = [Status.SENT, Status.VIEWED, Status.REPLIED, Status.INTERVIEW, Status.OFFER, Status.HIRED]
STATUSES = st.sampled_from(list(Status))
WORDS = st.text("ab \n.,é", max_size=40)


@given(bid=CENTS, percent=st.sampled_from((0, 5, 10, 15)))
def test_fee_and_what_remains_are_the_bid_to_the_cent(bid, percent):
    fee = fee_of(bid, Decimal(percent))

    assert 0 <= fee <= bid
    assert fee == fee.quantize(Decimal("0.01"))
    assert abs(fee - bid * percent / 100) <= Decimal("0.005")


@given(old=WORDS, new=WORDS)
def test_comparison_holds_both_texts_whole(old, new):
    pieces = compare(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old


@given(first=WORDS, second=WORDS, bid=CENTS)
def test_two_letters_share_a_hash_only_when_they_are_the_same(first, second, bid):
    hashes = [letter_hash(text=text, answers=[], bid=bid, currency="USD") for text in (first, second)]

    assert (hashes[0] == hashes[1]) is (first == second)


@given(steps=st.lists(STATUSES, max_size=12))
def test_sync_never_goes_back_on_the_way_and_ends(steps):
    """Whatever order the news come in; only a client who was lost may come back, and then with an offer at least."""
    status, walked = Status.SENT, []
    for step in steps:
        if step in AFTER_SENT and is_forward(status, step):
            status = step
            walked.append(step)

    on_the_way = [WAY.index(step) for step in walked if step in WAY]
    assert on_the_way == sorted(on_the_way)
    assert Status.WITHDRAWN not in walked or walked[-1] == Status.WITHDRAWN


@given(old=STATUSES, new=STATUSES, was_sent=st.booleans())
def test_nobody_unsends_a_letter_or_approves_it_by_moving_a_card(old, new, was_sent):
    if was_sent:
        assert not may_become(old, Status.DRAFT, was_sent=True)
    assert Status.APPROVED not in moves_by_hand(old, was_sent=was_sent)
    assert all(may_become(old, step, was_sent=was_sent) for step in moves_by_hand(old, was_sent=was_sent))
    assert old not in moves_by_hand(old, was_sent=was_sent)


@given(old=st.sampled_from(sorted(CLOSED)))
def test_closed_proposal_is_not_lost_or_withdrawn_again(old):
    assert not is_forward(old, Status.LOST)
    assert not is_forward(old, Status.WITHDRAWN)
