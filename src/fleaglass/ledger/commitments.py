"""What the log says of a value that it must not tell: a salted hash.

::

    SHA-256( "fleaglass.ledger/commitment/v1" + salt, 16 bytes + length of name, 4 bytes + name + value )

Whoever is given name, value and salt sees that they were meant. Without the salt nobody finds the value by trying,
however few values there may be. The name, and that there is a value, are told.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

__all__ = ["SALT_BYTES", "commitment", "is_opened_by"]

SALT_BYTES: Final = 16
_DOMAIN: Final = b"fleaglass.ledger/commitment/v1"


def commitment(name: str, value: str, salt: bytes) -> str:
    """The commitment to a value, as 64 hexadecimal digits. ``ValueError``: the salt has not 16 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    key = name.encode()
    return hashlib.sha256(_DOMAIN + salt + len(key).to_bytes(4, "big") + key + value.encode()).hexdigest()


def is_opened_by(committed: str, name: str, value: str, salt: bytes) -> bool:
    """Whether this value is the one that was committed to."""
    return hmac.compare_digest(committed, commitment(name, value, salt))
