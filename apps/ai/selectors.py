"""Reads of the AI room that others share. The rows are those of the owner in scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import selectors as accounts
from apps.accounts.models import PortfolioItem
from apps.accounts.panels import Spend as Panel
from apps.accounts.vault import selectors as vault
from apps.accounts.vault.sealing import OpenedKey
from apps.ai import pricing, routing
from apps.ai.enums import OPEN, Failure, Outcome, ProviderName, State
from apps.ai.facts import FreelancerFacts, LetterFacts, LetterStyle, ProofFacts
from apps.ai.models import Generation, LedgerEntry
from apps.ai.prompts import letter_prompt
from apps.ai.routing import Route
from apps.billing import selectors as billing
from apps.core import claims

NOTHING: Final = Decimal(0)
OF_THE_KEY: Final = {
    Failure.KEY: _("%(name)s: the provider refused this key of yours. Replace it, or switch it off."),
    Failure.QUOTA: _(
        "%(name)s: the account of this key of yours has no credit left. Top it up there, or switch it off."
    ),
    Failure.ADDRESS: _("%(name)s: the address of your server may not be reached from here. Change it."),
    Failure.MODEL: _("%(name)s: the model is not known there. Choose another one."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """What a letter will probably cost at the first provider; `usd` is None where the price is not known."""

    usd: Decimal | None
    prompt_tokens: int
    completion_tokens: int
    provider: ProviderName
    model: str
    is_sandbox: bool
    is_own_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why there is no letter, or only a part of one; `url` leads to where it can be mended, or is empty."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """This calendar month (UTC): what was spent, what drafts under way may take, and what is allowed.

    People's own keys are theirs: what goes through them stands in the ledger, and counts for nothing here.
    """

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
    month = _this_month()
    ledger = LedgerEntry.objects.filter(owner_id=owner_id, is_own_key=False, created_at__gte=month).aggregate(
        spent=Sum("cost"),
        calls=Count("pk", filter=~Q(outcome=Outcome.CACHED)),
    )
    asked = Generation.objects.filter(owner_id=owner_id, created_at__gte=month).aggregate(
        letters=Count("pk", filter=Q(is_cached=False, is_own_key=False) & ~Q(state=State.FAILED)),
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


def own_key_panel(owner_id: int) -> Panel:
    """What went through the person's own keys this month, by list prices as far as they are known."""
    calls = LedgerEntry.objects.filter(owner_id=owner_id, is_own_key=True, created_at__gte=_this_month())
    found = calls.exclude(outcome=Outcome.CACHED).aggregate(cost=Sum("cost"), calls=Count("pk"))
    return Panel(amount=found["cost"] or NOTHING, calls=found["calls"])


def _this_month() -> datetime:
    return timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def estimate_cost(facts: LetterFacts, keys: Iterable[OpenedKey] = ()) -> CostEstimate | None:
    """Before anything is written; None when no provider is set up."""
    routes = routing.routes_for(facts.style, keys)
    return estimate_of(routes[0], facts) if routes else None


def estimate_of(route: Route, facts: LetterFacts) -> CostEstimate:
    asked, answered = pricing.expected_tokens(facts, letter_prompt(facts))
    price = pricing.cost_of(route.model, prompt_tokens=asked, completion_tokens=answered)
    return CostEstimate(
        usd=NOTHING if route.is_sandbox else price,
        prompt_tokens=asked,
        completion_tokens=answered,
        provider=route.provider.name,
        model=route.model,
        is_sandbox=route.is_sandbox,
        is_own_key=route.is_own_key,
    )


def trouble_of(generation: Generation) -> Trouble | None:
    """Where it was the person's own key, the key is named."""
    if not generation.error:
        return None
    if not generation.is_own_key or generation.error not in OF_THE_KEY:
        return Trouble(text=str(generation.get_error_display()))
    key = vault.keys_of(generation.owner_id).filter(kind=generation.provider).first()
    text = OF_THE_KEY[Failure(generation.error)]
    return Trouble(
        text=text % {"name": key.shown if key else generation.get_provider_display()}, url=reverse("accounts:key-list")
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
        only_own_keys=wishes.only_own_keys,
        variant=variant,
    )


def _proof(item: PortfolioItem) -> ProofFacts:
    return ProofFacts(
        title=item.title,
        description=item.description,
        outcomes=(item.outcome,) if item.outcome else (),
        skills=tuple(item.skills),
    )
