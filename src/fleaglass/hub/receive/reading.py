"""One field of a payload, read as what it ought to be. What is not that is left out and noted, as Sentry does it.

A note is an object of the event's `errors`: `{"type": "invalid_data", "name": "exception.values.0.type", "value": …,
"reason": "expected text"}`. No event is refused for a field of it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from fleaglass.hub.receive.bounds import NAME_CHARS, bounded, cut
from fleaglass.secret_shapes import MARKER, secret_name

__all__ = [
    "HEX16",
    "HEX32",
    "Notes",
    "hex_digits",
    "hex_id",
    "list_of",
    "number",
    "object_",
    "plain",
    "text",
    "values_of",
]

HEX32: Final = re.compile("[0-9a-f]{32}")
HEX16: Final = re.compile("[0-9a-f]{16}")
_MOST_NOTES: Final = 100


class Notes:
    """What was wrong with an event, in the order it was found: its `errors`, of which a hundred are kept."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, kind: str, name: str, value: Any = None, reason: str = "") -> None:
        """Note one. `kind` is Sentry's word for it: invalid_data, future_timestamp …"""
        if len(self.found) < _MOST_NOTES:
            shown = MARKER if secret_name(name) else bounded(value, NAME_CHARS, 10, 3)
            note = {"type": kind, "name": cut(name, NAME_CHARS), "value": shown}
            self.found.append(note | ({"reason": reason} if reason else {}))

    def invalid(self, name: str, value: Any, reason: str) -> None:
        """Note a value that is not what it ought to be."""
        self.add("invalid_data", name, value, reason)


def plain(value: Any) -> str | None:
    """A text, number or boolean as text, as Sentry spells them; None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) else None


def text(value: Any, name: str, notes: Notes, chars: int = NAME_CHARS) -> str:
    """A text, or what can be shown as one; an empty one when there is none."""
    if isinstance(value, str):
        return cut(value, chars)
    if value is None:
        return ""
    shown = plain(value)
    if shown is None:
        notes.invalid(name, value, "expected text")
        return ""
    return cut(shown, chars)


def number(value: Any, name: str, notes: Notes) -> int:
    """A whole number from 0 to 2³¹, such as that of a line; 0 when there is none. Digits in quotes are read as one."""
    if value is None:
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
        return value
    notes.invalid(name, value, "expected a number")
    return 0


def object_(value: Any, name: str, notes: Notes) -> dict[str, Any]:
    """An object; an empty one when there is none."""
    if isinstance(value, dict):
        return value
    if value is not None:
        notes.invalid(name, value, "expected an object")
    return {}


def list_of(value: Any, name: str, notes: Notes) -> list[Any]:
    """A list; an empty one when there is none."""
    if isinstance(value, list):
        return value
    if value is not None:
        notes.invalid(name, value, "expected a list")
    return []


def values_of(value: Any, name: str, notes: Notes) -> list[Any]:
    """A list in any of the forms it is sent in: `[…]`, `{"values": […]}` or its only item by itself."""
    if isinstance(value, dict):
        if "values" not in value:
            return [value] if value else []
        value, name = value["values"], f"{name}.values"
        if isinstance(value, dict):
            return [value]
    return list_of(value, name, notes)


def hex_id(value: Any, name: str, notes: Notes, shape: re.Pattern[str]) -> str:
    """An id as lower-case hex digits, its dashes left out; empty when there is none or it is no id."""
    digits = hex_digits(value, shape)
    if digits.strip("0"):
        return digits
    if value is not None:
        notes.invalid(name, value, "expected an id in hex digits")
    return ""


def hex_digits(value: Any, shape: re.Pattern[str]) -> str:
    """Lower-case hex digits of this shape, sent with dashes or without; empty for anything else."""
    digits = value.replace("-", "").lower() if isinstance(value, str) and len(value) < 64 else ""
    return digits if shape.fullmatch(digits) else ""
