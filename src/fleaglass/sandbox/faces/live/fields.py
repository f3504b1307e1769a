"""Reading request bodies as the services do: field by field, everything unknown left out without a word."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from fleaglass.sandbox.faces.face import Call
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.money import LIMIT, to_units

__all__ = ["Fields", "number", "read", "text", "units"]

Fields = Mapping[str, object]
_LEAST = Decimal("0.00000001")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def read(call: Call, *, lenient: bool = False) -> Fields:
    """Return the body's fields; a `lenient` route takes what is no JSON as an empty object. Raises Refused."""
    try:
        value = _decoder.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation) as error:
        if lenient:
            return {}
        raise Refused(400, "invalid_json", "Request body must be valid JSON") from error
    if isinstance(value, dict):
        return value
    if lenient:
        return {}
    raise Refused(400, "invalid_json", "Request body must be a JSON object")


def number(value: object) -> Decimal | None:
    """Return a JSON number, or a text that is one, as a finite Decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


def units(fields: Fields, name: str, error: str, *, least: Decimal = _LEAST, most: Decimal = LIMIT) -> int:
    """Return a field as units of 1e-8. Raises Refused 400 with this error unless `least` ≤ value ≤ `most`."""
    found = number(fields.get(name))
    if found is None or not least <= found <= most:
        raise Refused(400, error, f"{name} must be a number between {least:f} and {most:f}")
    return to_units(found)


def text(fields: Fields, name: str, error: str, *, least: int = 1, most: int = 9_000) -> str:
    """Return a field as a text of `least` to `most` characters. Raises Refused 400 with this error."""
    value = fields.get(name)
    if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > most:
        raise Refused(400, error, f"{name} must be a text of {least} to {most} characters")
    return value
