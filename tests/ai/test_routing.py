import pytest

from apps.ai import routing
from apps.ai.enums import Failure, Outcome, ProviderName
from apps.ai.facts import LetterStyle
from apps.ai.prompts import Prompt
from apps.ai.routing import routes_for, write

PROMPT = Prompt(system="Write.", user="Hello")
OPENAI, FALLBACK, ANTHROPIC = "gpt-6.1-sol", "gpt-5.4-mini", "claude-sonnet-5-5"
TEXT = "This is the sandbox: it writes letters from the facts in a prompt, and this prompt carries none."


def ended_calls(style=None):
    """The calls that were made, in order, each as it ended."""
    calls = []
    for call in write(PROMPT, routes_for(style or LetterStyle())):
        if not calls or calls[-1] is not call:
            calls.append(call)
    return calls


def models_of(style):
    return [route.model for route in routes_for(style)]


def test_first_choice_answers_alone(providers):
    calls = ended_calls()

    assert [(call.route.model, call.outcome, call.text) for call in calls] == [(OPENAI, Outcome.OK, TEXT)]
    assert calls[0].usage.completion_tokens == 24
    assert calls[0].first_token_ms <= calls[0].latency_ms


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("rate_limit", Failure.RATE_LIMIT),
        ("quota", Failure.QUOTA),
        ("bad_key", Failure.KEY),
        ("no_model", Failure.MODEL),
        ("too_long", Failure.TOO_LONG),
        ("server_error", Failure.UNAVAILABLE),
        ("overloaded", Failure.UNAVAILABLE),
        ("html", Failure.BROKEN),
        ("empty", Failure.BROKEN),
        ("cut", Failure.BROKEN),
        ("early_end", Failure.BROKEN),
        ("stream_error", Failure.BROKEN),
        ("length", Failure.LENGTH),
        ("refused", Failure.REFUSED),
    ],
)
def test_each_kind_of_error_falls_over_to_the_next(providers, fault, failure):
    providers.fail(fault, model=OPENAI)

    calls = ended_calls()

    assert [(call.route.model, call.failure) for call in calls] == [(OPENAI, failure), (FALLBACK, None)]
    assert calls[-1].text == TEXT


def test_anthropic_is_asked_when_all_of_openai_is_down(providers):
    providers.fail("server_error", provider="openai")

    calls = ended_calls()

    assert [call.route.model for call in calls] == [OPENAI, FALLBACK, ANTHROPIC]
    assert (calls[-1].outcome, calls[-1].text) == (Outcome.OK, TEXT)


def test_everything_down_ends_with_the_last_failure(providers):
    providers.fail("overloaded")

    calls = ended_calls()

    assert [call.outcome for call in calls] == [Outcome.FAILED] * 3
    assert calls[-1].failure is Failure.UNAVAILABLE


def test_silence_before_the_first_word_is_a_time_out(providers, settings):
    settings.AI_FIRST_TOKEN_SECONDS = 1.0
    providers.fail("slow", model=OPENAI, seconds=4)

    assert [call.failure for call in ended_calls()] == [Failure.TIMEOUT, None]


def test_silence_in_the_middle_is_a_time_out(providers, settings):
    settings.AI_GAP_SECONDS = 1.0
    providers.fail("stall", model=OPENAI, seconds=4, after_words=4)

    calls = ended_calls()

    assert [(call.failure, call.text) for call in calls] == [(Failure.TIMEOUT, "This is the sandbox:"), (None, TEXT)]


def test_listener_may_look_up_while_nothing_comes(providers, settings):
    settings.AI_FIRST_TOKEN_SECONDS = 1.0
    providers.fail("slow", model=OPENAI, seconds=4)

    news = [call for call in write(PROMPT, routes_for(LetterStyle())) if call.route.model == OPENAI]

    assert len(news) > 3


def test_circuit_opens_after_failures_and_spares_the_provider(providers):
    providers.fail("server_error", model=OPENAI)
    for _ in range(routing.FAILURES_TO_OPEN):
        ended_calls()

    calls = ended_calls()

    assert [call.route.model for call in calls] == [FALLBACK]


def test_one_good_probe_closes_the_circuit_again(providers, valkey):
    providers.fail("server_error", model=OPENAI, times=routing.FAILURES_TO_OPEN)
    for _ in range(routing.FAILURES_TO_OPEN):
        ended_calls()
    valkey.delete(f"breaker:ai:openai:{OPENAI}:open")  # as after OPEN_SECONDS

    probe, after = ended_calls(), ended_calls()

    assert [call.route.model for call in probe + after] == [OPENAI, OPENAI]


@pytest.mark.parametrize("fault", ["too_long", "refused", "length"])
def test_what_lies_in_one_request_opens_no_circuit(providers, fault):
    providers.fail(fault, model=OPENAI)
    for _ in range(routing.FAILURES_TO_OPEN):
        ended_calls()

    assert ended_calls()[0].route.model == OPENAI


def test_nobody_is_called_while_every_circuit_is_open(providers):
    providers.fail("server_error")
    for _ in range(routing.FAILURES_TO_OPEN):
        ended_calls()

    assert ended_calls() == []


@pytest.mark.parametrize(
    ("style", "models"),
    [
        (LetterStyle(), [OPENAI, FALLBACK, ANTHROPIC]),
        (LetterStyle(provider="anthropic"), [ANTHROPIC, OPENAI, FALLBACK]),
        (LetterStyle(model="claude-opus-5-5"), ["claude-opus-5-5", OPENAI, FALLBACK, ANTHROPIC]),
        (LetterStyle(model="gpt-6-luna"), ["gpt-6-luna", OPENAI, FALLBACK, ANTHROPIC]),
        (LetterStyle(provider="openai", model=FALLBACK), [FALLBACK, OPENAI, ANTHROPIC]),
    ],
)
def test_choice_of_the_person_goes_first_and_the_rest_stays_behind_it(providers, style, models):
    assert models_of(style) == models


def test_provider_without_a_key_is_never_asked(providers, settings):
    settings.OPENAI_API_KEY = ""

    assert [route.provider.name for route in routes_for(LetterStyle(model="gpt-6-luna"))] == [ProviderName.ANTHROPIC]


def test_same_model_twice_is_one_route(providers, settings):
    settings.OPENAI_FALLBACK_MODEL = OPENAI

    assert models_of(LetterStyle()) == [OPENAI, ANTHROPIC]


def test_sandbox_is_known_by_its_address(providers, settings):
    assert not routes_for(LetterStyle())[0].is_sandbox

    settings.SANDBOX_URL = providers.url

    assert all(route.is_sandbox for route in routes_for(LetterStyle()))
