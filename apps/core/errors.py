"""Errors that every room raises and every page knows how to show.

The text of each is a sentence for a person: what happened and what to do about it.
"""


class DomainError(Exception):
    """A rule of the product was broken by a person; pages answer 409 or show it on the form."""


class OutsideError(Exception):
    """A service outside did not do what was asked."""


class PermanentError(OutsideError):
    """Trying again will not help: somebody has to change something first."""


class TemporaryError(OutsideError):
    """Trying again later may help; `retry_after` is in seconds where the service named a time."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutboundRefusedError(PermanentError):
    """The address leads into a private network that the operator has not listed."""
