"""The real SDKs, through our one outbound client, against the sandbox over HTTP."""

import pytest

from apps.ai.enums import Failure, ProviderName
from apps.ai.providers import available, base
from apps.ai.providers.anthropic import AnthropicProvider
from apps.ai.providers.base import Delta, LetterRequest, ProviderPermanentError, ProviderTemporaryError, Usage
from apps.ai.providers.openai import OpenAIProvider


@pytest.fixture(params=["openai", "anthropic"])
def provider(request, providers):
    if request.param == "openai":
        return OpenAIProvider(providers.openai_url, "key")
    return AnthropicProvider(providers.anthropic_url, "key")


def asked(model="some-model", **changes):
    request = {"model": model, "system": "Write.", "user": "Hello", "max_tokens": 300, "temperature": 0.7}
    return LetterRequest(**{**request, **changes})


def failure_of(provider, request):
    with pytest.raises((ProviderPermanentError, ProviderTemporaryError)) as caught:
        list(provider.stream(request))
    return caught.value


def test_stream_yields_text_in_pieces_and_usage_at_the_end(provider):
    pieces = list(provider.stream(asked()))

    texts = [piece.text for piece in pieces if isinstance(piece, Delta) and piece.text]
    assert "".join(texts).startswith("This is the sandbox")
    assert len(texts) > 10
    assert isinstance(pieces[-1], Usage)
    assert pieces[-1].prompt_tokens > 0


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
        ("cut", Failure.BROKEN),
        ("early_end", Failure.BROKEN),
        ("stream_error", Failure.BROKEN),
        ("refused", Failure.REFUSED),
    ],
)
def test_every_fault_becomes_one_of_our_errors(provider, fault, failure):
    error = failure_of(provider, asked(f"some-model@{fault}"))

    assert error.failure is failure
    assert isinstance(error, ProviderTemporaryError) is failure.is_temporary
    assert str(error) == str(failure.label)


def test_rate_limit_carries_the_time_to_wait(provider):
    assert failure_of(provider, asked("some-model@rate_limit")).retry_after == 1.0


def test_sdk_does_not_retry_by_itself(provider, providers):
    failure_of(provider, asked("some-model@server_error"))

    assert len(providers.calls()) == 1


def test_unreachable_server_is_unavailable(provider, settings):
    provider.base_url = "http://127.0.0.1:9/v1"
    settings.OUTBOUND_PRIVATE_ALLOW = ["127.0.0.1:9"]

    assert failure_of(provider, asked()).failure is Failure.UNAVAILABLE


def test_private_address_that_is_not_listed_is_refused(provider, settings):
    settings.OUTBOUND_PRIVATE_ALLOW = []

    assert failure_of(provider, asked()).failure is Failure.ADDRESS


def test_most_tokens_are_passed_on_and_running_out_is_an_error(providers):
    list(OpenAIProvider(providers.openai_url, "key").stream(asked(max_tokens=900)))
    list(AnthropicProvider(providers.anthropic_url, "key").stream(asked(max_tokens=900)))

    assert [call.get("max_completion_tokens") or call["max_tokens"] for call in providers.calls()] == [900, 900]


@pytest.mark.parametrize("model", ["some-model@length"])
def test_cut_answer_is_not_taken_for_a_letter(provider, model):
    assert failure_of(provider, asked(model)).failure is Failure.LENGTH


def test_temperature_is_sent_dropped_where_refused_and_not_offered_again(providers):
    base._refused.clear()
    provider = OpenAIProvider(providers.openai_url, "key")

    list(provider.stream(asked("gpt-6-luna@no_temperature")))
    list(provider.stream(asked("gpt-6-luna@no_temperature")))
    list(provider.stream(asked("gpt-6-luna")))

    assert [call.get("temperature") for call in providers.calls()] == [0.7, None, None, 0.7]


def test_anthropic_gets_no_temperature_and_effort_only_where_it_is_known(providers):
    base._refused.clear()
    provider = AnthropicProvider(providers.anthropic_url, "key")

    list(provider.stream(asked("claude-haiku-4-5@no_effort")))

    assert [call.get("output_config") for call in providers.calls()] == [{"effort": "low"}, None]
    assert all("temperature" not in call for call in providers.calls())


def test_providers_without_a_key_are_not_available(settings):
    settings.OPENAI_API_KEY = ""

    assert list(available()) == [ProviderName.ANTHROPIC]
