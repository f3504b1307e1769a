"""Request bodies: how one is read, and how a bad one is refused with the name of the field at fault.

Unknown fields are ignored, as the services do. Numbers may come as JSON numbers or as decimal strings; digits after the
eighth are cut off, because clients that compute with floats send them. Metadata stays the text it came as.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import TypeVar

import msgspec

from fleaglass.sandbox.errors import InvalidRequest
from fleaglass.sandbox.money import LIMIT, to_units

__all__ = ["METADATA_LIMIT_BYTES", "amount", "choice", "decode", "metadata_text", "text"]

METADATA_LIMIT_BYTES = 16 * 1024
_EXPECTED = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`.*")

Body = TypeVar("Body", bound=msgspec.Struct)


def decode(shape: type[Body], body: bytes, *, optional: bool = False) -> Body:
    """Return the body as a `shape`; an empty `optional` one counts as {}. Raises InvalidRequest."""
    try:
        return msgspec.json.decode(b"{}" if optional and not body.strip() else body, type=shape)
    except msgspec.ValidationError as error:
        raise _explain(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest("body", f"is not valid JSON ({error})") from error
    except RecursionError as error:
        raise InvalidRequest("body", "is nested too deeply") from error


def amount(field: str, value: Decimal, *, least: Decimal = Decimal("0.00000001"), most: Decimal = LIMIT) -> int:
    """Return a number as units of 1e-8. Raises InvalidRequest unless `least` ≤ value ≤ `most`."""
    if not value.is_finite():
        raise InvalidRequest(field, "must be a finite number")
    if not least <= value <= most:
        raise InvalidRequest(field, f"must be between {least:f} and {most:f}")
    return to_units(value)


def choice(field: str, value: str, allowed: Collection[str]) -> str:
    """Return the value if it is one of those allowed. Raises InvalidRequest."""
    if value not in allowed:
        raise InvalidRequest(field, f"must be one of {', '.join(allowed)}, got {value[:40]!r}")
    return value


def text(field: str, value: str, most: int) -> str:
    """Return a text of 1 to `most` characters. Raises InvalidRequest."""
    if not 0 < len(value) <= most:
        raise InvalidRequest(field, f"must have 1 to {most} characters, got {len(value)}")
    return value


def metadata_text(raw: msgspec.Raw) -> str | None:
    """Return metadata as JSON text, None for null. Raises InvalidRequest over 16 KiB or for invalid text inside."""
    encoded = bytes(raw)
    if len(encoded) > METADATA_LIMIT_BYTES:
        raise InvalidRequest("metadata", f"must have at most {METADATA_LIMIT_BYTES} bytes, got {len(encoded)}")
    try:
        # Raw was only skipped over: this reads the strings inside.
        value = msgspec.json.decode(encoded)
        decoded = encoded.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest("metadata", f"is not valid JSON ({error})") from error
    return None if value is None else decoded


def _explain(problem: str) -> InvalidRequest:
    missing = _MISSING.fullmatch(problem)
    if missing:
        return InvalidRequest(missing["field"], "is required")
    found = _EXPECTED.fullmatch(problem)
    assert found is not None, "BUG: the pattern matches every text"
    described = found["problem"].replace("`", "")
    return InvalidRequest(found["path"] or "body", described[:1].lower() + described[1:])
