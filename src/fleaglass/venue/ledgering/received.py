"""Checkpoints of others' ledgers, from when they are seen with an escrow until they are on the disk.

An escrow is read in the event loop, and often again and again, so nothing is written then: each text waits until there
is a ledger to keep it beside, and something else is done with an escrow. Whoever writes them is a stranger, so there
are bounds: to their length and number here, and to what is kept in `fleaglass.ledger.anchoring`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fleaglass._forks import Lock

if TYPE_CHECKING:  # what an agent that never spends need not load
    from fleaglass.ledger.storage.layout import Layout

__all__ = ["Received"]

_MOST_CHARS: Final = 1_024
_MOST_WAITING: Final = 32
_MOST_REMEMBERED: Final = 1_024


class Received:
    """Those of one agent. Threads may share it. True while any waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[str] = []
        self._seen: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def take(self, text: object) -> None:
        """What an escrow has for a checkpoint, whatever it is. One that does not fit is taken when it is seen again."""
        if not isinstance(text, str) or len(text) > _MOST_CHARS:
            return
        with self._lock:
            if text in self._seen or len(self._waiting) >= _MOST_WAITING:
                return
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen.add(text)
            self._waiting.append(text)

    def keep(self, layout: Layout) -> None:
        """Keep those that wait beside the agent's own log. Raises ``OSError``."""
        from fleaglass.ledger.anchoring import incoming, keep_foreign

        with self._lock:
            waiting, self._waiting = self._waiting, []
        for text in waiting:
            foreign = incoming(text)
            if foreign is not None and foreign.checkpoint.origin != layout.origin:
                keep_foreign(layout, foreign)
