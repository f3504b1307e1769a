"""The thread that folds: a while after an append, at 256 entries, or when somebody asks.

It takes what is committed by then, and rests for as long as it took, so that under load its steps are bigger: commits,
which go on meanwhile, have the disk for themselves half of the time (measured: a quarter more of them). What the disk
does not take is tried again, and stays in the WAL until then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from fleaglass.ledger.errors import LedgerClosed, LedgerError, LedgerKeyError, LedgerWriteError
from fleaglass.ledger.storage.commit import Committer
from fleaglass.ledger.storage.fold import Fold, has_orders
from fleaglass.ledger.storage.wal import Wal

__all__ = ["Checkpointer"]

_MOST_ENTRIES: Final = 256


class Checkpointer:
    """It.

    Args:
        wal: what is folded.
        committer: only what it has brought to the disk is.
        fold: how.
        lock: the ledger's, held by whoever calls `wrote`.
        latest_s: so long after an append it is done; also until what failed is tried again.
        mono_ns: a clock that never goes back.
        note_intents: writes down what is open among so many entries.
        say: is told, in a sentence, when folding fails, and when it goes on.
    """

    def __init__(
        self,
        wal: Wal,
        committer: Committer,
        fold: Fold,
        lock: threading.RLock,
        latest_s: float,
        mono_ns: Callable[[], int],
        note_intents: Callable[[int], None],
        say: Callable[[str], None],
    ) -> None:
        self._wal = wal
        self._committer = committer
        self._fold = fold
        self._lock = lock
        self._changed = threading.Condition(lock)
        self._latest_s = latest_s
        self._mono_ns = mono_ns
        self._rest_s = 0.0
        self._note_intents = note_intents
        self._say = say
        self._asked: list[Future[bytes]] = []
        self._is_ending = self._is_told = False
        self.failure: LedgerError | None = None
        """Why the last fold failed, until one does not."""
        self.final_failure: LedgerError | None = None
        """Why none will be made any more."""
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="fleaglass-ledger-fold", daemon=True)
        self._thread.start()

    def wrote(self) -> None:
        """An entry was written. The ledger's lock is held."""
        if not self._is_told or len(self._wal.records) == _MOST_ENTRIES:
            self._changed.notify()
            self._is_told = True  # last, since Ctrl-C may come in between

    def checkpoint(self) -> bytes:
        """Fold now. The checkpoint over all that was appended before; empty if the log is."""
        asked: Future[bytes] = Future()
        with self._changed:
            if self.final_failure is not None:
                raise self.final_failure
            if self._is_ending:
                raise LedgerClosed("the ledger is closed")
            self._asked.append(asked)
            self._changed.notify()
        return asked.result()

    def end(self) -> None:
        """Fold the rest, and end. What cannot be folded stays in the WAL; it was said."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over:
            asked = self._wait()
            began_ns = self._mono_ns()
            try:
                self._once()
            except LedgerError as error:
                self._fail(error, asked)
            except OSError as error:  # of a look at what is there
                self._fail(LedgerWriteError(f"the ledger cannot be folded: {error}"), asked)
            except Exception as error:
                self._fail(LedgerError(f"BUG: the ledger cannot be folded: {error!r}"), asked)  # nobody waits for ever
                raise
            else:
                self._rest_s = (self._mono_ns() - began_ns) / 1e9
                if self.failure is not None:
                    self._say("the ledger has a new checkpoint again")
                self.failure = None
                for each in asked:
                    each.set_result(self._fold.note)

    def _wait(self) -> list[Future[bytes]]:
        """Until there is something to do; who asked for it."""

        def is_asked() -> bool:
            return bool(self._asked) or self._is_ending

        with self._changed:
            self._changed.wait_for(is_asked, self._rest_s)
            if self.failure is None and self._fold.is_settled:
                self._changed.wait_for(lambda: is_asked() or self._wal.records or self._wal.has_folded_segments)
            if self._fold.is_settled or self.failure is not None:
                many = _MOST_ENTRIES if self.failure is None else float("inf")
                self._changed.wait_for(lambda: is_asked() or len(self._wal.records) >= many, self._latest_s)
            self._is_over = self._is_ending
            self._is_told = False
            asked, self._asked = self._asked, []
            return asked

    def _once(self) -> None:
        size = self._size_to_fold()
        self._committer.wait_for(size)
        with self._lock:
            records = self._wal.records[: size - self._wal.first]
        self._fold.fold(records)
        with self._lock:
            self._wal.forget(self._fold.size)
        if self._wal.has_folded_segments or self._is_over:
            self._note_intents(self._fold.size)
        if self._wal.has_folded_segments:
            self._wal.remove_folded_segments()

    def _size_to_fold(self) -> int:
        """So many entries the log has; the next ones go to another segment if this one is to be removed."""
        while True:
            prepared = self._wal.prepare() if self._has_to_turn() else None
            with self._lock:
                if prepared is not None:
                    self._wal.turn(prepared)
                elif self._has_to_turn():  # since a moment
                    continue
                return self._wal.size

    def _has_to_turn(self) -> bool:
        """Also when there is an order in it, which may be to erase what is in it too."""
        return self._wal.is_half_full or has_orders(self._wal.records_here)

    def _fail(self, error: LedgerError, asked: list[Future[bytes]]) -> None:
        if self.failure is None:
            self._say(f"the ledger has no new checkpoint: {error}")
        is_passing = isinstance(error, LedgerKeyError) or (isinstance(error, LedgerWriteError) and not error.is_final)
        with self._lock:
            self.failure = error
            if not is_passing:
                self.final_failure, self._is_over = error, True
            asked, self._asked = asked + self._asked, []
        for each in asked:
            each.set_exception(error)
