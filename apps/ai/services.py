"""Every write of the AI room. Call inside the scope of the owner."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Settings, User
from apps.accounts.vault import selectors as vault
from apps.accounts.vault.sealing import KeyLockedError, OpenedKey
from apps.ai import routing, selectors
from apps.ai.drafting import Draft, LostClaimError
from apps.ai.enums import OPEN, Failure, State
from apps.ai.facts import LetterFacts
from apps.ai.models import Generation
from apps.ai.prompts import VERSION
from apps.core import claims, realtime
from apps.core.enums import Event
from apps.core.errors import DomainError

MOST_ATTEMPTS: Final = 3
OWN_KEYS_ALONE: Final = Decimal(0)  # nothing to reserve: the installation is not asked
OnFinish = Callable[[Generation], None]


class NoProviderError(DomainError):
    """Nobody can write: no key is set."""


class UnknownPriceError(DomainError):
    """The person chose a model whose price nobody knows, so no budget could hold it."""


class AllowanceUsedUpError(DomainError):
    """The plan's letters or the person's own budget for this month are used up."""


@transaction.atomic
def request_letter(*, owner_id: int, facts: LetterFacts, actor: User) -> Generation:
    """Put a letter into the queue; raises a DomainError that says what to do when it may not be written.

    The hard stop counts what drafts under way will take, and requests of one person are decided one by one.
    """
    # the one row that everybody has: two requests must not both fit under what is left of the budget
    Settings.objects.select_for_update(no_key=True).get(owner_id=owner_id)
    shareable, keys = facts.shareable(), vault.writing_keys(owner_id)
    estimate = selectors.estimate_cost(shareable, keys)
    if estimate is None:
        raise NoProviderError(_why_nobody(owner_id, shareable))
    reserved = _ensure_payable(owner_id, shareable, keys)
    if reserved is OWN_KEYS_ALONE:
        shareable = shareable.without_installation()
    generation: Generation = Generation.objects.create(
        owner_id=owner_id,
        requested_by=actor,
        facts=shareable.to_json(),
        fingerprint=_fingerprint(shareable, keys),
        expected_cost=reserved,
        is_sandbox=estimate.is_sandbox,
        is_own_key=estimate.is_own_key,
    )
    return generation


def run_generation(*, generation_id: int, on_finish: OnFinish | None = None) -> Generation:
    """Write the text, unless another worker is at it or it is finished; returns the generation as it is afterwards.

    `on_finish` is called in the transaction that finishes it (done, failed or cancelled), so what the caller makes
    of the text is there exactly when the text is. After it the page hears `ai_complete`.
    """
    rows = Generation.objects.filter(pk=generation_id, state__in=OPEN)
    if not claims.claim(rows):
        return _get(generation_id)
    rows.update(state=State.RUNNING, attempt=F("attempt") + 1, started_at=timezone.now())
    draft = Draft(_get(generation_id))
    try:
        _finish(draft, _work(draft), on_finish)
    except LostClaimError:
        return _get(generation_id)
    _tell_finished(draft.generation)
    return draft.generation


def cancel_generation(*, generation_id: int, actor: User) -> Generation:
    """Stop it: at once when nobody works on it, else the worker stops within a second and keeps what it has."""
    waiting = Generation.objects.filter(pk=generation_id, state=State.QUEUED, claimed_until=None)
    now = timezone.now()
    asked = {"cancel_requested_at": now, "cancel_requested_by": actor, "updated_at": now}
    if waiting.update(state=State.CANCELLED, finished_at=now, facts={}, **asked):
        generation = _get(generation_id)
        _tell_finished(generation)
        return generation
    Generation.objects.filter(pk=generation_id, state__in=OPEN, cancel_requested_at=None).update(**asked)
    return _get(generation_id)


def _get(generation_id: int) -> Generation:
    generation: Generation = Generation.objects.get(pk=generation_id)
    return generation


def _work(draft: Draft) -> State | Failure:
    generation = draft.generation
    if generation.attempt > 1:
        draft.take_over()
    if generation.cancel_requested_at:
        return State.CANCELLED
    if generation.attempt > MOST_ATTEMPTS:
        return Failure.INTERRUPTED
    if earlier := _equal_letter(generation):
        draft.copy(earlier)
        return State.DONE
    return draft.write()


def _finish(draft: Draft, result: State | Failure, on_finish: OnFinish | None) -> None:
    generation = draft.generation
    failure = result if isinstance(result, Failure) else ""
    state = State.FAILED if failure else result
    with transaction.atomic():
        changed = draft.rows.update(
            state=state,
            error=failure,
            text=draft.text,
            answers=draft.answers,
            facts={},
            claimed_until=None,
            finished_at=timezone.now(),
            updated_at=timezone.now(),
        )
        if changed != 1:
            raise LostClaimError
        generation.refresh_from_db()
        if on_finish:
            on_finish(generation)


def _equal_letter(generation: Generation) -> Generation | None:
    """The same request, answered within the time that the cache keeps."""
    oldest = timezone.now() - timedelta(seconds=settings.AI_CACHE_SECONDS)
    equal: QuerySet[Generation] = Generation.objects.filter(
        owner_id=generation.owner_id, fingerprint=generation.fingerprint, state=State.DONE, finished_at__gte=oldest
    )
    # a copy of a copy would outlive the time that the cache keeps
    return equal.filter(is_cached=False).order_by("-finished_at").first()


def _why_nobody(owner_id: int, facts: LetterFacts) -> str:
    if locked := vault.locked_writing_key(owner_id):
        return str(KeyLockedError(locked.name))
    if facts.style.only_own_keys:
        return _("You want letters on your own keys alone, and none is in use. Add one, or change it under AI.")
    return _(
        "No AI provider is set up. Add a key of your own in the settings, or the operator can set OPENAI_API_KEY "
        "or ANTHROPIC_API_KEY."
    )


def _ensure_payable(owner_id: int, facts: LetterFacts, keys: list[OpenedKey]) -> Decimal | None:
    """What to reserve in case the installation pays, None for a price unknown to all; raises when it may not.

    Where the person has keys of their own, a budget that is used up only means that those write alone.
    """
    routes = routing.routes_for(facts.style, keys)
    paid = next((route for route in routes if not route.is_own_key), None)
    if paid is None:
        return OWN_KEYS_ALONE
    estimate = selectors.estimate_of(paid, facts)
    _ensure_priced(estimate)
    try:
        _ensure_allowed(selectors.spend(owner_id), estimate.usd)
    except AllowanceUsedUpError:
        if not keys:
            raise
        return OWN_KEYS_ALONE
    return estimate.usd


def _ensure_priced(estimate: selectors.CostEstimate) -> None:
    """The operator may name any model for the installation; a person only one that a budget can hold."""
    if estimate.usd is None and estimate.model not in routing.models_of_the_installation()[estimate.provider]:
        raise UnknownPriceError(
            _("The price of the model “%(model)s” is not known. Choose another one in the settings under AI.")
            % {"model": estimate.model}
        )


def _ensure_allowed(spend: selectors.Spend, expected: Decimal | None) -> None:
    if spend.letters >= spend.letters_allowed:
        raise AllowanceUsedUpError(
            _("This month's %(count)s AI letters are used up. Write this one by hand, or wait for the next month.")
            % {"count": spend.letters_allowed}
        )
    if expected and expected > spend.left:
        raise AllowanceUsedUpError(
            _(
                "Your AI budget of $%(budget)s for this month is used up ($%(spent)s spent). "
                "Raise it in the settings under AI, or write this letter by hand."
            )
            % {"budget": f"{spend.budget:.2f}", "spent": f"{spend.spent:.2f}"}
        )


def _fingerprint(facts: LetterFacts, keys: list[OpenedKey]) -> str:
    """Equal for equal requests: same facts, same wording of the prompt, same models in the same order."""
    routes = routing.routes_for(facts.style, keys)
    models = [[route.provider.name, route.model, route.key.base_url if route.key else ""] for route in routes]
    request = json.dumps([VERSION, facts.to_json(), models], sort_keys=True)
    return hashlib.sha256(request.encode()).hexdigest()


def _tell_finished(generation: Generation) -> None:
    realtime.publish(
        owner_id=generation.owner_id,
        event=Event.AI_COMPLETE,
        id=str(generation.public_id),
        state=generation.state,
    )
