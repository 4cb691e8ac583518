"""Secrets at rest: AES-256-GCM with a ring of keys.

Stored as `v1.<key id>.<nonce>.<ciphertext>`, URL-safe base64 without padding. The owner and the purpose
are authenticated with the text, so a value moved to another row or column does not open.
Format and choice of cipher: NIST SP 800-38D, 96-bit random nonce.
"""

import base64
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION: Final = "v1"
NONCE_BYTES: Final = 12


class DecryptionError(Exception):
    """The value does not open with the keys at hand. Nothing is lost: restore the key in ENCRYPTION_KEYS."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; the first one writes, all of them read."""

    keys: dict[str, bytes]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `id:base64,id:base64`; raises ValueError that names what is wrong."""
        keys: dict[str, bytes] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            key_id, separator, encoded = entry.partition(":")
            if not separator or not key_id or "." in key_id:
                raise ValueError("each entry reads id:base64, and an id has no dot")
            key = base64.b64decode(encoded, validate=True)
            if len(key) != 32:
                raise ValueError(f"key {key_id!r} has {len(key)} bytes, and 32 are needed")
            keys[key_id] = key
        if not keys:
            raise ValueError("at least one key is needed")
        return cls(keys)

    @property
    def writing_id(self) -> str:
        return next(iter(self.keys))


def ring() -> KeyRing:
    return KeyRing.parse(settings.ENCRYPTION_KEYS)


def encrypt(text: str, *, owner_id: int, purpose: str) -> str:
    keys = ring()
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(keys.keys[keys.writing_id]).encrypt(nonce, text.encode(), _context(owner_id, purpose))
    return ".".join((VERSION, keys.writing_id, _encode(nonce), _encode(sealed)))


def decrypt(token: str, *, owner_id: int, purpose: str) -> str:
    """Open what `encrypt` sealed for the same owner and purpose; raises DecryptionError otherwise."""
    try:
        version, key_id, nonce, sealed = token.split(".")
        if version != VERSION:
            raise DecryptionError(f"The stored secret has the unknown format {version!r}.")
        key = ring().keys[key_id]
        return AESGCM(key).decrypt(_decode(nonce), _decode(sealed), _context(owner_id, purpose)).decode()
    except KeyError as error:
        raise DecryptionError(f"The key {error} is not in ENCRYPTION_KEYS; put it back to read this secret.") from None
    # a wrong tag, bad base64 and bad UTF-8 sound alike: the difference would help only who tampers
    except (InvalidTag, ValueError):
        raise DecryptionError("The stored secret does not open with the keys in ENCRYPTION_KEYS.") from None


def key_id_of(token: str) -> str:
    """Which key of the ring sealed it; empty for what was never sealed."""
    version, _, rest = token.partition(".")
    return rest.partition(".")[0] if version == VERSION else ""


def is_readable(token: str, *, owner_id: int, purpose: str) -> bool:
    try:
        decrypt(token, owner_id=owner_id, purpose=purpose)
    except DecryptionError:
        return False
    return True


def _context(owner_id: int, purpose: str) -> bytes:
    return f"{owner_id}|{purpose}".encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
