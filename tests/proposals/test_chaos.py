"""Everything that can happen to a letter, in any order: never two letters, never one without its approval.

Each round makes a story from its number, so that one that fails can be told again.
"""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.errors import DomainError
from apps.proposals import services
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal
from apps.proposals.rules import letter_hash
from apps.proposals.services import sending
from apps.upwork import services as upwork
from apps.upwork.models import Connection
from tests.proposals.conftest import letters_sent


class Story:
    """One letter and the things that may happen to it."""

    def __init__(self, proposal, person, market, connection, seed):
        self.row, self.person, self.market, self.connection = (
            Proposal.objects.filter(pk=proposal.pk),
            person,
            market,
            connection,
        )
        self.id, self.dice = proposal.pk, random.Random(seed)
        self.events = (self.approve, self.approve, self.undo, self.edit, self.work, self.work, self.work, self.sync,
                       self.die_before, self.die_after, self.lose_an_answer, self.break_down, self.look_and_deny)  # fmt: skip

    def run(self, steps):
        told = []
        for _ in range(steps):
            event = self.dice.choice(self.events)
            told.append(event.__name__)
            try:
                event()
            except DomainError:
                told[-1] += " (refused)"
        return told

    def approve(self):
        services.approve_proposal(proposal_id=self.id, actor=self.person)

    def undo(self):
        services.undo_approval(proposal_id=self.id, actor=self.person)

    def edit(self):
        current = self.row.get().current_version
        text = f"Letter number {self.dice.randrange(1000)}."
        services.save_edit(proposal_id=self.id, typed=services.Typed(text, [], current.stamp), actor=self.person)

    def work(self):
        """All waits are over and a worker comes by."""
        now = timezone.now()
        self.row.filter(send_state=SendState.WAITING).update(send_after=now)
        self.row.filter(send_state=SendState.UNCLEAR).update(check_at=now, claimed_until=None)
        self.row.filter(send_state=SendState.SENDING).update(claimed_until=now - timedelta(seconds=1))
        services.send_proposal(proposal_id=self.id)

    def sync(self):
        Connection.objects.update(proposals_due_at=None, claimed_until=None)
        services.sync_connection(connection_id=self.connection.pk)

    def die_before(self):
        """A worker claims the letter and dies at once."""
        soon = timezone.now() + timedelta(seconds=60)
        self.row.filter(send_state=SendState.WAITING).update(send_state=SendState.SENDING, claimed_until=soon)

    def die_after(self):
        """A worker dies between the answer and its own row."""
        if self.row.filter(send_state=SendState.WAITING).exists():
            self.die_before()
            sending._submit(self.row.select_related("job", "approved_version").get())

    def lose_an_answer(self):
        self.market.control("faults", kind="lost", operation="createJobProposal")

    def break_down(self):
        kind = self.dice.choice(("500", "html", "errors", "transform-timeout"))
        self.market.control("faults", kind=kind)

    def look_and_deny(self):
        """The person looks on Upwork and says so only when it is true."""
        self.market.control("faults/clear")
        if upwork.client_for(self.connection.pk).find_proposal(self.row.get().job.upwork_id) is None:
            services.mark_not_sent(proposal_id=self.id, actor=self.person)


@pytest.fixture
def no_breaker(settings):
    """Faults follow each other faster here than anywhere; the breaker has tests of its own."""
    from apps.core.breaker import Breaker
    from apps.upwork.client import transport

    calm = Breaker("calm", failures=10_000)
    before, transport.BREAKER = transport.BREAKER, calm
    yield
    transport.BREAKER = before


@pytest.mark.parametrize("seed", range(12))
def test_no_story_sends_two_letters_or_one_nobody_approved(draft, scope, market, connection, no_breaker, seed):
    story = Story(draft, scope, market, connection, seed)

    told = story.run(25)

    market.control("faults/clear")
    proposal = Proposal.objects.select_related("job").get()
    arrived = letters_sent(market, proposal)
    assert arrived <= 1, told
    if arrived:
        remote = upwork.client_for(connection.pk).find_proposal(proposal.job.upwork_id)
        sent = letter_hash(text=remote.cover_letter, answers=[], bid=proposal.bid_amount, currency="USD")
        assert sent in proposal.approvals.values_list("text_hash", flat=True), told


@pytest.mark.parametrize("seed", range(100, 106))
def test_every_story_ends_once_the_world_is_calm(draft, scope, market, connection, no_breaker, seed):
    story = Story(draft, scope, market, connection, seed)
    told = story.run(20)
    market.control("faults/clear")

    for _ in range(12):
        story.work()

    proposal = Proposal.objects.select_related("job").get()
    arrived = letters_sent(market, proposal)
    assert proposal.send_state not in {SendState.WAITING, SendState.SENDING}, told
    if proposal.status == Status.APPROVED:
        assert (proposal.send_state, arrived) == (SendState.UNCLEAR, 0), told
