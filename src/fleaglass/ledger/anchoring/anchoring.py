"""Who hands checkpoints over: a thread for each place, so that one that does not answer holds up no other.

::

    once a minute, if there is something new ─┐
    soon(), such as before an escrow         ─┼─▶ newest checkpoint ─▶ place ─▶ kept, with what it added
    end()                                    ─┘         └─ failed: said once, tried again after 5 s, 10 s … 5 min

Nothing waits for a place but `end`, for a moment.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from fleaglass.ledger.anchoring.log import AnchoredLog, NotAnchored
from fleaglass.ledger.anchoring.places import Place
from fleaglass.ledger.errors import LedgerClosed, LedgerError
from fleaglass.ledger.storage.anchors import KeptAnchor
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.tree.note import Note

__all__ = ["Anchoring", "AnchoringSeams"]

_FIRST_WAIT_S: Final = 5.0
_LONGEST_WAIT_S: Final = 300.0


class Anchored(Protocol):
    """The ledger that is anchored, as its one writer has it open. All raise `LedgerError`."""

    def checkpoint(self) -> bytes:
        """A checkpoint over all that was appended; empty if nothing was."""

    def keep_anchor(self, note: bytes, source: str) -> None:
        """Keep a checkpoint as somebody else has it."""

    def anchors(self) -> Iterable[KeptAnchor]:
        """All that were kept."""


@dataclass(frozen=True)
class AnchoringSeams:
    """Where anchoring meets the world.

    Attributes:
        say: is told in a sentence what somebody should know.
        every_s: so often a checkpoint is handed over, if there is a new one.
        monotonic: a clock in seconds that never goes back.
    """

    say: Callable[[str], None]
    every_s: float = 60.0
    monotonic: Callable[[], float] = time.monotonic


class Anchoring:
    """Hands the checkpoints of one log to places, until it is ended. A forked child leaves that to its parent.

    Args:
        ledger: whose checkpoints.
        layout: where it lies.
        places: where they go.
        seams: where it meets the world.
    """

    def __init__(self, ledger: Anchored, layout: Layout, places: Iterable[Place], seams: AnchoringSeams) -> None:
        self._pid = os.getpid()
        self._seams = seams
        self._carriers = [Carrier(ledger, AnchoredLog(layout), place, seams) for place in places]
        for carrier in self._carriers:
            carrier.thread.start()

    def soon(self) -> None:
        """Hand the newest over now. Returns at once."""
        if os.getpid() == self._pid:
            for carrier in self._carriers:
                carrier.wake()

    def end(self, within_s: float) -> None:
        """Hand the newest over for the last time, and end; call it before the log is closed.

        What does not come through within this many seconds is handed over by the next process that opens the log.
        """
        if os.getpid() != self._pid:
            return
        for carrier in self._carriers:
            carrier.wake(is_last=True)
        until_s = self._seams.monotonic() + within_s
        for carrier in self._carriers:
            carrier.thread.join(max(0.0, until_s - self._seams.monotonic()))


class Carrier:
    """Goes to one place. Its thread is started by its owner."""

    def __init__(self, ledger: Anchored, log: AnchoredLog, place: Place, seams: AnchoringSeams) -> None:
        self._ledger = ledger
        self._log = log
        self._place = place
        self._seams = seams
        self._changed = threading.Condition()
        self._is_asked = self._is_last = False
        self._wait_s = 0.0
        self._said: bool | None = None  # that it failed; True, that the place contradicts the log
        self._handed = b""
        self.thread = threading.Thread(target=self._run, name="fleaglass-ledger-anchor", daemon=True)

    def wake(self, *, is_last: bool = False) -> None:
        """Go now; for the last time."""
        with self._changed:
            self._is_asked = True
            self._is_last = self._is_last or is_last
            self._changed.notify()

    @property
    def next_in_s(self) -> float:
        """So long after the last time it goes again, unless it is woken."""
        return self._wait_s or self._seams.every_s

    def once(self) -> None:
        """Hand the newest checkpoint over, if the place does not have it."""
        try:
            note = self._ledger.checkpoint()
        except LedgerError:
            return  # the ledger has said why it has none
        text = Note.parse(note).text if note else b""
        if text == self._handed:
            return
        try:
            self._ledger.keep_anchor(self._place.hand(note, self._log), self._place.name)
        except NotAnchored as error:
            self._failed(str(error), contradicts=error.contradicts)
        except LedgerClosed:
            return  # it came after the end, and is asked for again by who opens the log next
        except LedgerError as error:
            self._failed(f"what it gave back is not kept: {error}", contradicts=False)
        else:
            self._handed = text
            self._worked()

    def _run(self) -> None:
        with suppress(LedgerError):
            for each in self._ledger.anchors():
                if each.source == self._place.name:
                    self._handed = each.checkpoint.text
        is_last = False
        while not is_last:
            with self._changed:
                self._changed.wait_for(lambda: self._is_asked, self.next_in_s)
                self._is_asked, is_last = False, self._is_last
            self.once()

    def _failed(self, why: str, *, contradicts: bool) -> None:
        self._wait_s = min(max(2 * self._wait_s, _FIRST_WAIT_S), _LONGEST_WAIT_S)
        if self._said is None or (contradicts and not self._said):
            what = "does not accept this ledger as it is now" if contradicts else "does not take its checkpoints"
            self._seams.say(f"{self._place.name} {what}: {why}")
            self._said = contradicts

    def _worked(self) -> None:
        if self._said is not None:
            self._seams.say(f"{self._place.name} has the ledger's newest checkpoint again")
        self._wait_s, self._said = 0.0, None
