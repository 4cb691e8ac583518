"""What every channel offers and what it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.notifications.models import Delivery


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person as a channel needs to know them."""

    owner_id: int
    email: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Sender:
    """`send` returns when the message is out, and raises PermanentError or TemporaryError when it is not.

    `is_repeatable`: sending the same delivery again shows the person nothing twice. Where it is not, a
    sending of unknown outcome is never repeated.
    """

    send: Callable[[Recipient, Sequence[Delivery]], None]
    is_repeatable: bool
