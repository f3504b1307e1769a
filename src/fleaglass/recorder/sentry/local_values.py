"""The local variables of an event's frames, as Sentry shows them: containers item by item, everything else by its repr.

The agent waits meanwhile, so there is an end to it: so many values and characters for an event, the innermost frames
first. And a repr is asked for only where it can be told beforehand that it is short: a dataclass with a million levels
of an order book would write them all, to be cut to the first few.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from types import FrameType, FunctionType
from typing import Any, Final

from fleaglass.recorder.guard import guard
from fleaglass.recorder.sentry.items import Event

__all__ = ["show_locals"]

_VALUES: Final = 1_000
_CHARS: Final = 500_000
_VALUES_PER_LOCAL: Final = 200
_LOCALS_PER_FRAME: Final = 25
_ITEMS: Final = 10
_DEPTH: Final = 4
_TEXT_CHARS: Final = 65_536  # as much as is searched for secrets; it is cut to what is sent only after that
_LARGE: Final = 2_000
_LOOKS: Final = 100
_MORE: Final = "…"
_UNREADABLE: Final = "[unreadable]"
_TEXTS: Final = (str, bytes, bytearray)
_LISTS: Final = (tuple, list, set, frozenset, deque)


def show_locals(frames: Sequence[tuple[Event, FrameType]]) -> None:
    """Give each frame of the author's own code its ``vars``.

    Args:
        frames: the frames of an event, and what each was made of; the innermost last.
    """
    show = _Show()
    for made, frame in reversed(frames):
        if made.get("in_app") is True:
            found = list(frame.f_locals.items())[:_LOCALS_PER_FRAME]
            made["vars"] = {str(name): show.local(value) for name, value in found}


class _Show:
    """Shows values until it has shown enough."""

    def __init__(self) -> None:
        self._values = _VALUES
        self._values_of_local = 0
        self._chars = _CHARS

    def local(self, value: object) -> Any:
        self._values_of_local = _VALUES_PER_LOCAL
        return self._value(value, 0)

    def _value(self, value: object, depth: int) -> Any:
        if min(self._values, self._values_of_local, self._chars) <= 0:
            return _MORE
        self._values -= 1
        self._values_of_local -= 1
        with guard.theirs("reading a local variable for Sentry"):
            return self._read(value, depth + 1)
        return _UNREADABLE

    def _read(self, value: object, depth: int) -> Any:
        if depth <= _DEPTH and isinstance(value, Mapping):
            return {str(key): self._value(item, depth) for key, item in islice(value.items(), _ITEMS)}
        if depth <= _DEPTH and isinstance(value, _LISTS):
            return [self._value(item, depth) for item in islice(value, _ITEMS)]
        text = _text(value)
        self._chars -= len(text)
        return text


def _text(value: object) -> str:
    if isinstance(value, _TEXTS):
        value = value[:_TEXT_CHARS]
    elif _is_large(value):
        return f"<{type(value).__qualname__}, too large to show>"
    return repr(value)[:_TEXT_CHARS]


def _is_large(value: object) -> bool:
    """Whether its repr would write thousands of things, as far as a few looks inside can tell."""
    size, unseen = 0, deque([value])
    for _ in range(_LOOKS):
        if not unseen:
            return False
        one = unseen.popleft()
        size += _size(one)
        if size > _LARGE:
            return True
        unseen.extend(islice(_inside(one), _LOOKS))
    return False


def _size(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length() // 16
    if isinstance(value, _TEXTS):
        return len(value) // 16
    return len(value) if isinstance(value, (dict, *_LISTS)) else 1


def _inside(value: object) -> Iterator[object]:
    """What its repr is likely to write: its items, or its fields if that is written, or generated, in Python."""
    if isinstance(value, dict):
        return iter(value.values())
    if isinstance(value, _LISTS):
        return iter(value)
    kind = type(value)
    if not isinstance(kind.__repr__, FunctionType) and not hasattr(kind, "__struct_fields__"):  # msgspec's are not
        return iter(())
    slots = (name for base in kind.__mro__ for name in _names(vars(base).get("__slots__", ())))
    fields = chain(slots, getattr(kind, "__struct_fields__", ()))
    return chain(getattr(value, "__dict__", {}).values(), (getattr(value, name, None) for name in fields))


def _names(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)
