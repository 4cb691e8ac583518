"""One run of one generation: the text on its way from the provider to the row and to the page.

The row is fenced by its attempt: a worker that slept through its claim changes nothing any more once another
one has begun again.
"""

import time
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from apps.accounts.enums import KeyResult
from apps.accounts.vault import selectors as vault
from apps.accounts.vault import services as key_uses
from apps.ai import pricing, routing
from apps.ai.answers import letter_so_far, split_reply
from apps.ai.enums import Failure, Outcome, State
from apps.ai.facts import LetterFacts
from apps.ai.models import Generation, LedgerEntry
from apps.ai.prompts import Prompt, letter_prompt
from apps.ai.routing import Call, Route
from apps.core import realtime
from apps.core.claims import CLAIM_SECONDS
from apps.core.enums import Event

# A dozen frames a second read as typing; a frame for each token would be hundreds
PUBLISH_SECONDS: Final = 0.075
# What the death of a worker may cost, and how soon it hears that it should stop
SAVE_SECONDS: Final = 1.0
CALLS_AN_ATTEMPT: Final = 10
REFUSALS: Final[dict[Failure | None, KeyResult]] = {
    Failure.KEY: KeyResult.REFUSED,
    Failure.QUOTA: KeyResult.NO_CREDIT,
    Failure.ADDRESS: KeyResult.ADDRESS,
}


class LostClaimError(Exception):
    """Another worker has begun this generation again; what this one still does would be done twice."""


