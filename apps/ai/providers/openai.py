"""OpenAI, and every server that speaks its chat completions."""

from collections.abc import Generator
from functools import partial
from types import ModuleType
from typing import Any

from apps.ai.enums import Failure, ProviderName
from apps.ai.providers.base import Delta, LetterRequest, Piece, Usage, ask, connection, failed, translated


class OpenAIProvider:
    name = ProviderName.OPENAI

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        self._api_key = api_key

    def stream(self, request: LetterRequest) -> Generator[Piece, None, None]:
        import openai  # noqa: PLC0415 takes seconds, and only the worker that writes needs it

        return self._pieces(openai, request)

    def _pieces(self, openai: ModuleType, request: LetterRequest) -> Generator[Piece, None, None]:
        options = self._options(request)
        finish = None
        with connection() as transport, translated(openai):
            # max_retries=0: routing decides who is asked next
            sdk = openai.OpenAI(api_key=self._api_key, base_url=self.base_url, http_client=transport, max_retries=0)
            create = partial(
                sdk.chat.completions.create,
                messages=[{"role": "system", "content": request.system}, {"role": "user", "content": request.user}],
                stream=True,
                stream_options={"include_usage": True},
            )
            for chunk in ask(create, sdk=openai, model=request.model, options=options):
                for choice in chunk.choices:
                    if choice.delta.refusal:
                        raise failed(Failure.REFUSED)
                    finish = choice.finish_reason or finish
                    yield Delta(choice.delta.content or "")
                if chunk.usage:
                    yield Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        if finish != "stop":
            endings = {"length": Failure.LENGTH, "content_filter": Failure.REFUSED}
            raise failed(endings.get(finish or "", Failure.BROKEN))

    def _options(self, request: LetterRequest) -> dict[str, Any]:
        return {
            "temperature": request.temperature,
            "max_completion_tokens": request.max_tokens,
            "reasoning_effort": "low",
        }


class CompatibleProvider(OpenAIProvider):
    """A server of the person's own choice, asked with the words that all of them know."""

    name = ProviderName.COMPATIBLE

    def _options(self, request: LetterRequest) -> dict[str, Any]:
        return {"temperature": request.temperature, "max_tokens": request.max_tokens}
