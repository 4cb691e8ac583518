"""Reads of the AI room that others share. The rows are those of the owner in scope."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from apps.accounts import selectors as accounts
from apps.accounts.models import PortfolioItem
from apps.accounts.panels import Spend as Panel
from apps.ai import pricing, routing
from apps.ai.enums import OPEN, Outcome, ProviderName, State
from apps.ai.facts import FreelancerFacts, LetterFacts, LetterStyle, ProofFacts
from apps.ai.models import Generation, LedgerEntry
from apps.ai.prompts import letter_prompt
from apps.billing import selectors as billing
from apps.core import claims

NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """What a letter will probably cost at the first provider; `usd` is None where the price is not known."""

    usd: Decimal | None
    prompt_tokens: int
    completion_tokens: int
    provider: ProviderName
    model: str
    is_sandbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """This calendar month (UTC): what was spent, what drafts under way will take, and what is allowed."""

    month: datetime
    spent: Decimal
    reserved: Decimal
    budget: Decimal
    letters: int
    letters_allowed: int
    calls: int

    @property
    def left(self) -> Decimal:
        return max(self.budget - self.spent - self.reserved, NOTHING)


def spend(owner_id: int) -> Spend:
    month = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ledger = LedgerEntry.objects.filter(owner_id=owner_id, created_at__gte=month).aggregate(
        spent=Sum("cost"),
        calls=Count("pk", filter=~Q(outcome=Outcome.CACHED)),
    )
    asked = Generation.objects.filter(owner_id=owner_id, created_at__gte=month).aggregate(
        letters=Count("pk", filter=Q(is_cached=False) & ~Q(state=State.FAILED)),
        # what is under way is not in the ledger yet, and ten clicks must not spend ten budgets
        reserved=Sum("expected_cost", filter=Q(state__in=OPEN)),
    )
    return Spend(
        month=month,
        spent=ledger["spent"] or NOTHING,
        reserved=asked["reserved"] or NOTHING,
        budget=accounts.settings_of(owner_id).monthly_budget,
        letters=asked["letters"],
        letters_allowed=billing.entitlements_for(owner_id).ai_calls_a_month,
        calls=ledger["calls"],
    )


def spend_panel(owner_id: int) -> Panel:
    """The month so far, for the settings page."""
    month = spend(owner_id)
    return Panel(amount=month.spent, calls=month.calls)


def estimate_cost(facts: LetterFacts) -> CostEstimate | None:
    """Before anything is written; None when no provider is set up."""
    routes = routing.routes_for(facts.style)
    if not routes:
        return None
    asked, answered = pricing.expected_tokens(facts, letter_prompt(facts))
    model = routes[0].model
    price = pricing.cost_of(model, prompt_tokens=asked, completion_tokens=answered)
    return CostEstimate(
        usd=NOTHING if routes[0].is_sandbox else price,
        prompt_tokens=asked,
        completion_tokens=answered,
        provider=routes[0].provider.name,
        model=model,
        is_sandbox=routes[0].is_sandbox,
    )


def cost_of(generation: Generation) -> Decimal | None:
    """What its calls cost together; None where the price of one of them is not known."""
    costs = list(LedgerEntry.objects.filter(generation=generation).values_list("cost", flat=True))
    known = [cost for cost in costs if cost is not None]
    # a sum without the unknown part would read as the whole
    return sum(known, NOTHING) if len(known) == len(costs) else None


def expired_generations() -> QuerySet[Generation]:
    """Open and in nobody's hands: not begun yet, or left by a worker that died. For the sweep."""
    return Generation.objects.filter(claims.free(), state__in=OPEN)


def freelancer_facts(owner_id: int, *, past_letters: tuple[str, ...] = ()) -> FreelancerFacts:
    """What the person's profile and portfolio say; confidential works stay out."""
    profile = accounts.profile_of(owner_id)
    rate = f"{profile.hourly_rate:.2f} {profile.currency} an hour" if profile.hourly_rate else ""
    return FreelancerFacts(
        name=profile.full_name,
        title=profile.title,
        overview=profile.overview,
        skills=tuple(profile.skills),
        rate=rate,
        proofs=tuple(_proof(item) for item in accounts.portfolio_of(owner_id).filter(is_confidential=False)),
        past_letters=past_letters,
    )


def letter_style(owner_id: int, *, variant: int = 0) -> LetterStyle:
    """How the person wants letters written; `variant` counts rewrites of the same letter."""
    wishes = accounts.settings_of(owner_id)
    return LetterStyle(
        tone=wishes.tone,
        language=wishes.letter_language,
        words_min=wishes.words_min,
        words_max=wishes.words_max,
        provider=wishes.provider,
        model=wishes.model,
        variant=variant,
    )


def _proof(item: PortfolioItem) -> ProofFacts:
    return ProofFacts(
        title=item.title,
        description=item.description,
        outcomes=(item.outcome,) if item.outcome else (),
        skills=tuple(item.skills),
    )
