"""What a letter may be approved for, how it would leave, and what surrounds it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypedDict

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.ai.enums import OPEN
from apps.core import countries
from apps.core.templatetags.ui import money
from apps.jobs.enums import Kind, Source
from apps.jobs.models import Job, Match
from apps.proposals.enums import SendState, Status, VersionSource
from apps.proposals.models import Proposal, Version
from apps.proposals.rules import ANSWERED, Answer, fee_of, numbered
from apps.upwork import selectors as upwork_selectors
from apps.upwork.enums import Capability
from apps.upwork.models import Connection

LETTER_MOST: Final = 5000  # Upwork's own limit
PAST_LETTERS: Final = 3
NEXT_STEP: Final = {
    Status.DRAFT: gettext_lazy("Mend what is wrong, then approve it again."),
    Status.APPROVED: gettext_lazy("Look on Upwork, then say here whether it was sent."),
    Status.SENT: gettext_lazy("It is the client's turn now."),
    Status.VIEWED: gettext_lazy("The client has seen it; there is nothing to do yet."),
    Status.REPLIED: gettext_lazy("Answer the client on Upwork."),
    Status.INTERVIEW: gettext_lazy("The client wants to talk: answer on Upwork."),
    Status.OFFER: gettext_lazy("Read the offer on Upwork, then accept or decline it there."),
    Status.HIRED: gettext_lazy("The work can begin."),
    Status.LOST: gettext_lazy("There is nothing left to do for this one."),
    Status.WITHDRAWN: gettext_lazy("There is nothing left to do for this one."),
}
SEND_IT: Final = gettext_lazy("Send it on Upwork yourself, then say so here.")


@dataclass(frozen=True, slots=True)
class Way:
    """How an approved letter would leave: through the connection, or by the person's own hand."""

    connection: Connection | None
    is_direct: bool

    @property
    def is_sandbox(self) -> bool:
        return self.connection is not None and self.connection.is_sandbox


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands in the way of approving: words for the button, for the page, and where to mend it."""

    label: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What a bid means for the person."""

    bid: Decimal
    percent: Decimal
    fee: Decimal
    net: Decimal


class MessageParts(TypedDict):
    """Arguments of `notifications.services.notify`."""

    context: dict[str, object]
    content: dict[str, object]
    content_expires_at: datetime | None


def way_of_sending(proposal: Proposal) -> Way:
    connection = upwork_selectors.connection_of(proposal.owner_id)
    if connection is None or not connection.is_connected:
        return Way(connection=None, is_direct=False)
    is_possible = connection.may(Capability.SUBMIT) and _belongs_to(proposal.job, connection)
    return Way(connection=connection, is_direct=is_possible and not _lacks_questions(proposal))


def what_blocks(proposal: Proposal, way: Way) -> list[Blocker]:
    """Everything that must be mended before a person can approve, the first thing first."""
    if is_being_written(proposal):
        text = _("The letter is still being written. Wait for it, or stop it.")
        return [Blocker(_("Being written"), text, "#letter")]
    version = proposal.current_version
    found = [*_letter_blockers(version, way), *_answer_blockers(proposal, version)]
    if proposal.bid_amount is None:
        found.append(Blocker(_("Set a bid to send"), _("Say what you ask for: the bid is empty."), "#bid"))
    return found


def is_being_written(proposal: Proposal) -> bool:
    """Whether a text is under way: asked for, or done and not yet taken in."""
    generation = proposal.generation
    return generation is not None and generation.state in OPEN


def is_content_gone(proposal: Proposal) -> bool:
    """Whether the posting's text may no longer be shown to this person (see `upwork.policy`)."""
    if proposal.job.is_purged:
        return True
    matches = Match.objects.filter(owner_id=proposal.owner_id, job_id=proposal.job_id)
    return matches.filter(purged_at__isnull=False).exists()


def content_gone() -> Q:
    """The same as a condition on proposals."""
    matches = Match.objects.filter(owner_id=OuterRef("owner_id"), job_id=OuterRef("job_id"))
    is_over = Q(job__content_purged_at__isnull=False) | Q(job__content_expires_at__lte=timezone.now())
    return is_over | Q(Exists(matches.filter(purged_at__isnull=False)))


def questions_of(proposal: Proposal) -> list[str]:
    """The screening questions: those on record, the job's, or their numbers once the job's content had to go."""
    if proposal.job_facts:
        return list(proposal.job_facts["questions"])
    if not is_content_gone(proposal):
        return list(proposal.job.questions)
    version = proposal.current_version
    return [answer["question"] for answer in numbered(version.answers)] if version else []


