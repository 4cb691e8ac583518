"""Who is asked, in which order, and when to give up on one and ask the next."""

import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event
from typing import Final

from django.conf import settings

from apps.accounts.vault.sealing import OpenedKey
from apps.ai import providers
from apps.ai.enums import Failure, Outcome, ProviderName
from apps.ai.facts import LetterStyle
from apps.ai.prompts import Prompt
from apps.ai.providers.base import (
    Delta,
    LetterRequest,
    Piece,
    Provider,
    ProviderPermanentError,
    ProviderTemporaryError,
    Usage,
    failed,
)
from apps.core.breaker import Breaker

TICK_SECONDS: Final = 0.05
FAILURES_TO_OPEN: Final = 3
OPEN_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 300.0
LONGEST_TOKEN: Final = 20  # characters


@dataclass(frozen=True, slots=True)
class Route:
    """Whom to ask for which model; `key` is the person's own, None for the installation's."""

    provider: Provider
    model: str
    key: OpenedKey | None = None

    @property
    def breaker(self) -> Breaker:
        name = f"ai:{self.provider.name}:{self.model}"
        whose = f":{self.key.id}" if self.key else ""  # what one person's account lacks says nothing about others'
        return Breaker(f"{name}{whose}", failures=FAILURES_TO_OPEN, seconds=OPEN_SECONDS)

    @property
    def is_own_key(self) -> bool:
        return self.key is not None

    @property
    def is_sandbox(self) -> bool:
        return bool(settings.SANDBOX_URL) and self.provider.base_url.startswith(settings.SANDBOX_URL)


@dataclass(slots=True)
class Call:
    """One call of a provider while it runs; what the ledger row is written from."""

    route: Route
    started: float = field(default_factory=time.monotonic)
    first_piece: float | None = None
    text: str = ""
    usage: Usage | None = None
    outcome: Outcome | None = None
    failure: Failure | None = None

    @property
    def latency_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000)

    @property
    def first_token_ms(self) -> int | None:
        return None if self.first_piece is None else round((self.first_piece - self.started) * 1000)


def models_of_the_installation() -> dict[ProviderName, list[str]]:
    """What the operator pays for knowingly."""
    return {
        ProviderName.OPENAI: [settings.OPENAI_MODEL, settings.OPENAI_FALLBACK_MODEL],
        ProviderName.ANTHROPIC: [settings.ANTHROPIC_MODEL],
    }


def routes_for(style: LetterStyle, keys: Iterable[OpenedKey] = ()) -> list[Route]:
    """OpenAI's model, its fallback, Anthropic; the person's own keys before the installation's.

    A model or provider that the person chose goes first, whoever pays. Where they want nothing but their own keys,
    the installation is not asked at all.
    """
    own = [route for key in keys for route in _own_routes(style, key)]
    routes = own if style.only_own_keys else [*own, *_routes_of_the_installation(style, own)]
    chosen = (_speaker_of(style), style.model)
    routes.sort(
        key=lambda route: (
            (route.provider.name, route.model) != chosen,
            style.provider != "auto" and route.provider.name != style.provider,
        )
    )
    return routes


def _own_routes(style: LetterStyle, key: OpenedKey) -> list[Route]:
    name = ProviderName(key.kind)
    models = [key.model] if key.model else list(models_of_the_installation()[name])
    if style.model and _speaker_of(style) == name:
        models.insert(0, style.model)
    provider = providers.of_key(key)
    return [Route(provider, model, key) for model in dict.fromkeys(filter(None, models))]


def _routes_of_the_installation(style: LetterStyle, own: Iterable[Route]) -> list[Route]:
    """A model that the person chose is asked on their own key where they have one for its provider."""
    available = providers.available()
    models = models_of_the_installation()
    wanted = [(name, model) for name in available for model in models[name] if model]
    if style.provider != "auto":
        wanted.sort(key=lambda item: item[0] != style.provider)
    if style.model and _speaker_of(style) not in {route.provider.name for route in own}:
        wanted.insert(0, (_speaker_of(style), style.model))
    unique = dict.fromkeys((name, model) for name, model in wanted if name in available)
    return [Route(available[name], model) for name, model in unique]


