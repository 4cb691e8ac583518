"""The pipeline: one column for each part of the way, a few cards of each, all in a fixed number of queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.ai.enums import OPEN
from apps.jobs.models import Match
from apps.proposals.enums import Column, SendState, Status
from apps.proposals.models import Proposal
from apps.proposals.rules import COLUMNS, moves_by_hand
from apps.proposals.selectors.letters import content_gone, title_of

CARDS_MOST: Final = 20
PAGE: Final = 50
WEEK: Final = timedelta(days=7)

EMPTY: Final[dict[Column, Promise]] = {
    Column.SHORTLIST: gettext_lazy("Save jobs in the feed to find them here."),
    Column.DRAFTING: gettext_lazy("No letter is being written."),
    Column.SENT: gettext_lazy("Nothing sent yet."),
    Column.TALKING: gettext_lazy("Replies land here."),
    Column.HIRED: gettext_lazy("No hire yet."),
    Column.CLOSED: gettext_lazy("Nothing closed."),
}
CHIPS: Final[dict[Status, tuple[Promise, str, str]]] = {
    Status.SENT: (gettext_lazy("Sent"), "", "send"),
    Status.VIEWED: (gettext_lazy("Viewed"), "good", "eye"),
    Status.REPLIED: (gettext_lazy("Replied"), "accent", "message-square"),
    Status.INTERVIEW: (gettext_lazy("Interview"), "accent", "users"),
    Status.OFFER: (gettext_lazy("Offer"), "good", "star"),
    Status.HIRED: (gettext_lazy("Hired"), "good", "circle-check"),
    Status.LOST: (gettext_lazy("Lost"), "", "circle-x"),
    Status.WITHDRAWN: (gettext_lazy("Withdrawn"), "", "undo-2"),
}
SENDING_CHIPS: Final[dict[SendState, tuple[Promise, str, str]]] = {
    SendState.WAITING: (gettext_lazy("Sending soon"), "accent", "clock"),
    SendState.SENDING: (gettext_lazy("Sending"), "accent", "send"),
    SendState.UNCLEAR: (gettext_lazy("Unclear if sent"), "warn", "triangle-alert"),
    SendState.BY_HAND: (gettext_lazy("Send by hand"), "warn", "external-link"),
    SendState.FAILED: (gettext_lazy("Not sent"), "bad", "triangle-alert"),
}


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the address asks for: words in the title, and which cards."""

    words: str = ""
    show: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal or saved job as the board shows it."""

    public_id: UUID
    url: str
    title: str
    place: str
    amount: Decimal | None
    currency: str
    is_hourly: bool
    score: int | None
    label: str | Promise
    tone: str
    icon: str
    since: datetime | None
    moves: Sequence[Status] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    key: Column
    count: int
    cards: Sequence[Card]
    empty: str | Promise

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class Board:
    columns: Sequence[ColumnView]
    open_count: int
    closed_count: int
    is_empty: bool


def board_of(owner_id: int, chosen: BoardFilter) -> Board:
    """Every column with its count and its newest cards: two queries for proposals, two for saved jobs."""
    rows = _filtered(owner_id, chosen)
    counts: dict[str, int] = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    # one statement, each part of which walks the board's own index and stops early
    slices = [_cards(rows, column)[:CARDS_MOST] for column in COLUMNS]
    shown = list(slices[0].union(*slices[1:], all=True))
    saved = _saved(owner_id, chosen)
    shortlist = _column(Column.SHORTLIST, saved.count(), [_saved_card(match) for match in saved[:CARDS_MOST]])
    columns = [shortlist]
    for column, statuses in COLUMNS.items():
        cards = [_card(proposal) for proposal in shown if proposal.status in statuses]
        columns.append(_column(column, sum(counts.get(status, 0) for status in statuses), cards))
    closed = columns[-1].count
    return Board(
        columns=columns,
        open_count=sum(counts.values()) - closed,
        closed_count=closed,
        is_empty=not any(column.count for column in columns),
    )


def column_of(owner_id: int, chosen: BoardFilter, column: Column, *, page: int) -> ColumnView:
    """One column in full, a page at a time."""
    start = (page - 1) * PAGE
    if column == Column.SHORTLIST:
        saved = _saved(owner_id, chosen)
        return _column(column, saved.count(), [_saved_card(match) for match in saved[start : start + PAGE]])
    rows = _cards(_filtered(owner_id, chosen), column)
    return _column(column, rows.count(), [_card(proposal) for proposal in rows[start : start + PAGE]])


def _column(key: Column, count: int, cards: Sequence[Card]) -> ColumnView:
    return ColumnView(key=key, count=count, cards=cards, empty=EMPTY[key])


def _filtered(owner_id: int, chosen: BoardFilter) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(owner_id=owner_id)
    if chosen.words:
        in_posting = Q(job__title__icontains=chosen.words) & ~content_gone()
        rows = rows.filter(Q(title__icontains=chosen.words) | in_posting)
    narrow = SHOW.get(chosen.show)
    return rows.filter(narrow()) if narrow else rows


def _needs_me() -> Q:
    waits = Q(status__in=(Status.REPLIED, Status.OFFER)) | Q(send_state__in=(SendState.BY_HAND, SendState.UNCLEAR))
    return waits | (Q(status=Status.DRAFT) & (Q(generation=None) | ~Q(generation__state__in=OPEN)))


def _this_week() -> Q:
    return Q(moved_at__gte=timezone.now() - WEEK)


SHOW: Final[dict[str, Callable[[], Q]]] = {"mine": _needs_me, "week": _this_week}


def _cards(rows: QuerySet[Proposal], column: Column) -> QuerySet[Proposal]:
    """Only what a card shows; letters and descriptions stay in the database."""
    return (
        rows.filter(status__in=COLUMNS[column])
        .annotate(place=KT("job_facts__client_country"), is_gone=content_gone())
        .select_related("job", "current_version", "generation")
        .only(
            *("public_id", "owner_id", "status", "send_state", "moved_at", "sent_at", "title", "score"),
            *("kind", "bid_amount", "currency", "job__title", "job__client_country"),
            *("current_version__number", "generation__state"),
        )
        .order_by("-moved_at", "-pk")
    )


def _card(proposal: Proposal) -> Card:
    label, tone, icon = _chip(proposal)
    is_gone = bool(getattr(proposal, "is_gone", False))
    return Card(
        public_id=proposal.public_id,
        url=reverse("proposals:detail", args=[proposal.public_id]),
        title=title_of(proposal, is_gone=is_gone),
        place=getattr(proposal, "place", "") or ("" if is_gone else proposal.job.client_country),
        amount=proposal.bid_amount,
        currency=proposal.currency,
        is_hourly=proposal.kind == "hourly",
        score=proposal.score,
        label=label,
        tone=tone,
        icon=icon,
        since=proposal.moved_at if proposal.was_sent else None,
        moves=moves_by_hand(Status(proposal.status), was_sent=proposal.was_sent),
    )


def _chip(proposal: Proposal) -> tuple[str | Promise, str, str]:
    status = Status(proposal.status)
    if status in CHIPS:
        return CHIPS[status]
    if proposal.send_state:
        return SENDING_CHIPS[SendState(proposal.send_state)]
    if proposal.generation is not None and proposal.generation.state in OPEN:
        return _("Being written"), "accent", "sparkles"
    if proposal.current_version is None:
        return _("Empty"), "", "pen-line"
    return _("Draft %(number)s") % {"number": proposal.current_version.number}, "", "pen-line"


def _saved(owner_id: int, chosen: BoardFilter) -> QuerySet[Match]:
    """Jobs that were saved and have no proposal yet."""
    begun = Proposal.objects.filter(owner_id=owner_id, job=OuterRef("job"))
    rows = Match.objects.filter(~Exists(begun), owner_id=owner_id, saved_at__isnull=False, hidden_at=None)
    if chosen.words:
        rows = rows.filter(job__title__icontains=chosen.words, purged_at=None).exclude(
            job__content_expires_at__lte=timezone.now()
        )
    if chosen.show == "week":
        rows = rows.filter(saved_at__gte=timezone.now() - WEEK)
    needed = ("job__public_id", "job__title", "job__client_country", "job__kind", "job__currency")
    keeping = ("purged_at", "job__content_purged_at", "job__content_expires_at")
    prices = ("job__hourly_max", "job__fixed_budget")
    return (
        rows.select_related("job")
        .only("public_id", "score", "saved_at", *needed, *keeping, *prices)
        .order_by("-saved_at", "-pk")
    )


def _saved_card(match: Match) -> Card:
    job = match.job
    is_hourly = job.kind == "hourly"
    return Card(
        public_id=job.public_id,
        url=reverse("jobs:detail", args=[job.public_id]),
        title=("" if match.is_purged else job.title) or _("A job whose posting is gone"),
        place="" if match.is_purged else job.client_country,
        amount=job.hourly_max if is_hourly else job.fixed_budget,
        currency=job.currency,
        is_hourly=is_hourly,
        score=match.score,
        label=pgettext("job", "Saved"),
        tone="",
        icon="bookmark",
        since=match.saved_at,
    )
