"""Sets of hashes that belong together, because an event has them both: what is in one set is one issue."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

__all__ = ["Components"]

T = TypeVar("T", bound=Hashable)


class Components(Generic[T]):
    """Things that are joined, in any order, into sets; `of` names a thing's set by one of its members."""

    def __init__(self) -> None:
        self._above: dict[T, T] = {}

    def join(self, things: Iterable[T]) -> None:
        """Make these, and whatever each belongs to, one set."""
        first, *others = (self.of(thing) for thing in things)
        for other in others:
            self._above[self.of(other)] = self.of(first)

    def of(self, thing: T) -> T:
        """The member that stands for the set; the thing itself when it was never joined."""
        top = thing
        while (above := self._above.setdefault(top, top)) != top:
            top = above
        while thing != top:  # the next look is short
            self._above[thing], thing = top, self._above[thing]
        return top
