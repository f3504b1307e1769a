"""Group commit: one thread brings to the disk what was written, for all that wait at once.

::

    append ─ write ─┬─────────▶ ┐            a while after the first, or at once when somebody waits
    append ─ write ─┼▶ durable ─┼─ fdatasync ─▶ done, done
    append ─ write ─┴▶ durable ─┘

An entry that nobody asks about has no future: making one takes as long as the write itself.

A thread that is woken by the first of many would sync for that one alone, and the many would wait twice. So, when many
asked for the last batch, it waits for as many again, but not longer than `_GATHER_S`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, Final

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.storage.loops import LoopWaiters
from fleaglass.ledger.storage.wal import Wal

__all__ = ["Committer", "Durable"]

_GATHER_S: Final = 0.002


class Durable(Future[None]):
    """Done when the entry is on the disk; whoever waits for it makes it happen at once.

    Tasks of an event loop await it as it is.
    """

    def __init__(self, committer: Committer) -> None:
        super().__init__()
        self._committer = committer

    def cancel(self) -> bool:
        """It cannot be: the entry is written."""
        return False

    def result(self, timeout: float | None = None) -> None:
        """Wait. Raises what kept it from the disk, or ``TimeoutError``."""
        self._committer.hurry()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for what kept it from the disk, if anything did."""
        self._committer.hurry()
        return super().exception(timeout)

    def __await__(self) -> Generator[Any, None, None]:
        """Wait in an event loop, which goes on. Raises what kept it from the disk."""
        self._committer.hurry()
        yield from self._committer.loops.wait(self).__await__()
        super().result()

    def add_done_callback(self, fn: Callable[[Future[None]], object]) -> None:
        """Have this called when it is done."""
        super().add_done_callback(fn)
        self._committer.hurry()


class Committer:
    """The thread that commits.

    Args:
        wal: what it brings to the disk.
        lock: the ledger's, held by whoever calls `wrote`.
        latest_s: so long after an append it is done.
    """

    def __init__(self, wal: Wal, lock: threading.RLock, latest_s: float) -> None:
        self._wal = wal
        self._latest_s = latest_s
        self._changed = threading.Condition(lock)
        self._done = threading.Condition(lock)
        self._asked: list[tuple[int, Durable]] = []
        """Futures that are not done yet, each with the index of its entry."""
        self._last_batch = 1
        self.loops = LoopWaiters()
        """Tasks that wait for what is done here."""
        self._is_told = self._is_hurried = self._is_ending = False
        self._taken = self.committed = wal.size
        """So many entries are on the disk."""
        self.failure: LedgerError | None = None
        self._thread = threading.Thread(target=self._run, name="fleaglass-ledger-commit", daemon=True)
        self._thread.start()

    def wrote(self) -> None:
        """An entry was written. The ledger's lock is held."""
        if not self._is_told:
            self._changed.notify()
            self._is_told = True  # last, since Ctrl-C may come in between

    def durable(self, index: int) -> Durable:
        """The future of an entry that was written."""
        durable = Durable(self)
        if index < self.committed:  # without the lock, which may never be free in a forked child
            durable.set_result(None)
            return durable
        with self._changed:
            if index < self.committed:
                durable.set_result(None)
            elif self.failure is not None:
                durable.set_exception(self.failure)
            else:
                self._asked.append((index, durable))
                if self._is_hurried and len(self._asked) == self._last_batch:
                    self._changed.notify()
        return durable

    def hurry(self) -> None:
        """Somebody waits."""
        if not self._is_hurried:
            with self._changed:
                if self._has_more and not self._is_hurried:
                    self._is_hurried = True
                    self._changed.notify()

    def wait_for(self, size: int) -> None:
        """Wait until so many entries are on the disk. Raises what keeps them from it."""
        self.hurry()
        with self._done:
            self._done.wait_for(lambda: self.committed >= size or self.failure is not None)
            if self.failure is not None:
                raise self.failure

    def end(self) -> None:
        """Commit what was written, and end."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            size, handles = batch
            try:
                self._wal.sync(handles)
            except LedgerError as error:
                self._fail(error)
                return
            except Exception as error:
                self._fail(LedgerError(f"BUG: the ledger cannot be committed: {error!r}"))
                raise
            with self._done:
                self.committed = size
                done = [durable for index, durable in self._asked if index < size]
                self._asked = [(index, durable) for index, durable in self._asked if index >= size]
                self._done.notify_all()
            for durable in done:
                durable.set_result(None)
            self.loops.wake()

    def _next_batch(self) -> tuple[int, tuple[int, ...]] | None:
        """What to commit now; waits for it. None: it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_more or self._is_ending)
            self._changed.wait_for(lambda: self._is_hurried or self._is_ending, self._latest_s)
            if self._last_batch > 1 and not self._is_ending:
                self._changed.wait_for(lambda: len(self._asked) >= self._last_batch, _GATHER_S)
            self._is_told = self._is_hurried = False
            self._last_batch = max(1, len(self._asked))
            if not self._has_more:
                return None
            self._taken = self._wal.size
            return self._taken, self._wal.handles()

    @property
    def _has_more(self) -> bool:
        return self._wal.size > self._taken

    def _fail(self, error: LedgerError) -> None:
        """Nothing is acknowledged any more."""
        with self._done:
            self.failure = error
            asked, self._asked = self._asked, []
            self._done.notify_all()
        for _, durable in asked:
            durable.set_exception(error)
        self.loops.wake()
