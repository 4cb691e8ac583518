"""The words of screening questions go with their posting, unless the person bid on it."""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from apps.proposals import selectors
from apps.proposals.models import Proposal, Version
from apps.proposals.rules import numbered
from apps.proposals.services.steps import lock_proposal

BATCH: Final = 500


def forget_questions() -> int:
    """Put numbers for the questions in every text that nobody approved, once its posting is gone; how many letters.

    The answers are the person's own and stay. So do versions that were approved: an approval vouches for each word.
    """
    found = _remembering().order_by("proposal_id").values_list("proposal_id", flat=True).distinct()[:BATCH]
    proposal_ids = list(found)
    for proposal_id in proposal_ids:
        _forget(proposal_id)
    return len(proposal_ids)


@transaction.atomic
def _forget(proposal_id: int) -> None:
    lock_proposal(proposal_id)
    for version in _remembering().filter(proposal_id=proposal_id):
        # without `updated_at`: who is typing goes on from the same stamp
        Version.objects.filter(pk=version.pk).update(answers=numbered(version.answers))


def _remembering() -> QuerySet[Version]:
    gone = Proposal.objects.filter(selectors.content_gone(), job_facts={})
    return (
        Version.objects.filter(proposal__in=gone, approvals=None).exclude(answers=[]).exclude(answers__0__question="1")
    )
