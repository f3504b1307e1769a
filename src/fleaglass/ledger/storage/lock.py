"""One writer per log: a lock of the system, which ends with its process, whatever ends that."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from fleaglass._forks import in_forked_children
from fleaglass.ledger.errors import LedgerBusy
from fleaglass.ledger.storage.files import writing, written
from fleaglass.ledger.storage.system import System

__all__ = ["WriterLock"]


class WriterLock:
    """The lock, held from now on.

    Args:
        path: of the lock file.
        system: the system calls.

    Raises:
        LedgerBusy: somebody else has it.
        LedgerWriteError: it cannot be made.
    """

    def __init__(self, path: Path, system: System) -> None:
        self._system = system
        self._handle = -1
        in_forked_children(self.end)
        with writing(path):
            self._handle = system.open(path, os.O_RDWR | os.O_CREAT)
        try:
            with writing(path):
                system.lock(self._handle)
                system.truncate(self._handle, 0)
            written(system, self._handle, f"{os.getpid()}\n".encode(), 0, path)
        except BaseException as error:
            self.end()
            if isinstance(error.__cause__, BlockingIOError):
                raise LedgerBusy(
                    f"{path.parent.parent} is written by process {_holder(path)}; one log has one writer: "
                    "end that one, or give this agent a name of its own"
                ) from None
            raise

    def end(self) -> None:
        """Give it back. In a forked child only the child's handle is closed: the parent keeps the lock."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            with suppress(OSError):
                self._system.close(handle)


def _holder(path: Path) -> str:
    try:
        return path.read_text().strip() or "?"
    except OSError:
        return "?"