def answers_of(proposal: Proposal, version: Version | None) -> list[Answer]:
    """One entry for each question, in the job's order, empty where nobody has answered."""
    answers = version.answers if version else []
    by_words = {answer["question"]: answer["answer"] for answer in answers}
    # where the words went, on one side or on both, numbers say what belongs together
    given = {answer["question"]: answer["answer"] for answer in numbered(answers)} | by_words
    return [
        Answer(question=question, answer=given.get(question, by_words.get(str(number), "")))
        for number, question in enumerate(questions_of(proposal), 1)
    ]


def fee_for(bid: Decimal | None) -> Fee | None:
    if bid is None:
        return None
    percent = Decimal(str(settings.UPWORK_FEE_PERCENT))
    fee = fee_of(bid, percent)
    return Fee(bid=bid, percent=percent.normalize(), fee=fee, net=bid - fee)


def past_letters(owner_id: int) -> tuple[str, ...]:
    """The person's letters that clients answered, newest first: what a new one may learn from."""
    answered = Proposal.objects.filter(owner_id=owner_id, status__in=ANSWERED, approved_version__isnull=False)
    newest = answered.order_by("-replied_at").values_list("approved_version__text", flat=True)
    return tuple(newest[:PAST_LETTERS])


def title_of(proposal: Proposal, *, is_gone: bool) -> str:
    """The person's own copy of the title, the job's while it may be kept, or words that say it is gone."""
    return proposal.title or ("" if is_gone else proposal.job.title) or _("A job whose posting is gone")


def message_about(proposal: Proposal, status: str | Promise) -> MessageParts:
    """What a notification about a proposal is written from. A title that is not the person's own copy goes in time."""
    # as far as the person's own copy names it
    place = countries.in_one_spelling(proposal.job_facts.get("client_country", ""))
    bid = money(proposal.bid_amount, proposal.currency) if proposal.bid_amount else ""
    context: dict[str, object] = {
        "id": str(proposal.public_id),
        "status": status,
        "next": SEND_IT if proposal.send_state == SendState.BY_HAND else NEXT_STEP[Status(proposal.status)],
        "place": place,
        "bid": f" · {bid}" if place and bid else bid,
        "unit": gettext_lazy("/hr") if proposal.bid_amount and proposal.kind == Kind.HOURLY else "",
    }
    if proposal.title:
        return MessageParts(context=context | {"title": proposal.title}, content={}, content_expires_at=None)
    if is_content_gone(proposal):
        return MessageParts(context=context, content={}, content_expires_at=None)
    job = proposal.job
    return MessageParts(context=context, content={"title": job.title}, content_expires_at=job.content_expires_at)


def _belongs_to(job: Job, connection: Connection) -> bool:
    source = Source.SANDBOX if connection.is_sandbox else Source.API
    return bool(job.upwork_id) and job.source == source


def _lacks_questions(proposal: Proposal) -> bool:
    """Upwork takes an answer only with the words of its question, and these went with the posting."""
    version = proposal.current_version
    return version is not None and bool(version.answers) and is_content_gone(proposal)


def _letter_blockers(version: Version | None, way: Way) -> list[Blocker]:
    if version is None or not version.text.strip():
        return [Blocker(_("Write the letter to send"), _("The letter is empty."), "#letter")]
    if len(version.text) > LETTER_MOST:
        text = _("The letter has %(count)s characters; Upwork takes %(most)s.") % {
            "count": len(version.text),
            "most": LETTER_MOST,
        }
        return [Blocker(_("Shorten the letter to send"), text, "#letter")]
    is_untouched = version.is_sandbox and version.source == VersionSource.AI
    if is_untouched and way.connection is not None and not way.is_sandbox:
        text = _("The sandbox wrote this text, and your connection is the real Upwork. Make the letter your own first.")
        return [Blocker(_("Edit the letter to send"), text, "#letter")]
    return []


def _answer_blockers(proposal: Proposal, version: Version | None) -> list[Blocker]:
    open_count = sum(not answer["answer"].strip() for answer in answers_of(proposal, version))
    if not open_count:
        return []
    label = ngettext("Answer %(count)s question to send", "Answer %(count)s questions to send", open_count)
    text = ngettext(
        "%(count)s screening question has no answer.", "%(count)s screening questions have no answer.", open_count
    )
    return [Blocker(label % {"count": open_count}, text % {"count": open_count}, "#questions")]
