"""Base64 and numbers as the formats write them: in one way only, so that no byte can change unseen."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

__all__ = ["MOST_NUMBER", "decode_base64", "decode_number", "encode_base64"]

MOST_NUMBER: Final = (1 << 63) - 1
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def encode_base64(data: bytes) -> str:
    """By RFC 4648 section 4, with padding."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes | None:
    """The bytes; None if ``text`` is not how `encode_base64` writes them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode_base64(data) == text else None


def decode_number(text: str) -> int | None:
    """The number; None if it is not plain decimal without leading zeros, or above 2^63 - 1."""
    if _NUMBER.fullmatch(text) is None or int(text) > MOST_NUMBER:
        return None
    return int(text)
