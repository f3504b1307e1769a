"""What was encoded before, by what it was made of: an agent says the same things over and over."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

__all__ = ["Kept"]

KeyT = TypeVar("KeyT", bound=Hashable)

_MOST: Final = 4_096
_LONGEST_BYTES: Final = 128


class Kept(dict[KeyT, bytes]):
    """Makes what it does not have yet. Bounded: what is long is made every time, and when full it begins anew.

    Args:
        make: encodes.
    """

    def __init__(self, make: Callable[[KeyT], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: KeyT) -> bytes:
        made = self._make(key)
        if len(made) <= _LONGEST_BYTES:
            if len(self) >= _MOST:
                self.clear()
            self[key] = made
        return made
