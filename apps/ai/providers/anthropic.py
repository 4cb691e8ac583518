"""Anthropic's messages. Its models take no temperature any more, so the request's is left out."""

from collections.abc import Generator
from functools import partial
from types import ModuleType

from apps.ai.enums import Failure, ProviderName
from apps.ai.providers.base import Delta, LetterRequest, Piece, Usage, ask, connection, failed, translated


class AnthropicProvider:
    name = ProviderName.ANTHROPIC

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        self._api_key = api_key

    def stream(self, request: LetterRequest) -> Generator[Piece, None, None]:
        import anthropic  # noqa: PLC0415 takes seconds, and only the worker that writes needs it

        return self._pieces(anthropic, request)

    def _pieces(self, anthropic: ModuleType, request: LetterRequest) -> Generator[Piece, None, None]:
        reason, asked, ended = None, 0, False
        with connection() as transport, translated(anthropic):
            # max_retries=0: routing decides who is asked next
            sdk = anthropic.Anthropic(
                api_key=self._api_key, base_url=self.base_url, http_client=transport, max_retries=0
            )
            create = partial(
                sdk.messages.create,
                system=request.system,
                messages=[{"role": "user", "content": request.user}],
                max_tokens=request.max_tokens,
                stream=True,
            )
            options = {"output_config": {"effort": "low"}}
            for event in ask(create, sdk=anthropic, model=request.model, options=options):
                if event.type == "message_start":
                    asked = _input_tokens(event.message.usage)
                elif event.type == "content_block_delta":
                    yield Delta(event.delta.text if event.delta.type == "text_delta" else "")
                elif event.type == "message_delta":
                    reason = event.delta.stop_reason
                    yield Usage(asked, event.usage.output_tokens)
                elif event.type == "message_stop":
                    ended = True
        if not ended:
            raise failed(Failure.BROKEN)
        if reason not in {"end_turn", "stop_sequence"}:
            raise failed(Failure.REFUSED if reason == "refusal" else Failure.LENGTH)


def _input_tokens(usage: object) -> int:
    """What was read, whether it came from the vendor's cache or not."""
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(getattr(usage, name, 0) or 0 for name in names)
