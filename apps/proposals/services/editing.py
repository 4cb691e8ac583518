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

# Autosaves within this go into one version, those after it into the next: there is always something to go back to
OWN_TYPING: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: `kept` stands apart when `current` had moved on in another tab."""

    current: Version
    kept: Version | None = None

    @property
    def is_conflict(self) -> bool:
        return self.kept is not None


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, where, and on top of which version; `answers` is None where they were not asked."""

    text: str
    answers: Sequence[Answer] | None = None
    base: str = ""
    tab: str = ""

    def is_on_top_of(self, version: Version) -> bool:
        """A tab's own earlier text is what it goes on from, also when the answer with the new stamp is still out."""
        return self.base == version.stamp or bool(self.tab and self.tab == version.tab)

    def is_same_as(self, version: Version) -> bool:
        return version.text == self.text and self.answers_for(version) == version.answers

    def answers_for(self, version: Version | None) -> list[Answer]:
        if self.answers is not None:
            return list(self.answers)
        return version.answers if version else []


@transaction.atomic
def save_edit(*, proposal_id: int, typed: Typed, actor: User) -> Saved:
    """Save what a person typed; what is there already changes nothing, also after the approval.

    When another tab was faster, the newer text stays current and this one is kept as a version beside it:
    neither is lost, and the person chooses.
    """
    proposal = lock_proposal(proposal_id)
    current = proposal.current_version
    if current and typed.is_same_as(current):
        return Saved(current)
    _ensure_editable(proposal)
    if current is None or typed.is_on_top_of(current):
        return Saved(_write(proposal, typed, author=actor))
    return Saved(current, kept=_keep_beside(proposal, typed, author=actor))


@transaction.atomic
def restore_version(*, proposal_id: int, number: int, actor: User) -> Version:
    """Bring an older text back as the newest version; the ones between stay."""
    proposal = lock_editable(proposal_id)
    old = proposal.versions.get(number=number)
    if old.pk == proposal.current_version_id:
        return old
    version = _add_version(proposal, Typed(old.text, old.answers), author=actor, like=old)
    make_current(proposal, version)
    return version


@transaction.atomic
def set_bid(*, proposal_id: int, amount: Decimal | None, actor: User) -> Proposal:
    """Set what the person asks for: by the hour, or for the whole work."""
    proposal = lock_proposal(proposal_id)
    if proposal.bid_amount != amount:
        _ensure_editable(proposal)
        proposal.bid_amount = amount
        proposal.full_clean(validate_unique=False, validate_constraints=False)
        save_proposal(proposal, "bid_amount")
    return proposal


def _add_version(proposal: Proposal, typed: Typed, *, author: User, like: Version | None) -> Version:
    """The next version by a person's hand; text that grew from the sandbox's stays marked."""
    return Version.objects.create(
        owner_id=proposal.owner_id,
        proposal=proposal,
        number=next_number(proposal),
        text=typed.text,
        answers=typed.answers_for(like),
        source=VersionSource.PERSON,
        author=author,
        is_sandbox=bool(like and like.is_sandbox and typed.text.strip()),
        tab=typed.tab,
    )


def next_number(proposal: Proposal) -> int:
    newest = proposal.versions.first()
    return newest.number + 1 if newest else 1


def _write(proposal: Proposal, typed: Typed, *, author: User) -> Version:
    """Go on in the person's own version while they type; anything else begins a new one."""
    current = proposal.current_version
    if current and current.tab == typed.tab and _is_being_typed(current):
        return _overwrite(current, typed)
    version = _add_version(proposal, typed, author=author, like=current)
    make_current(proposal, version)
    return version


def _keep_beside(proposal: Proposal, typed: Typed, *, author: User) -> Version:
    """The slower tab's text, in one version however long it types on."""
    beside = proposal.versions.filter(tab=typed.tab).first() if typed.tab else None
    if beside and _is_being_typed(beside):
        return _overwrite(beside, typed)
    return _add_version(proposal, typed, author=author, like=proposal.current_version)


def _overwrite(version: Version, typed: Typed) -> Version:
    version.text, version.answers, version.tab = typed.text, typed.answers_for(version), typed.tab
    version.save(update_fields=["text", "answers", "tab", "updated_at"])
    return version


def _is_being_typed(version: Version) -> bool:
    is_fresh = timezone.now() - version.created_at < OWN_TYPING
    return version.source == VersionSource.PERSON and is_fresh and not version.approvals.exists()


def make_current(proposal: Proposal, version: Version) -> None:
    proposal.current_version = version
    save_proposal(proposal, "current_version")


def lock_editable(proposal_id: int) -> Proposal:
    proposal = lock_proposal(proposal_id)
    _ensure_editable(proposal)
    return proposal


def _ensure_editable(proposal: Proposal) -> None:
    if not proposal.is_editable:
        raise DomainError(_("This letter is approved and cannot be changed. Undo the approval first."))