class Draft:
    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.rows = Generation.objects.filter(pk=generation.pk, attempt=generation.attempt, state=State.RUNNING)
        self.facts = LetterFacts.from_json(generation.facts)
        self.prompt: Prompt = letter_prompt(self.facts)
        self.text = ""
        self.answers: list[str] = []
        self._call: Call | None = None
        self._calls = 0
        self._published_at = self._saved_at = time.monotonic()

    def write(self) -> State | Failure:
        """Ask one provider after the other; the state to finish in, or why it failed."""
        routes = routing.routes_for(self.facts.style, vault.writing_keys(self.generation.owner_id))
        with closing(routing.write(self.prompt, routes)) as calls:
            for call in calls:
                if call is not self._call:
                    self._begin(call)
                if call.outcome is None and not self._follow(call):
                    call.outcome = Outcome.CANCELLED
                if call.outcome is not None:
                    self._record(call)
                if call.outcome is Outcome.CANCELLED:
                    return State.CANCELLED
        return self._result()

    def take_over(self) -> None:
        """A worker died over the attempt before: what it received was paid for, and goes into the ledger once."""
        earlier = self.generation
        self.text = earlier.text
        with transaction.atomic():
            self._change(provider="", text="")
            if earlier.provider and not self._is_in_ledger(earlier):
                asked = pricing.tokens_in(self.prompt.system + self.prompt.user) if earlier.text else 0
                self._write_entry(
                    # the last number of the attempt before, which its own calls never reach
                    number=earlier.attempt * CALLS_AN_ATTEMPT - 1,
                    provider=earlier.provider,
                    model=earlier.model,
                    is_sandbox=earlier.is_sandbox,
                    is_own_key=earlier.is_own_key,
                    outcome=Outcome.FAILED,
                    error=Failure.INTERRUPTED,
                    prompt_tokens=asked,
                    completion_tokens=pricing.tokens_in(earlier.text),
                    is_estimate=True,
                )

    def copy(self, earlier: Generation) -> None:
        """Take the text of an equal request from the cache; the ledger shows it at no cost."""
        source: dict[str, Any] = {
            "provider": earlier.provider,
            "model": earlier.model,
            "is_sandbox": earlier.is_sandbox,
            "is_own_key": earlier.is_own_key,
        }
        with transaction.atomic():
            self._change(**source, is_cached=True, text="")
            number = self.generation.attempt * CALLS_AN_ATTEMPT
            self._write_entry(number=number, outcome=Outcome.CACHED, **source)
        self._start_over()
        self.show(earlier.text)
        self.answers = earlier.answers

    def show(self, text: str) -> None:
        """Bring the page up to `text`, which begins with what it has."""
        if len(text) > len(self.text):
            self._publish(text[len(self.text) :], offset=len(self.text))
            self.text = text

    def _result(self) -> State | Failure:
        call = self._call
        if call is None:
            return Failure.UNAVAILABLE  # every circuit is open
        if call.failure is not None:
            return call.failure
        letter, self.answers = split_reply(call.text, questions=len(self.facts.job.questions))
        self.show(letter)
        self.text = letter
        return State.DONE if letter else Failure.BROKEN

    def _is_in_ledger(self, earlier: Generation) -> bool:
        """Whether the last call of the attempt before was written down; an attempt asks each model once."""
        entries = LedgerEntry.objects.filter(generation=earlier, provider=earlier.provider, model=earlier.model)
        first = (earlier.attempt - 1) * CALLS_AN_ATTEMPT
        return entries.filter(number__gte=first, number__lt=first + CALLS_AN_ATTEMPT).exists()

    def _start_over(self) -> None:
        """Take back what the page has, because a provider or a worker broke off in the middle."""
        if self.text:
            self._publish("", offset=0)
        self.text = ""

    def _begin(self, call: Call) -> None:
        self._start_over()
        self._call = call
        self._calls += 1
        self._change(**_source(call.route), text="")
        if call.route.key:
            key_uses.note_use(key_id=call.route.key.id)

    def _follow(self, call: Call) -> bool:
        """Publish and save what is due; False when the person wants it stopped."""
        now = time.monotonic()
        if now - self._published_at >= PUBLISH_SECONDS:
            self._published_at = now
            self.show(letter_so_far(call.text))
        if now - self._saved_at < SAVE_SECONDS:
            return True
        self._saved_at = now
        self._change(text=self.text, claimed_until=timezone.now() + timedelta(seconds=CLAIM_SECONDS))
        return not self.rows.filter(cancel_requested_at__isnull=False).exists()

    def _change(self, **fields: Any) -> None:
        if self.rows.update(updated_at=timezone.now(), **fields) != 1:
            if self._call is not None and self._call.outcome is None:
                self._call.outcome = Outcome.CANCELLED
                self._record(self._call)
            raise LostClaimError

    def _publish(self, text: str, *, offset: int) -> None:
        """A batch for the page; an empty one tells it to start over."""
        realtime.publish(
            owner_id=self.generation.owner_id,
            event=Event.AI_PROGRESS,
            id=str(self.generation.public_id),
            offset=offset,
            text=text,
            reset=not text,
        )

    def _record(self, call: Call) -> None:
        """The ledger's row; tokens are estimated where the provider had no chance to name them."""
        if call.usage:
            asked, answered = call.usage.prompt_tokens, call.usage.completion_tokens
        else:
            # a call that failed before its first word is not billed
            asked = pricing.tokens_in(self.prompt.system + self.prompt.user) if call.first_piece else 0
            answered = pricing.tokens_in(call.text)
        self._write_entry(
            number=self.generation.attempt * CALLS_AN_ATTEMPT + self._calls,
            **_source(call.route),
            outcome=call.outcome,
            error=call.failure or "",
            prompt_tokens=asked,
            completion_tokens=answered,
            is_estimate=call.usage is None and bool(asked),
            latency_ms=call.latency_ms,
            first_token_ms=call.first_token_ms,
        )
        if call.route.key:
            _tell_the_vault(call.route.key.id, call)

    def _write_entry(self, *, prompt_tokens: int = 0, completion_tokens: int = 0, **fields: Any) -> None:
        free = fields["is_sandbox"] or not (prompt_tokens or completion_tokens)
        cost = pricing.cost_of(fields["model"], prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
        LedgerEntry.objects.create(
            owner_id=self.generation.owner_id,
            generation=self.generation,
            purpose=self.generation.kind,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=0 if free else cost,
            **fields,
        )


def _source(route: Route) -> dict[str, Any]:
    return {
        "provider": route.provider.name,
        "model": route.model,
        "is_sandbox": route.is_sandbox,
        "is_own_key": route.is_own_key,
    }


def _tell_the_vault(key_id: int, call: Call) -> None:
    """A key that its vendor refuses is shown as refused, and its owner hears of it even if another one wrote."""
    if call.outcome is Outcome.OK:
        key_uses.note_success(key_id=key_id)
    elif result := REFUSALS.get(call.failure):
        key_uses.note_refusal(key_id=key_id, result=result)
