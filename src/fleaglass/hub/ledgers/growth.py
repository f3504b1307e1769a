"""One log, kept up with as it grows: each entry is read once, so that asking again costs what is new."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fleaglass.hub.ledgers.paging import entries_tile
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reading import UnreadableEntry, UnusableLog, read_entry
from fleaglass.ledger.storage.open_intents import OpenIntents
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.tiles import TILE_WIDTH, unbundle

__all__ = ["Growth", "OpenIntent", "Standing"]


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An intent whose end the log does not know; `is_lost` if an outcome says that the answer was lost."""

    index: int
    entry: Entry
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a log stands.

    Attributes:
        checkpoint: what it says of itself; None if that cannot be read.
        read: so many entries were read; less than there are if one of its files is damaged.
        kinds: how many there are of each kind.
        agent: who writes it, by its latest entry.
        last_ns: when that was, by the agent's clock: Unix nanoseconds.
        open: the intents without an end, in the order of the log.
        problem: why not all was read, in words.
    """

    checkpoint: Checkpoint | None = None
    read: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    agent: str = ""
    last_ns: int | None = None
    open: tuple[OpenIntent, ...] = ()
    problem: str = ""


class Growth:
    """Reads one log. Threads may share it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._forget()

    def standing(self) -> Standing:
        """How the log stands now."""
        with self._lock:
            problem = ""
            try:
                checkpoint = self._place.checkpoint_claimed()
            except (TreeError, UnusableLog) as error:
                self._forget()
                return Standing(problem=str(error))
            if checkpoint.size < self._read:  # it was rolled back, or is another one
                self._forget()
            try:
                self._catch_up(checkpoint.size)
            except (TreeError, UnusableLog) as error:
                problem = str(error)
            last = self._last
            return Standing(
                checkpoint,
                self._read,
                dict(self._kinds),
                last.agent if last else "",
                _number(last.t) if last else None,
                tuple(self._open.values()),
                problem,
            )

    def _forget(self) -> None:
        self._read = 0
        self._kinds: Counter[str] = Counter()
        self._last: Entry | None = None
        self._intents = OpenIntents()
        self._open: dict[str, OpenIntent] = {}

    def _catch_up(self, size: int) -> None:
        while self._read < size:
            number, offset = divmod(self._read, TILE_WIDTH)
            tile = entries_tile(number, size)
            for data in unbundle(self._place.need(tile), tile.width)[offset:]:
                self._take(self._read, data)
                self._read += 1

    def _take(self, index: int, data: bytes) -> None:
        try:
            entry = read_entry(data)
        except UnreadableEntry:  # of a newer form, or damaged, which verifying finds out
            self._kinds["unreadable"] += 1
            return
        self._kinds[entry.kind] += 1
        self._last = entry
        self._intents.take(entry)
        if entry.kind == "intent":
            self._open[entry.id] = OpenIntent(index, entry)
        elif entry.ref in self._open:
            if entry.ref in self._intents:
                self._open[entry.ref] = replace(self._open[entry.ref], is_lost=True)
            else:
                del self._open[entry.ref]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
