"""Who sends on what an agent writes into its journal.

    process    a shipper beside the agent, one for all agents of a home; it stays until all is sent     the default
    thread     a thread of this process, for where no other process can live
    off        nobody: the journal waits for a shipper that somebody else runs

It begins with the first record, and again in a forked child; creating an agent starts nothing.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from fleaglass._forks import Lock
from fleaglass.journal.cursors import ask_for_hurry
from fleaglass.recorder.guard import guard

if TYPE_CHECKING:
    from fleaglass.shipper.thread import ShipperThread

__all__ = ["Shipping", "ShippingMode"]

ShippingMode: TypeAlias = Literal["process", "thread", "off"]

_threads: Final[dict[tuple[int, Path], ShipperThread]] = {}
"""Of this process, by process id, because threads do not survive a fork, and home."""
_lock: Final = Lock()


class Shipping:
    """What sends the journals of a home. Its methods never raise.

    Args:
        mode: who does it.
        home: the folder of all journals.
    """

    def __init__(self, mode: ShippingMode, home: Path) -> None:
        self._mode: ShippingMode = mode
        self._home = home

    @property
    def outlives_the_process(self) -> bool:
        """Whether what is left when this process ends is sent without it."""
        return self._mode != "thread"

    def begin(self) -> None:
        """See to it that somebody does it."""
        with guard("starting the shipper"):
            if self._mode == "thread":
                self._thread()
            elif self._mode == "process":
                from fleaglass.shipper.launch import launch

                launch(self._home)

    def hurry(self, journal: Path, for_s: float) -> None:
        """Somebody waits for a journal to be sent, for so many seconds at most."""
        with guard("hurrying the shipper"):
            ask_for_hurry(journal, time.time_ns() + int(for_s * 1e9))
            if self._mode == "thread":
                self._thread().wake()

    def _thread(self) -> ShipperThread:
        from fleaglass.shipper.thread import ShipperThread

        place = os.getpid(), self._home
        with _lock:
            thread = _threads.get(place)
            if thread is None:
                thread = _threads[place] = ShipperThread(self._home)
            return thread
