"""Telling the owner that the ledger cannot be written: once until it can be again."""

from __future__ import annotations

from fleaglass._forks import Lock
from fleaglass.ledger.errors import LedgerWriteError
from fleaglass.recorder import Core, current_span, guard
from fleaglass.recorder.guard import logger
from fleaglass.recorder.scrub import scrub

__all__ = ["Telling", "say"]


class Telling:
    """Of one agent's ledger: in the log as an error, and as an issue. Threads may share it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = Lock()
        self._told: set[str] = set()

    def tell(self, error: Exception) -> None:
        """Something keeps it from being written; of each kind the first is told."""
        kind = type(error).__name__
        with self._lock:
            if kind in self._told:
                return
            self._told.add(kind)
        about = f"the ledger of {self._core.agent_id} cannot be written, so what it spends is not recorded there"
        logger.error("%s: %s: %s", about, kind, scrub(str(error)))
        with guard("telling that the ledger cannot be written"):
            self._core.reporter.capture(error, current_span(), {"ledger": about})

    def opened(self) -> None:
        """It was opened: whatever goes wrong from now on is news."""
        with self._lock:
            self._told.clear()

    def wrote(self) -> None:
        """An entry was written: the disk has room again, if it had none."""
        if self._told:
            with self._lock:
                self._told.discard(LedgerWriteError.__name__)


def say(sentence: str) -> None:
    """What is good to know, once in the life of the process."""
    guard.say(sentence, sentence)
