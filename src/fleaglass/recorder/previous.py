"""Which decision an agent began before this one.

::

    one loop               1 ◀─ 2 ◀─ 3
    loops side by side     A1 ◀─ A2 ◀─ A3        each in a task or a thread of its own
                           B1 ◀─ B2 ◀─ B3        (B1 ─▶ A1, if that was the agent's last)

It is the one begun last in the same task or thread. Where there is none, because a loop gives each of its decisions a
task, a thread or an event loop of its own, it is the agent's last: nobody can tell then whose line it goes on. A task
that inherits a decision which another has gone on from already counts as having none.

Ids are remembered and no spans, so that nothing of a decision outlives it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

import msgspec

from fleaglass.recorder.tracer import Place

__all__ = ["Previous"]


class Previous:
    """The latest decisions of one agent. No lock: of two that begin at once, either may be the agent's last."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: Place | None = None

    def take(self) -> Place | None:
        """The decision before the one that begins here now; None for the first."""
        begun = _BEGUN_HERE.get()
        if begun is None or begun.agent is not self or begun.gone_on:
            return self._last
        begun.gone_on = True
        return begun.cycle

    def begin(self, cycle: Place) -> None:
        """This decision has begun here."""
        self._last = cycle
        _BEGUN_HERE.set(_Begun(self, cycle))


class _Begun(msgspec.Struct):
    """A decision, where it began and in what was started there since."""

    agent: Previous
    cycle: Place
    gone_on: bool = False


_BEGUN_HERE: Final[ContextVar[_Begun | None]] = ContextVar("fleaglass-begun-here", default=None)
