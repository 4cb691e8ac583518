"""The real OpenAI SDK against the sandbox."""

import json

import openai
import pytest

from apps.ai.answers import ANSWERS_LINE
from tests.ai_sandbox.postings import letter_facts

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def sdk(ai_sandbox):
    return openai.OpenAI(api_key="any", base_url=ai_sandbox.openai_url, max_retries=0)


def streamed(sdk, model="gpt-6-luna", **options):
    return sdk.chat.completions.create(
        model=model, messages=HELLO, stream=True, stream_options={"include_usage": True}, **options
    )


def test_stream_has_the_order_of_the_real_one(sdk):
    chunks = list(streamed(sdk))

    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[1:-2]).startswith("This is the sandbox")
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.prompt_tokens == 2
    assert chunks[-1].usage.total_tokens == 2 + chunks[-1].usage.completion_tokens


def test_stream_without_the_option_has_no_usage(sdk):
    chunks = list(sdk.chat.completions.create(model="gpt-6-luna", messages=HELLO, stream=True))

    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_whole_answer_equals_the_streamed_one(sdk):
    whole = sdk.chat.completions.create(model="gpt-6-luna", messages=HELLO)
    pieces = [chunk.choices[0].delta.content or "" for chunk in streamed(sdk) if chunk.choices]

    assert whole.choices[0].message.content == "".join(pieces)
    assert whole.usage.completion_tokens > 0


def test_most_tokens_cut_the_answer(sdk):
    whole = sdk.chat.completions.create(model="gpt-6-luna", messages=HELLO, max_completion_tokens=3)

    assert whole.choices[0].message.content == "This is the "


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("rate_limit", openai.RateLimitError, "rate_limit_exceeded"),
        ("quota", openai.RateLimitError, "insufficient_quota"),
        ("bad_key", openai.AuthenticationError, "invalid_api_key"),
        ("no_model", openai.NotFoundError, "model_not_found"),
        ("too_long", openai.BadRequestError, "context_length_exceeded"),
        ("server_error", openai.InternalServerError, None),
        ("overloaded", openai.InternalServerError, None),
    ],
)
def test_fault_is_the_error_that_the_sdk_knows(sdk, fault, error, code):
    with pytest.raises(error) as caught:
        streamed(sdk, model=f"gpt-6-luna@{fault}")

    assert caught.value.code == code


def test_rate_limit_says_when_to_come_back(sdk):
    with pytest.raises(openai.RateLimitError) as caught:
        streamed(sdk, model="gpt-6-luna@rate_limit")

    assert caught.value.response.headers["retry-after"] == "1"


def test_model_without_temperature_names_the_parameter(sdk):
    with pytest.raises(openai.BadRequestError) as caught:
        streamed(sdk, model="gpt-6-luna@no_temperature", temperature=0.7)

    assert (caught.value.param, caught.value.code) == ("temperature", "unsupported_value")
    assert list(streamed(sdk, model="gpt-6-luna@no_temperature"))


def test_missing_and_bad_keys_are_refused(ai_sandbox):
    sdk = openai.OpenAI(api_key="bad-key", base_url=ai_sandbox.openai_url, max_retries=0)

    with pytest.raises(openai.AuthenticationError):
        streamed(sdk)
    with pytest.raises(openai.AuthenticationError):
        sdk.models.list()


def test_cut_stream_breaks_the_connection(sdk):
    with pytest.raises(openai.APIConnectionError):
        list(streamed(sdk, model="gpt-6-luna@cut"))


def test_stream_error_comes_as_an_event(sdk):
    with pytest.raises(openai.APIError, match="The server had an error"):
        list(streamed(sdk, model="gpt-6-luna@stream_error"))


@pytest.mark.parametrize("fault", ["early_end", "html"])
def test_stream_can_end_in_good_order_without_being_finished(sdk, fault):
    chunks = list(streamed(sdk, model=f"gpt-6-luna@{fault}"))

    assert not any(chunk.choices and chunk.choices[0].finish_reason for chunk in chunks)


def test_refusal_has_its_own_field(sdk):
    chunks = list(streamed(sdk, model="gpt-6-luna@refused"))

    assert chunks[1].choices[0].delta.refusal.startswith("I'm sorry")


def test_controlled_fault_applies_as_often_as_asked(sdk, ai_sandbox):
    ai_sandbox.fail("server_error", provider="openai", times=1)

    with pytest.raises(openai.InternalServerError):
        streamed(sdk)

    assert list(streamed(sdk))
    assert len(ai_sandbox.calls()) == 2


def test_slow_first_word_keeps_the_client_waiting(sdk, ai_sandbox):
    ai_sandbox.fail("slow", seconds=5)

    with pytest.raises((openai.APITimeoutError, openai.APIConnectionError)):
        list(streamed(sdk.with_options(timeout=0.3)))


def test_words_come_one_by_one_and_the_pace_can_be_changed(sdk, ai_sandbox):
    ai_sandbox.pace(2)
    stream = streamed(sdk)

    first = [next(stream).choices[0].delta.content for _ in range(2)]
    ai_sandbox.pace(0)
    rest = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]

    assert first == ["", "This"]
    assert "".join(rest).startswith(" is the sandbox")


def test_models_are_listed(sdk):
    assert "gpt-6-luna" in [model.id for model in sdk.models.list()]


def test_unknown_fault_is_refused_with_the_list(ai_sandbox):
    with pytest.raises(Exception, match="422"):
        ai_sandbox.fail("nonsense")


def test_prompt_with_facts_gets_a_letter_and_answers(sdk):
    prompt = f"Write it.\n<facts>\n{json.dumps(letter_facts().to_json())}\n</facts>"
    whole = sdk.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": prompt}])

    letter, _, answers = whole.choices[0].message.content.partition(ANSWERS_LINE)
    assert letter.startswith("hurdle\n\nHello Marta,")
    assert [line[:4] for line in answers.strip().splitlines()] == ["[1] ", "[2] ", "[3] "]
