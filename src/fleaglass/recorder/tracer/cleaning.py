"""What may be the value of an attribute: text, numbers, truth values, bytes, nothing, and lists and mappings of these.

What is none of these becomes text. That is the rule of OpenTelemetry's own SDK for Python, and its way of copying what
is mutable: lists become tuples, so that a span does not change with a list that its program goes on using.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleaglass.recorder.guard import guard
from fleaglass.recorder.tracer.limits import NO_LIMIT

__all__ = ["Cleaning", "as_text"]

_PLAIN: Final = frozenset({str, int, float, bool})
_TEXT: Final = frozenset({str})


class Cleaning:
    """Cleans values. Nothing that a value does is raised.

    Args:
        chars: most characters of a text.

    Attributes:
        plain: types whose values are clean as they are.
    """

    __slots__ = ("_chars", "plain")

    def __init__(self, chars: int) -> None:
        self._chars = chars
        self.plain: frozenset[type] = _PLAIN if chars == NO_LIMIT else _PLAIN - _TEXT

    def plain_copy(self, values: object) -> dict[str, Any] | None:
        """A copy of attributes that are clean as they are; None for others."""
        if type(values) is not dict:
            return None
        copy, plain = values.copy(), self.plain
        for name, value in copy.items():
            if type(value) not in plain or type(name) is not str or not name:
                return None
        return copy

    def all(self, values: object) -> tuple[dict[str, Any], int]:
        """Attributes with clean values, and how many were left out because they have no name."""
        if not isinstance(values, Mapping):
            guard.say("attributes", f"attributes must be a mapping, not {type(values).__name__}; not recorded")
            return {}, 0
        with guard.theirs("reading attributes"):
            found = self._mapping(values)
            return found, len(values) - len(found)
        return {}, 0

    def value(self, value: object) -> Any:
        """One value, clean."""
        with guard.theirs("reading the value of an attribute"):
            return self._value(value)
        return None

    def _mapping(self, values: Mapping[Any, object]) -> dict[str, Any]:
        return {
            as_text(name): self.value(value)
            for name, value in values.items()
            if name and (isinstance(name, str) or _says_something(name))
        }

    def _value(self, value: object) -> Any:
        if value is None or isinstance(value, bool | int | float | bytes):
            return value
        if isinstance(value, str):
            return value[: self._chars]
        if isinstance(value, Sequence):
            return tuple(self._value(item) for item in value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        return str(value) if _says_something(value) else None


def as_text(name: object) -> str:
    """A name that may not be text, as text."""
    if isinstance(name, str):
        return str.__str__(name)  # of a subclass, such as an enum's member, that may override anything
    with guard.theirs("reading a name"):
        return str(name)
    return ""


def _says_something(value: object) -> bool:
    """Whether its text is more than the name of its class and an address."""
    return type(value).__str__ is not object.__str__ or type(value).__repr__ is not object.__repr__
