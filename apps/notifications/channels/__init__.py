"""Ways to reach a person, a package for each; all of them look like `Sender`.

A new channel is a package with a `SENDER`, a member of `enums.Channel` and a line in `SENDERS`.
"""

from typing import Final

from apps.notifications.channels import email, inpage
from apps.notifications.channels.base import Sender
from apps.notifications.enums import Channel

SENDERS: Final[dict[Channel, Sender]] = {Channel.INPAGE: inpage.SENDER, Channel.EMAIL: email.SENDER}
