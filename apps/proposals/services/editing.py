"""Letters as a person changes them: autosave without losses, versions, the bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.proposals.enums import VersionSource
from apps.proposals.models import Proposal, Version
from apps.proposals.rules import Answer
from apps.proposals.services.steps import lock_proposal, save_proposal

OWN_TYPING: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: `kept` stands apart when `current` had moved on in another tab."""

    current: Version
    kept: Version | None = None

    @property
    def is_conflict(self) -> bool:
        return self.kept is not None


@transaction.atomic
def save_edit(*, proposal_id: int, base: str, text: str, answers: Sequence[Answer], actor: User) -> Saved:
    """Save what a person typed on top of the version `base`.

    When another tab was faster, the newer text stays current and this one is kept as a version beside it:
    neither is lost, and the person chooses.
    """
    proposal = lock_editable(proposal_id)
    current = proposal.current_version
    if current and _same(current, text, answers):
        return Saved(current)
    if current is None or base == current.stamp:
        return Saved(_write(proposal, text, answers, author=actor))
    return Saved(current, kept=_keep_beside(proposal, text, answers, author=actor))


@transaction.atomic
def restore_version(*, proposal_id: int, number: int, actor: User) -> Version:
    """Bring an older text back as the newest version; the ones between stay."""
    proposal = lock_editable(proposal_id)
    old = proposal.versions.get(number=number)
    if old.pk == proposal.current_version_id:
        return old
    version = _add_version(proposal, text=old.text, answers=old.answers, author=actor, like=old)
    make_current(proposal, version)
    return version


@transaction.atomic
def set_bid(*, proposal_id: int, amount: Decimal | None, actor: User) -> Proposal:
    """Set what the person asks for: by the hour, or for the whole work."""
    proposal = lock_editable(proposal_id)
    if proposal.bid_amount != amount:
        proposal.bid_amount = amount
        proposal.full_clean(validate_unique=False, validate_constraints=False)
        save_proposal(proposal, "bid_amount")
    return proposal


def _add_version(
    proposal: Proposal, *, text: str, answers: Sequence[Answer], author: User, like: Version | None
) -> Version:
    """The next version by a person's hand; text that grew from the sandbox's stays marked."""
    return Version.objects.create(
        owner_id=proposal.owner_id,
        proposal=proposal,
        number=next_number(proposal),
        text=text,
        answers=list(answers),
        source=VersionSource.PERSON,
        author=author,
        is_sandbox=bool(like and like.is_sandbox and text.strip()),
    )


def next_number(proposal: Proposal) -> int:
    newest = proposal.versions.first()
    return newest.number + 1 if newest else 1


def _write(proposal: Proposal, text: str, answers: Sequence[Answer], *, author: User) -> Version:
    """Go on in the person's own version while they type; anything else begins a new one."""
    current = proposal.current_version
    if current and _is_being_typed(current):
        return _overwrite(current, text, answers)
    version = _add_version(proposal, text=text, answers=answers, author=author, like=current)
    make_current(proposal, version)
    return version


def _keep_beside(proposal: Proposal, text: str, answers: Sequence[Answer], *, author: User) -> Version:
    """The slower tab's text, in one version however long it types on."""
    current, newest = proposal.current_version, proposal.versions.first()
    if current and newest and newest.number > current.number and _is_being_typed(newest):
        return _overwrite(newest, text, answers)
    return _add_version(proposal, text=text, answers=answers, author=author, like=current)


def _overwrite(version: Version, text: str, answers: Sequence[Answer]) -> Version:
    version.text, version.answers = text, list(answers)
    version.save(update_fields=["text", "answers", "updated_at"])
    return version


def _is_being_typed(version: Version) -> bool:
    is_fresh = timezone.now() - version.created_at < OWN_TYPING
    return version.source == VersionSource.PERSON and is_fresh and not version.approvals.exists()


def make_current(proposal: Proposal, version: Version) -> None:
    proposal.current_version = version
    save_proposal(proposal, "current_version")


def _same(version: Version, text: str, answers: Sequence[Answer]) -> bool:
    return version.text == text and version.answers == list(answers)


def lock_editable(proposal_id: int) -> Proposal:
    proposal = lock_proposal(proposal_id)
    if not proposal.is_editable:
        raise DomainError(_("This letter is approved and cannot be changed. Undo the approval first."))
    return proposal
