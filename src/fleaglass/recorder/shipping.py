"""Who sends on what an agent writes into its journal.

    process    a shipper beside the agent, one for all agents of a home; it stays until all is sent     the default
    thread     a thread of this process, for where no other process can live
    off        nobody: the journal waits for a shipper that somebody else runs

It begins with the first record, and again in a forked child; creating an agent starts nothing.
"""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from fleaglass import __version__
from fleaglass._forks import Lock
from fleaglass.journal.cursors import ask_for_hurry
from fleaglass.recorder.guard import guard
from fleaglass.shipper.launch import launch

if TYPE_CHECKING:
    from fleaglass.shipper import ShipperThread

__all__ = ["Shipping", "ShippingMode"]

ShippingMode: TypeAlias = Literal["process", "thread", "off"]

_LOOK_EVERY_S: Final = 0.005


class Shipping:
    """What sends one agent's journal. Its methods never raise.

    Args:
        mode: who does it.
        home: the folder of all journals.
    """

    def __init__(self, mode: ShippingMode, home: Path) -> None:
        self._mode: ShippingMode = mode
        self._home = home
        self._thread: ShipperThread | None = None
        if mode == "thread":
            # Loaded now: in a child that is forked while another thread loads it, it could not be loaded any more.
            import_module("fleaglass.shipper.thread")
            import_module("fleaglass.shipper.outlets")

    @property
    def outlives_the_process(self) -> bool:
        """Whether what is left when this process ends is sent without it."""
        return self._mode != "thread"

    def begin(self) -> None:
        """See to it that somebody does it."""
        with guard("starting the shipper"):
            if self._mode == "thread":
                self._thread = self._thread or _take_thread(self._home)
                self._thread.wake()
            elif self._mode == "process":
                launch(self._home, __version__)

    def hurry(self, journal: Path, for_s: float) -> None:
        """Somebody waits for a journal to be sent, for so many seconds at most."""
        with guard("hurrying the shipper"):
            ask_for_hurry(journal, time.time_ns() + int(for_s * 1e9))
            if self._thread is not None:
                self._thread.wake()

    def end(self, journal: Path | None, timeout_s: float) -> None:
        """The agent ends. A thread that sends for no other ends with it, within ``timeout_s`` seconds.

        It is given that time for what nobody has waited for yet, such as the last metrics of the journal.
        """
        with guard("ending the shipper"):
            if self._thread is not None:
                until_s = time.monotonic() + timeout_s
                self._thread.wake()
                while journal is not None and journal.exists() and time.monotonic() < until_s:
                    time.sleep(_LOOK_EVERY_S)
                self._thread = None
                _give_thread_back(self._home, max(0.0, until_s - time.monotonic()))


class _Shared(msgspec.Struct):
    thread: ShipperThread
    agents: int = 0


_threads: Final[dict[Path, _Shared]] = {}
"""Of this process, by home."""
_lock: Final = Lock()


def _take_thread(home: Path) -> ShipperThread:
    from fleaglass.shipper import Shipper, ShipperThread
    from fleaglass.shipper.outlets import make_outlet

    with _lock:
        if home not in _threads:
            _threads[home] = _Shared(ShipperThread(lambda: Shipper(home, make_outlet)))
        _threads[home].agents += 1
        return _threads[home].thread


def _give_thread_back(home: Path, timeout_s: float) -> None:
    with _lock:
        shared = _threads[home]
        shared.agents -= 1
        if shared.agents:
            return
        del _threads[home]
    shared.thread.stop(timeout_s)
