"""The link to one destination for one signal: an outlet, and the thread in which it waits for the network.

All journals that send this signal there share it. It takes one batch at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final

from fleaglass.shipper.answer import Answer, NotNow, Refused
from fleaglass.shipper.batch import Batch, Outlet, Signal
from fleaglass.shipper.outage import Outage, Waits

__all__ = ["Link"]

_QUICK_S: Final = 1.0
_logger: Final = logging.getLogger("fleaglass.shipper")


class Link:
    """Its methods are for the shipper's thread.

    Args:
        signal: what it carries.
        outlet: makes one attempt.
        outage: of the destination.
        waits: between two attempts.
        answered: called in the link's own thread when there is an answer.
    """

    def __init__(
        self, signal: Signal, outlet: Outlet, outage: Outage, waits: Waits, answered: Callable[[], None]
    ) -> None:
        self.signal = signal
        self.outage = outage
        self.waits = waits
        self._outlet = outlet
        self._answered = answered
        self._batches: SimpleQueue[Batch | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._settle: Callable[[Answer], None] | None = None
        self._sent_at_s = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a batch is under way."""
        return self._settle is not None

    def keeps_up(self, now_s: float) -> bool:
        """Whether it answers, and within a second: one that does not is waited for by nobody."""
        return self.waits.why is None and (not self.is_busy or now_s - self._sent_at_s < _QUICK_S)

    def send(self, batch: Batch, settle: Callable[[Answer], None], now_s: float) -> None:
        """Send it; ``settle`` is called by ``collect``."""
        assert not self.is_busy
        self._sent_at_s = now_s
        self._settle = settle
        self._batches.put(batch)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"fleaglass-{self.signal}", daemon=True)
            self._thread.start()

    def collect(self, now_s: float) -> bool:
        """Settle what has been answered; whether there was something."""
        if self._settle is None or self._answers.empty():
            return False
        answer, settle, self._settle = self._answers.get(), self._settle, None
        if isinstance(answer, NotNow):
            self.waits.failed(now_s, answer.why, answer.retry_after_s)
            self.outage.failed(self.signal, now_s, answer.why)
        else:
            self.waits.worked()
            self.outage.worked(self.signal, now_s)
        settle(answer)
        return True

    def close(self) -> None:
        """End the thread once it is done with what is under way."""
        self._batches.put(None)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            self._answers.put(self._attempt(batch))
            self._answered()

    def _attempt(self, batch: Batch) -> Answer:
        try:
            return self._outlet.send(batch)
        except Exception:
            # Refused and not NotNow: one batch that cannot be sent would hold up all that follow.
            _logger.exception("internal error while sending %s", batch.id)
            return Refused("internal error")
