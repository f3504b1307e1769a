"""The JSON of a payload: parsed, whatever a client's encoder made of it, and nothing but an object.

Clients send what JSON does not have: NaN and Infinity (become null), half of a surrogate pair and bytes that are not
UTF-8 (become `?` and U+FFFD). The fast parser refuses those, so that a slower one reads them. Both end at a depth of
about a thousand. Of members with the same name the last one counts, as in every JSON library.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

import orjson

__all__ = ["Malformed", "object_of"]


_MOST_BRACKETS: Final = 1_000_000
"""An empty list takes thirty times what it takes in JSON: a body full of them, a gigabyte."""


class Malformed(Exception):
    """Bytes that a Sentry client does not send; the message says what and where (HTTP 400)."""


def object_of(payload: bytes, what: str) -> dict[str, Any]:
    """A payload's JSON object, `what` being its name in the error. Raises Malformed."""
    if payload.count(b"[") + payload.count(b"{") > _MOST_BRACKETS:
        raise Malformed(f"{what} has more than {_MOST_BRACKETS} lists and objects")
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        value = _leniently(payload, f"{what} is not JSON: {error}")
    if not isinstance(value, dict):
        raise Malformed(f"{what} must be a JSON object, not {type(value).__name__}")
    return value


def _leniently(payload: bytes, refusal: str) -> Any:
    """By the standard library's parser, then through text, which is where odd characters can be replaced."""
    try:
        text = payload.decode(errors="replace")
        value = json.loads(text, parse_constant=lambda _: None, parse_float=_finite, parse_int=_integer)
        return orjson.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise Malformed(refusal) from None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _integer(digits: str) -> int | float | None:
    """Longer ones than any counter's are read as the fast parser does, as a float."""
    return int(digits) if len(digits) < 19 else _finite(digits)