def _speaker_of(style: LetterStyle) -> ProviderName:
    """Who speaks a model that was named without its provider."""
    if style.provider != "auto":
        return ProviderName(style.provider)
    return ProviderName.ANTHROPIC if style.model.startswith("claude") else ProviderName.OPENAI


def write(prompt: Prompt, routes: Iterable[Route]) -> Generator[Call, None, None]:
    """Yield the call under way each time there is news of it, and at least every tick.

    A call that ends badly is yielded once more with its failure, and the next route starts over with a new call.
    The last call yielded is the one that counts; none at all means that every circuit was open.
    """
    refused: set[int] = set()  # own keys that their vendor does not accept: no other model of theirs is asked
    for route in routes:
        if (route.key and route.key.id in refused) or not route.breaker.allows():
            continue
        request = LetterRequest(
            model=route.model,
            system=prompt.system,
            user=prompt.user,
            max_tokens=settings.AI_MAX_TOKENS,
            temperature=settings.AI_TEMPERATURE,
        )
        pieces = route.provider.stream(request)
        call = Call(route)
        yield call
        try:
            for piece in _listen(pieces):
                _take(call, piece)
                _ensure_ends(call)
                yield call
            # an answer without a word is no letter, and the next provider is asked
            if not call.text.strip():
                raise failed(Failure.BROKEN)
        except (ProviderPermanentError, ProviderTemporaryError) as error:
            call.outcome, call.failure = Outcome.FAILED, error.failure
            if route.key and error.failure in {Failure.KEY, Failure.QUOTA}:
                refused.add(route.key.id)
            if error.failure.blames_provider:
                route.breaker.failed()
            else:
                route.breaker.succeeded()
            yield call
        else:
            call.outcome = Outcome.OK
            route.breaker.succeeded()
            yield call
            return


def _ensure_ends(call: Call) -> None:
    """A server of anybody's choice may go on for ever, with words or without."""
    if time.monotonic() - call.started > LONGEST_SECONDS:
        raise failed(Failure.TIMEOUT)
    if len(call.text) > settings.AI_MAX_TOKENS * LONGEST_TOKEN:
        raise failed(Failure.LENGTH)


def _take(call: Call, piece: Piece | None) -> None:
    if isinstance(piece, Usage):
        call.usage = piece
    elif piece is not None:
        if piece.text and call.first_piece is None:
            call.first_piece = time.monotonic()
        call.text += piece.text


def _listen(pieces: Generator[Piece, None, None]) -> Iterator[Piece | None]:
    """Pass the pieces on and None in every pause, so that the listener can look up; raise after too long a silence.

    The reading happens in a thread of its own: it may wait in a socket, and the one who writes must not.
    """
    box: SimpleQueue[Piece | None] = SimpleQueue()
    given_up = Event()

    def read() -> None:
        try:
            with closing(pieces):
                for piece in pieces:
                    box.put(piece)
                    if given_up.is_set():
                        return
        finally:
            # after an error too: the listener must not wait for a reader that is gone
            box.put(None)

    reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ai-stream")
    reading = reader.submit(read)
    heard, patience = time.monotonic(), settings.AI_FIRST_TOKEN_SECONDS
    try:
        while True:
            try:
                piece = box.get(timeout=TICK_SECONDS)
            except Empty:
                if time.monotonic() - heard > patience:
                    raise failed(Failure.TIMEOUT) from None
                yield None
                continue
            if piece is None:
                reading.result()  # raises what ended the reading
                return
            if isinstance(piece, Delta):
                heard = time.monotonic()
                patience = settings.AI_GAP_SECONDS if piece.text else patience
            yield piece
    finally:
        given_up.set()
        reader.shutdown(wait=False)
