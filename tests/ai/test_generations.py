"""One letter from the request to the row, through the real SDKs and the sandbox."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from apps.ai import selectors, services
from apps.ai.enums import Failure, Outcome, State
from apps.ai.models import Generation, LedgerEntry
from apps.core.tenancy import ScopeMissingError, owner_scope
from tests.ai_sandbox.postings import letter_facts


def queued(owner, **style):
    return services.request_letter(owner_id=owner.pk, facts=letter_facts(**style), actor=owner)


def written(owner, **style):
    return services.run_generation(generation_id=queued(owner, **style).pk)


def ledger(generation):
    rows = LedgerEntry.objects.filter(generation=generation).order_by("number")
    return list(rows.values_list("model", "outcome", "error"))


def text_from(frames):
    """What a page that obeys the frames shows."""
    text = ""
    for frame in frames:
        if frame["event"] == "ai_progress":
            text = "" if frame["reset"] else text
            assert frame["offset"] == len(text)
            text += frame["text"]
    return text


def test_letter_and_answers_are_written_from_the_facts(providers, scope):
    generation = written(scope)

    assert (generation.state, generation.error, generation.attempt) == (State.DONE, "", 1)
    assert generation.text.startswith("hurdle\n\nHello Marta,")
    assert generation.text.endswith("Olena Bondar")
    assert len(generation.answers) == 3
    assert generation.answers[1].startswith("My rate is $45 an hour.")
    assert (generation.provider, generation.model, generation.is_sandbox) == ("openai", "gpt-6.1-sol", False)


def test_facts_of_the_marketplace_go_when_the_letter_is_there(providers, scope):
    generation = queued(scope)
    assert generation.facts["job"]["title"] == "Django developer needed to speed up our checkout"

    generation = services.run_generation(generation_id=generation.pk)

    assert generation.facts == {}


def test_page_gets_the_letter_in_batches_and_then_the_end(providers, scope, frames):
    providers.pace(200)

    generation = written(scope)

    told = frames(scope)
    assert text_from(told) == generation.text
    assert len(told) > 4
    assert told[-1] == {"event": "ai_complete", "id": str(generation.public_id), "state": "done"}
    assert {frame["id"] for frame in told} == {str(generation.public_id)}


def test_ledger_tells_tokens_price_and_times_of_a_call(providers, scope):
    generation = written(scope)

    entry = LedgerEntry.objects.get(generation=generation)
    assert (entry.provider, entry.model, entry.outcome) == ("openai", "gpt-6.1-sol", Outcome.OK)
    assert entry.cost == (Decimal(2) * entry.prompt_tokens + Decimal(10) * entry.completion_tokens) / 1_000_000
    assert entry.prompt_tokens > 500
    assert entry.first_token_ms <= entry.latency_ms
    assert not entry.is_estimate
    assert selectors.cost_of(generation) == entry.cost


def test_sandbox_letter_says_so_and_costs_nothing(providers, scope, settings):
    settings.SANDBOX_URL = providers.url

    generation = written(scope)

    assert generation.is_sandbox
    assert LedgerEntry.objects.get(generation=generation).cost == 0


def test_break_in_the_middle_starts_over_with_the_next_and_tells_the_page(providers, scope, frames):
    providers.pace(100)
    providers.fail("cut", model="gpt-6.1-sol", after_words=30)

    generation = written(scope)

    told = frames(scope)
    assert generation.model == "gpt-5.4-mini"
    assert [frame["reset"] for frame in told if frame["event"] == "ai_progress"].count(True) == 1
    assert text_from(told) == generation.text
    assert ledger(generation) == [("gpt-6.1-sol", "failed", "broken"), ("gpt-5.4-mini", "ok", "")]


def test_broken_call_is_in_the_ledger_with_estimated_tokens(providers, scope):
    providers.fail("cut", model="gpt-6.1-sol", after_words=30)

    generation = written(scope)

    broken = LedgerEntry.objects.get(generation=generation, outcome=Outcome.FAILED)
    assert broken.is_estimate
    assert broken.prompt_tokens > 500
    assert broken.cost > 0


def test_refused_call_costs_nothing(providers, scope):
    providers.fail("quota", model="gpt-6.1-sol")

    entry = LedgerEntry.objects.get(generation=written(scope), outcome=Outcome.FAILED)

    assert (entry.error, entry.cost, entry.prompt_tokens, entry.is_estimate) == (Failure.QUOTA, 0, 0, False)


def test_all_providers_down_fails_with_a_sentence(providers, scope, frames):
    providers.fail("overloaded")

    generation = written(scope)

    assert (generation.state, generation.error) == (State.FAILED, Failure.UNAVAILABLE)
    assert generation.get_error_display() == ("The AI provider does not answer at the moment. Try again in a minute.")
    assert frames(scope)[-1]["state"] == "failed"
    assert len(ledger(generation)) == 3


def test_reply_without_a_letter_is_a_failure(providers, scope):
    providers.fail("empty")

    generation = written(scope)

    assert (generation.state, generation.error, generation.text) == (State.FAILED, Failure.BROKEN, "")


def test_letter_can_be_asked_for_again_after_a_failure(providers, scope):
    providers.fail("overloaded", times=3)
    written(scope)

    assert written(scope).state == State.DONE


def test_finished_generation_is_not_written_again(providers, scope):
    generation = written(scope)

    again = services.run_generation(generation_id=generation.pk)

    assert again.text == generation.text
    assert len(providers.calls()) == 1


def test_what_follows_is_done_with_the_finish_or_not_at_all(providers, scope):
    generation = queued(scope)

    def fail(_generation):
        raise RuntimeError("the version could not be stored")

    with pytest.raises(RuntimeError):
        services.run_generation(generation_id=generation.pk, on_finish=fail)
    generation.refresh_from_db()
    assert generation.state == State.RUNNING

    seen = []
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        services.run_generation(generation_id=generation.pk, on_finish=lambda done: seen.append(done.state))
    assert seen == [State.DONE]


def test_equal_request_within_the_hour_comes_from_the_cache(providers, scope, frames):
    first, second = written(scope), written(scope)

    assert (second.text, second.answers) == (first.text, first.answers)
    assert (second.is_cached, second.model) == (True, first.model)
    assert LedgerEntry.objects.get(generation=second).cost == 0
    assert ledger(second) == [("gpt-6.1-sol", "cached", "")]
    assert len(providers.calls()) == 1
    assert frames(scope)[-2]["text"] == first.text


@pytest.mark.parametrize("change", [{"variant": 1}, {"tone": "warm"}, {"words_max": 201}, {"model": "gpt-6-luna"}])
def test_other_request_is_written_anew(providers, scope, change):
    written(scope)

    assert not written(scope, **change).is_cached


def test_cache_forgets_after_an_hour_and_never_serves_strangers(providers, scope, stranger):
    written(scope)

    with owner_scope(stranger.pk):
        assert not written(stranger).is_cached
    with time_machine.travel(timezone.now() + timedelta(seconds=3_601)):
        assert not written(scope).is_cached


def test_generations_need_a_scope_and_hide_from_strangers(providers, owner, stranger):
    with owner_scope(owner.pk):
        generation = queued(owner)

    with pytest.raises(ScopeMissingError):
        services.run_generation(generation_id=generation.pk)
    with owner_scope(stranger.pk), pytest.raises(Generation.DoesNotExist):
        services.run_generation(generation_id=generation.pk)
