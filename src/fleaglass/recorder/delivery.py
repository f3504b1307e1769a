"""The way from something recorded to the server that wants it: a bounded queue and one thread that empties it.

    put ──▶ queue ──(linger 250 ms, or a full batch)──▶ send ──▶ accepted            forgotten
             │                                              ├──▶ not now             kept, tried again, oldest first
             └─ full: the oldest goes, counted              └──▶ refused for good    dropped, counted

The SDK's own batch processor is not used, because it forgets a batch when its exporter gives up after 10 s, blocks the
caller of a flush for as long as the exporter likes, reports success whatever happened, and logs a line per attempt.
Here a batch stays until the collector has it, ``flush`` is bounded and truthful, and an outage is two log lines: one
when the destination goes down, one when it is back.

Spans, log records and what goes to Sentry each have a delivery of their own, so that none waits behind another. The
thread starts with the first item, so creating an agent costs nothing and touches nothing.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from fleaglass._forks import in_forked_children
from fleaglass.recorder.guard import guard, logger
from fleaglass.recorder.sender import Accepted, Answer, NotNow, Refused, Sender

__all__ = ["Counts", "Delivery"]

ItemT = TypeVar("ItemT")

_FIRST_RETRY_S: Final = 0.25
_LONGEST_RETRY_S: Final = 5.0
_RETRY_IN_A_HURRY_S: Final = 0.1


@dataclass(slots=True)
class Counts:
    """Items since the start. ``recorded == accepted + rejected + dropped + waiting``."""

    recorded: int = 0
    accepted: int = 0
    rejected: int = 0
    dropped: int = 0

    @property
    def settled(self) -> int:
        """Items that nobody waits for any more."""
        return self.accepted + self.rejected + self.dropped


class Delivery(Generic[ItemT]):
    """The queue and its thread. Every method may be called from any thread.

    Args:
        sender: makes one attempt.
        capacity: most items kept while the destination is away.
        batch: most items in one attempt.
        linger_s: how long the first item of a batch waits for company, in seconds.
        what: what the items are, for the log.
        setting: name of the setting that ``capacity`` came from, for the log.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        sender: Sender[ItemT],
        *,
        capacity: int,
        batch: int,
        linger_s: float,
        what: str = "spans",
        setting: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sender = sender
        self._capacity = capacity
        self._batch = min(batch, capacity)
        self._what = what
        self._limit = f"{self._capacity} {what}, {setting}" if setting is not None else f"{self._capacity} {what}"
        self._linger_s = linger_s
        self._monotonic = monotonic
        self._queue: deque[ItemT] = deque()
        self._counts = Counts()
        self._down_since: float | None = None
        self._said_full = False
        self._set_up_thread()
        in_forked_children(self._after_fork)

    def _set_up_thread(self) -> None:
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._leaving = False
        self._in_a_hurry = False

    def _after_fork(self) -> None:
        """The parent keeps the queue and delivers it; the child starts with an empty one, and its own lock."""
        self._queue.clear()
        self._counts = Counts()
        self._set_up_thread()

    # Called by the agent -----------------------------------------------------------------------------------------

    def put(self, item: ItemT, *, instead_of: ItemT | None = None) -> None:
        """Take an item. Never blocks on the network.

        Args:
            item: what is to be delivered.
            instead_of: an earlier one that is out of date now. If it still waits it is dropped, and counted.
        """
        overflowed = False
        with self._changed:
            if instead_of is not None:
                self._withdraw(instead_of)
            self._counts.recorded += 1
            if self._leaving:
                self._counts.dropped += 1
                return
            if len(self._queue) >= self._capacity:
                self._queue.popleft()
                self._counts.dropped += 1
                overflowed = True
            self._queue.append(item)
            if len(self._queue) in (1, self._batch):
                self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fleaglass-delivery", daemon=True)
                self._thread.start()
        if overflowed and not self._said_full:
            self._say_full()

    def counts(self) -> Counts:
        """How many items went where, so far."""
        with self._changed:
            now = self._counts
            return Counts(now.recorded, now.accepted, now.rejected, now.dropped)

    def flush(self, timeout_s: float) -> bool:
        """Wait until every item recorded so far is settled, at most ``timeout_s`` seconds.

        Returns whether the collector has all of them.
        """
        with self._changed:
            target = self._counts.recorded
            lost = self._counts.rejected + self._counts.dropped
            self._in_a_hurry = True
            self._changed.notify_all()
            in_time = self._changed.wait_for(lambda: self._counts.settled >= target, timeout_s)
            self._in_a_hurry = False
            return in_time and self._counts.rejected + self._counts.dropped == lost

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``, then stop. What could not be delivered in time is dropped, counted and named in the log."""
        delivered_all = self.flush(timeout_s)
        with self._changed:
            self._leaving = True
            left = len(self._queue)
            self._counts.dropped += left
            self._queue.clear()
            self._changed.notify_all()
        if left:
            logger.warning(
                "%d %s were not delivered to %s within %.1f s of the end and are lost",
                left,
                self._what,
                self._sender.destination,
                timeout_s,
            )
        return delivered_all

    def _withdraw(self, item: ItemT) -> None:
        for index in range(self._batch, len(self._queue)):  # what comes before may be under way
            if self._queue[index] is item:
                del self._queue[index]
                self._counts.dropped += 1
                return

    def _say_full(self) -> None:
        """Not under the lock: handlers of the program's log have locks of their own, and record things as well."""
        self._said_full = True
        logger.warning(
            "the queue to %s is full (%s); dropping the oldest until it takes more",
            self._sender.destination,
            self._limit,
        )

    # The thread --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        retry_s = 0.0
        while (batch := self._next_batch(retry_s)) is not None:
            answer: Answer = Refused("internal error")  # not NotNow: one bad batch would hold up all that follow
            with guard(f"sending {self._what}"):
                answer = self._sender.send(batch)
            if isinstance(answer, NotNow):
                self._went_down(answer.why)
                retry_s = min(answer.retry_after_s or max(2 * retry_s, _FIRST_RETRY_S), _LONGEST_RETRY_S)
            else:
                self._settle(batch, answer)
                retry_s = 0.0

    def _next_batch(self, retry_s: float) -> list[ItemT] | None:
        """The oldest items, left in the queue until they are settled; None when it is time to stop.

        Waits for a first item, then a little for company; after a failure, for ``retry_s``.
        """
        with self._changed:
            while not self._queue and not self._leaving:
                self._changed.wait()
            if retry_s:
                # A flush makes it try again at once, then every tenth of a second: the collector may be back.
                hurried = self._changed.wait_for(lambda: self._in_a_hurry or self._leaving, retry_s)
                if hurried and not self._leaving:
                    self._changed.wait(_RETRY_IN_A_HURRY_S)
            else:
                self._changed.wait_for(
                    lambda: self._in_a_hurry or self._leaving or len(self._queue) >= self._batch, self._linger_s
                )
            return None if self._leaving else list(islice(self._queue, self._batch))

    def _settle(self, batch: Sequence[ItemT], answer: Accepted | Refused) -> None:
        self._came_back()
        with self._changed:
            settled = 0
            # While the batch was under way the queue may have overflowed at its old end: those are counted already.
            for item in batch:
                if self._queue and self._queue[0] is item:
                    self._queue.popleft()
                    settled += 1
            rejected = settled if isinstance(answer, Refused) else min(answer.rejected, settled)
            self._counts.rejected += rejected
            self._counts.accepted += settled - rejected
            self._changed.notify_all()
        if isinstance(answer, Refused):
            say = f"{self._sender.destination} refuses {self._what}: {answer.why}"
            guard.say(f"refused {self._what} {answer.why}", say)
        elif rejected:
            say = f"{self._sender.destination} rejected {rejected} of {len(batch)} {self._what}"
            guard.say(f"rejected some {self._what}", say)

    def _went_down(self, why: str) -> None:
        if self._down_since is None:
            self._down_since = self._monotonic()
            say = "%s is down (%s); %s wait here until it is back"
            logger.warning(say, self._sender.destination, why, self._what)

    def _came_back(self) -> None:
        self._said_full = False
        if self._down_since is not None:
            away_s = self._monotonic() - self._down_since
            self._down_since = None
            dropped = self.counts().dropped
            logger.warning(
                "%s is back after %.1f s; %d %s dropped so far", self._sender.destination, away_s, dropped, self._what
            )
