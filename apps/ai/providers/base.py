"""What every provider has in common: the request, the pieces of the answer, and one language of errors."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, Protocol, TypeVar

import httpx2
from django.conf import settings

from apps.ai.enums import Failure, ProviderName
from apps.core import http
from apps.core.errors import OutboundRefusedError, PermanentError, TemporaryError
from apps.core.http import retry_after

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    model: str
    system: str
    user: str
    max_tokens: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Delta:
    """New text; empty where the provider only shows that it is alive."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int


Piece = Delta | Usage


class Provider(Protocol):
    name: ProviderName
    base_url: str

    def stream(self, request: LetterRequest) -> Generator[Piece, None, None]:
        """Load the SDK, then yield the text as it comes and the usage.

        The stream raises a ProviderError unless the answer came to its end. Loading takes seconds once, and is
        done at the call, so that the time counts for nobody's silence.
        """


class ProviderPermanentError(PermanentError):
    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.label))
        self.failure = failure


class ProviderTemporaryError(TemporaryError):
    def __init__(self, failure: Failure, *, retry_after: float | None = None) -> None:
        super().__init__(str(failure.label), retry_after=retry_after)
        self.failure = failure


ProviderError = ProviderPermanentError | ProviderTemporaryError


def connection() -> httpx2.Client:
    """Patience lies with routing, which also hears what is no text; the connection itself waits a little longer."""
    return http.client(timeout=max(settings.AI_FIRST_TOKEN_SECONDS, settings.AI_GAP_SECONDS) + 1)


def failed(failure: Failure, *, retry_after: float | None = None) -> ProviderError:
    if failure.is_temporary:
        return ProviderTemporaryError(failure, retry_after=retry_after)
    return ProviderPermanentError(failure)


@contextmanager
def translated(sdk: ModuleType) -> Iterator[None]:
    """Turn the errors of an SDK and of the connection under it into ours. Both SDKs share the names of theirs."""
    try:
        yield
    except sdk.APIStatusError as error:
        raise failed(_status_failure(sdk, error), retry_after=retry_after(error.response)) from error
    except (sdk.APITimeoutError, httpx2.TimeoutException) as error:
        raise failed(Failure.TIMEOUT) from error
    except sdk.APIConnectionError as error:
        raise failed(_connection_failure(error.__cause__)) from error
    except OutboundRefusedError as error:
        raise failed(Failure.ADDRESS) from error
    except (sdk.APIError, httpx2.HTTPError) as error:
        raise failed(Failure.BROKEN) from error


def _connection_failure(cause: BaseException | None) -> Failure:
    if isinstance(cause, OutboundRefusedError):
        return Failure.ADDRESS
    return Failure.BROKEN if isinstance(cause, httpx2.RemoteProtocolError | httpx2.ReadError) else Failure.UNAVAILABLE


def _status_failure(sdk: ModuleType, error: Any) -> Failure:
    words = str(error).lower()
    # asked first: OpenAI sends it as a 429, Anthropic as a 400
    if getattr(error, "code", None) == "insufficient_quota" or "credit balance is too low" in words:
        return Failure.QUOTA
    kinds = (
        (sdk.RateLimitError, Failure.RATE_LIMIT),
        (sdk.AuthenticationError, Failure.KEY),
        (sdk.PermissionDeniedError, Failure.KEY),
        (sdk.NotFoundError, Failure.MODEL),
        (sdk.InternalServerError, Failure.UNAVAILABLE),
    )
    for kind, failure in kinds:
        if isinstance(error, kind):
            return failure
    if error.status_code == 200:  # an error event inside the stream
        return Failure.BROKEN
    too_long = getattr(error, "code", None) == "context_length_exceeded" or "too long" in words
    return Failure.TOO_LONG if too_long else Failure.REQUEST


# Options that a model refused, learnt by this process: which models take a temperature changes from month to month.
_refused: Final[set[tuple[str, str]]] = set()
_ALSO_CALLED: Final = {"output_config": ("effort",)}


def ask(create: Callable[..., Answer], *, sdk: ModuleType, model: str, options: dict[str, Any]) -> Answer:
    """Call with the options, and again without those the model says it does not have."""
    while True:
        offered = {name: value for name, value in options.items() if (model, name) not in _refused}
        try:
            return create(model=model, **offered)
        except sdk.BadRequestError as error:
            named = [
                name for name in offered if any(word in str(error) for word in (name, *_ALSO_CALLED.get(name, ())))
            ]
            if not named:
                raise
            _refused.update((model, name) for name in named)
