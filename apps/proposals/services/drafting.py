"""Letters by the AI: asked for once, written by a worker, taken in as a version exactly once."""

from functools import partial
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.ai import selectors as ai_selectors
from apps.ai import services as ai
from apps.ai.models import Generation
from apps.core.errors import DomainError
from apps.jobs.models import Match
from apps.proposals import facts, selectors, tasks
from apps.proposals.enums import VersionSource
from apps.proposals.models import Proposal, Version
from apps.proposals.rules import Answer
from apps.proposals.services.editing import lock_editable, make_current, next_number
from apps.proposals.services.steps import announce, lock_proposal, save_proposal

BATCH: Final = 200
GONE: Final = gettext_lazy("Upwork lets us keep a posting for a day only, and it is gone. Edit the letter by hand.")


@transaction.atomic
def start_draft(*, match: Match, actor: User) -> Proposal:
    """Open the proposal for a job, and ask for its letter if this is the first time.

    Never two for one job: the second of two clicks waits for the first and gets the same row. Without a
    writer (no budget, no provider) or the posting's text it opens all the same, and says why it is empty.
    """
    profile = accounts.profile_of(match.owner_id)
    # the unique key makes the second of two clicks wait for the first
    proposal, is_new = Proposal.objects.get_or_create(
        owner_id=match.owner_id,
        job=match.job,
        defaults={
            "score": match.score,
            "kind": match.job.kind,
            "currency": match.job.currency,
            "bid_amount": facts.first_bid(match.job, profile),
        },
    )
    if is_new:
        if selectors.is_content_gone(proposal):
            proposal.error = str(GONE)
            save_proposal(proposal, "error")
        else:
            _ask(proposal, actor)
        announce(proposal)
    return proposal


@transaction.atomic
def rewrite_letter(*, proposal_id: int, actor: User) -> Proposal:
    """Ask for another letter; the present one stays as a version. A letter under way is not asked for twice."""
    proposal = lock_editable(proposal_id)
    if selectors.is_being_written(proposal):
        return proposal
    if selectors.is_content_gone(proposal):
        raise DomainError(str(GONE))
    _ask(proposal, actor)
    announce(proposal)
    return proposal


def cancel_draft(*, proposal_id: int, actor: User) -> None:
    """Stop the writing; what is there so far becomes the letter."""
    proposal = Proposal.objects.get(pk=proposal_id)
    if proposal.generation_id is not None:
        ai.cancel_generation(generation_id=proposal.generation_id, actor=actor)


def write_draft(*, proposal_id: int) -> None:
    """Have the letter written and take it in, in the transaction that finishes it; a second run does nothing."""
    generation_id = Proposal.objects.values_list("generation_id", flat=True).get(pk=proposal_id)
    if generation_id is not None:
        ai.run_generation(generation_id=generation_id, on_finish=partial(adopt_generation, proposal_id=proposal_id))


@transaction.atomic
def adopt_generation(generation: Generation, *, proposal_id: int) -> None:
    """Make a version of a finished text, once. What a person wrote in the meantime stays current."""
    proposal = lock_proposal(proposal_id)
    if generation.text.strip() and not Version.objects.filter(generation=generation).exists():
        _take_in(proposal, generation)
    announce(proposal)


def drafts_to_write() -> list[tuple[int, int]]:
    """(proposal, owner) of letters that nobody writes: not begun, or left by a worker that died."""
    rows = Proposal.objects.filter(generation__in=ai_selectors.expired_generations())
    return list(rows.order_by("pk").values_list("pk", "owner_id")[:BATCH])


def _ask(proposal: Proposal, actor: User) -> None:
    """Ask the writer, with everything it may know; a refusal is kept on the row in words."""
    owner_id = proposal.owner_id
    letter = facts.letter_facts(
        owner_id=owner_id,
        job=proposal.job,
        past_letters=selectors.past_letters(owner_id),
        variant=proposal.versions.filter(source=VersionSource.AI).count(),
    )
    try:
        # a savepoint: a refusal takes back what was begun, and the row can still say why
        with transaction.atomic():
            proposal.generation = ai.request_letter(owner_id=owner_id, facts=letter, actor=actor)
            proposal.error = ""
    except DomainError as error:
        proposal.error = str(error)[:300]
    save_proposal(proposal, "generation", "error")
    if not proposal.error:
        nudge = partial(tasks.write_draft.delay, proposal_id=proposal.pk, owner_id=owner_id)
        transaction.on_commit(nudge, robust=True)


def _take_in(proposal: Proposal, generation: Generation) -> None:
    questions = selectors.questions_of(proposal)
    # a writer may leave answers out; the form then shows the question with an empty box
    answers = dict(zip(questions, generation.answers, strict=False))
    version = Version.objects.create(
        owner_id=proposal.owner_id,
        proposal=proposal,
        number=next_number(proposal),
        text=generation.text,
        answers=[Answer(question=question, answer=answers.get(question, "")) for question in questions],
        source=VersionSource.AI,
        generation=generation,
        is_sandbox=generation.is_sandbox,
    )
    current = proposal.current_version
    is_overtaken = current is not None and current.updated_at > generation.created_at
    if proposal.is_editable and not is_overtaken:
        make_current(proposal, version)
