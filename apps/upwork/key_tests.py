"""Trying an application key. Without a person Upwork tells little: that it knows the key and its secret, or not."""

from apps.accounts.enums import KeyResult
from apps.accounts.vault.sealing import OpenedKey
from apps.core.errors import OutboundRefusedError, TemporaryError
from apps.upwork import oauth


def check(key: OpenedKey) -> KeyResult:
    try:
        is_known = oauth.is_known(oauth.Application(key.client_id, key.secret))
    except OutboundRefusedError:
        return KeyResult.ADDRESS
    except TemporaryError:
        return KeyResult.NO_ANSWER
    return KeyResult.KNOWN if is_known else KeyResult.REFUSED
