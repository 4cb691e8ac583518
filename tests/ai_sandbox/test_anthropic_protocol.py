"""The real Anthropic SDK against the sandbox, and the raw events that the SDK hides."""

import anthropic
import httpx2
import pytest

ASK = {"model": "claude-sonnet-5-5", "max_tokens": 500, "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture
def sdk(ai_sandbox):
    return anthropic.Anthropic(api_key="any", base_url=ai_sandbox.anthropic_url, max_retries=0)


def test_stream_helper_collects_text_and_usage(sdk):
    with sdk.messages.stream(**ASK) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()

    assert text.startswith("This is the sandbox")
    assert (message.stop_reason, message.usage.input_tokens) == ("end_turn", 2)
    assert message.usage.output_tokens > 1


def test_raw_events_have_the_order_of_the_real_ones(ai_sandbox):
    response = httpx2.post(
        f"{ai_sandbox.anthropic_url}/v1/messages",
        json={**ASK, "stream": True},
        headers={"x-api-key": "any", "anthropic-version": "2023-06-01"},
    )
    events = [line.removeprefix("event: ") for line in response.text.splitlines() if line.startswith("event: ")]

    assert events[:3] == ["message_start", "content_block_start", "ping"]
    assert set(events[3:-3]) == {"content_block_delta"}
    assert events[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_whole_answer_equals_the_streamed_one(sdk):
    whole = sdk.messages.create(**ASK)
    with sdk.messages.stream(**ASK) as stream:
        streamed = "".join(stream.text_stream)

    assert whole.content[0].text == streamed


def test_system_prompt_counts_as_input(sdk):
    bare = sdk.messages.create(**ASK)
    with_system = sdk.messages.create(**ASK, system="You write letters for freelancers.")

    assert with_system.usage.input_tokens > bare.usage.input_tokens


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate_limit", anthropic.RateLimitError),
        ("quota", anthropic.BadRequestError),
        ("bad_key", anthropic.AuthenticationError),
        ("no_model", anthropic.NotFoundError),
        ("too_long", anthropic.BadRequestError),
        ("server_error", anthropic.InternalServerError),
        ("overloaded", anthropic.OverloadedError),
    ],
)
def test_fault_is_the_error_that_the_sdk_knows(sdk, fault, error):
    with pytest.raises(error):
        sdk.messages.create(**{**ASK, "model": f"claude-sonnet-5-5@{fault}"})


@pytest.mark.parametrize(
    ("fault", "error"), [("cut", httpx2.RemoteProtocolError), ("stream_error", anthropic.APIStatusError)]
)
def test_broken_stream_raises(sdk, fault, error):
    stream = sdk.messages.create(**{**ASK, "model": f"claude-sonnet-5-5@{fault}"}, stream=True)

    with pytest.raises(error):
        list(stream)


@pytest.mark.parametrize("fault", ["early_end", "html"])
def test_stream_can_end_without_its_last_event(sdk, fault):
    events = list(sdk.messages.create(**{**ASK, "model": f"claude-sonnet-5-5@{fault}"}, stream=True))

    assert "message_stop" not in [event.type for event in events]


def test_refusal_is_a_stop_reason(sdk):
    with sdk.messages.stream(**{**ASK, "model": "claude-sonnet-5-5@refused"}) as stream:
        assert stream.get_final_message().stop_reason == "refusal"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"temperature": 0.7}, "temperature: Extra inputs are not permitted"),
        ({"max_tokens": 0}, "max_tokens: Field required"),
        ({"messages": []}, "messages: Field required"),
    ],
)
def test_input_is_checked_like_the_real_one(ai_sandbox, change, message):
    response = httpx2.post(
        f"{ai_sandbox.anthropic_url}/v1/messages",
        json={**ASK, **change},
        headers={"authorization": "Bearer any", "anthropic-version": "2023-06-01"},
    )

    assert (response.status_code, response.json()["error"]["message"]) == (400, message)


def test_missing_key_and_version_are_refused(ai_sandbox):
    url = f"{ai_sandbox.anthropic_url}/v1/messages"

    assert httpx2.post(url, json=ASK).status_code == 401
    assert httpx2.post(url, json=ASK, headers={"x-api-key": "any"}).status_code == 400
