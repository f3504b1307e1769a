"""Group commit: many requests, one insert, and nobody is answered before the rows are on disk.

A commit costs tens of milliseconds whatever its size, so one thread gathers what is waiting into a group, joins the
bodies (concatenated protobuf messages are one message, and JSON lines are lines) and inserts them together. When the
engine refuses a group's bytes, each body goes in alone, so that a bad one cannot take its neighbours with it.
Who is in the next group, and who may wait at all, is a matter of fairness between senders: fair.py.

A body that was committed a moment ago, or is being committed, is a retry: it gets the first one's answer and is not
inserted again. Older retries add no rows either, since rows replace by identity.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, get_args

from fleaglass.hub.store.engine import EngineError, Intake, Signal
from fleaglass.hub.store.fair import Entry, FairQueue
from fleaglass.hub.store.pace import Pace

__all__ = ["RETRY_AFTER_S", "Batch", "Busy", "Commit", "Counters", "Refused", "Unavailable", "Writer"]

GROUP_ROWS: Final = 16_384  # a larger group is no cheaper per span, and its senders wait longer
SHARE_ROWS: Final = 512
"""One sender's share of a group while others send little. They wait for two commits: with 512 rows in each that is
half as long again as alone, with 1,024 three times (bench/runaway.py)."""
QUIET_S: Final = 0.004  # a group closes when nothing has come for this long …
LINGER_S: Final = 0.040  # … or when gathering has taken this long
QUEUE_BYTES: Final = 128 * 1024 * 1024
REMEMBERED: Final = 4096  # digests of committed bodies: minutes at full load, longer than exporters' retries

PARSE_ERRORS: Final = frozenset(
    {
        6,  # CANNOT_PARSE_TEXT
        27,  # CANNOT_PARSE_INPUT_ASSERTION_FAILED
        32,  # ATTEMPT_TO_READ_AFTER_EOF
        33,  # CANNOT_READ_ALL_DATA
        41,  # CANNOT_PARSE_DATETIME
        69,  # ARGUMENT_OUT_OF_BOUND
        117,  # INCORRECT_DATA
        131,  # TOO_LARGE_STRING_SIZE
        252,  # TOO_MANY_PARTS, of one insert: its rows lie on more days than MOST_DAYS
        407,  # DECIMAL_OVERFLOW
        436,  # PROTOBUF_BAD_CAST
        444,  # UNKNOWN_PROTOBUF_FORMAT
    }
)
"""The engine's error codes that speak of the bytes it was given, not of itself."""

_log = logging.getLogger(__name__)


RETRY_AFTER_S: Final = 2.0
"""After an engine's failure, which nobody knows the length of."""


class Unavailable(Exception):
    """The store cannot take it now; nothing of the request was acknowledged, and a retry stores each row once.

    `retry_after_s` is how long the sender should wait before it tries again.
    """

    def __init__(self, message: str, retry_after_s: float = RETRY_AFTER_S) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Busy(Unavailable):
    """More of this sender is waiting than may wait."""


class Refused(Exception):
    """The engine could not read this body, alone."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's telemetry, checked: `body` as Engine.insert takes it, `rows` the rows it will make.

    `sender` is the agent, as far as the request says; "" is a sender like any other.
    """

    signal: Intake
    body: bytes
    rows: int
    sender: str = ""


class _Engine(Protocol):
    def insert(self, signal: Intake, body: bytes) -> None: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    batch: Batch
    digest: bytes
    future: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Commit:
    """One group that is on disk."""

    kind: Intake
    rows: int
    requests: int
    senders: frozenset[str]
    seconds: float


@dataclass(slots=True)
class Counters:
    """What the writer has done since the hub started; rows by signal."""

    commits: int = 0
    commit_s: float = 0.0
    last: Commit | None = None
    rows: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((*get_args(Signal), "open", "events", "attachments"), 0)
    )
    retries: int = 0
    refused: int = 0
    failed: int = 0


class Writer:
    """One thread that owns all inserts. `submit` is called on the event loop, from which the futures are resolved."""

    def __init__(
        self,
        engine: _Engine,
        on_commit: Callable[[Counters], None] = lambda counters: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.counters = Counters()
        self._engine = engine
        self._on_commit = on_commit
        self._chance = chance
        self._queue: FairQueue[_Waiting] = FairQueue(QUEUE_BYTES, GROUP_ROWS, SHARE_ROWS)
        self._pace = Pace()
        self._wake = threading.Condition()
        self._stopping = False
        self._under_way: dict[bytes, asyncio.Future[None]] = {}
        self._committed: OrderedDict[bytes, None] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="fleaglass-writer", daemon=True)

    @property
    def waiting(self) -> int:
        """Requests that wait to be committed, or are being."""
        return len(self._under_way)

    @property
    def waiting_bytes(self) -> int:
        """What of that has not been begun with, in bytes."""
        return self._queue.bytes

    def start(self) -> None:
        """Begin to commit; call it on the event loop that will call `submit`."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Commit what waits, then end. Blocks up to `timeout` seconds."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def check_room(self, sender: str, size: int) -> None:
        """Whether a sender may have so many bytes more waiting. Raises Busy, Unavailable."""
        queue = self._queue
        if queue.has_room(sender, size):
            return
        wait_s = self._pace.wait_s(queue.bytes, self._chance())
        if own := queue.bytes_of(sender):
            whose = sender or "senders that name no agent"
            raise Busy(f"{own} bytes of {whose} wait to be stored, of {QUEUE_BYTES - queue.bytes} that may", wait_s)
        raise Unavailable(f"{queue.bytes} bytes wait to be stored, of {QUEUE_BYTES} that may", wait_s)

    async def submit(self, batch: Batch) -> None:
        """Return once the batch's rows are on disk.

        Raises Refused (these bytes cannot be read), Busy (its sender has too much waiting) or Unavailable (the engine
        failed, or the queue is full of others' telemetry).
        """
        if not batch.rows:
            return
        digest = hashlib.sha256(batch.signal.encode() + batch.body).digest()
        if digest in self._committed:
            self.counters.retries += 1
            return
        under_way = self._under_way.get(digest)
        if under_way is not None:
            self.counters.retries += 1
            await asyncio.shield(under_way)
            return
        # The rows are committed whether or not the client stays for the answer, so its leaving must not cancel them.
        await asyncio.shield(self._enqueue(batch, digest))

    def _enqueue(self, batch: Batch, digest: bytes) -> asyncio.Future[None]:
        assert self._loop is not None, "BUG: submit before start"
        with self._wake:
            if self._stopping:
                raise Unavailable("the hub is stopping")
            self.check_room(batch.sender, len(batch.body))
            future: asyncio.Future[None] = self._loop.create_future()
            self._under_way[digest] = future
            waiting = _Waiting(batch, digest, future)
            self._queue.put(Entry(waiting, batch.signal, batch.sender, batch.rows, len(batch.body)), time.monotonic())
            self._wake.notify()
        return future

    # --- the writer's thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while group := self._gather():
            began = time.monotonic()
            outcomes = self._commit(group)
            seconds = time.monotonic() - began
            assert self._loop is not None
            try:
                self._loop.call_soon_threadsafe(self._settle, group, outcomes, seconds)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

    def _gather(self) -> list[_Waiting]:
        """The next group, all of one signal; empty when stopping and nothing waits."""
        with self._wake:
            while not self._queue and not self._stopping:
                self._wake.wait()
            if not self._queue:
                return []
            signal, now = self._queue.next_kind(), time.monotonic()
            deadline, seen = now + LINGER_S, -1
            while len(self._queue) != seen and not self._stopping and not self._queue.is_ripe(signal, now):
                seen = len(self._queue)
                if now >= deadline or not self._wake.wait(min(QUIET_S, deadline - now)):
                    break
                now = time.monotonic()
            return self._queue.take(signal, now)

    def _commit(self, group: list[_Waiting]) -> list[Exception | None]:
        """Insert the group; one outcome a member, None when it is on disk."""
        failure = self._insert([waiting.batch for waiting in group])
        if isinstance(failure, Refused) and len(group) > 1:
            return [self._insert([waiting.batch]) for waiting in group]
        return [failure] * len(group)

    def _insert(self, batches: list[Batch]) -> Exception | None:
        signal = batches[0].signal
        try:
            self._engine.insert(signal, b"".join(batch.body for batch in batches))
        except EngineError as error:
            if getattr(error, "code", None) in PARSE_ERRORS:
                return Refused(_first_line(error))
            _log.error("the store failed to commit %d %s: %s", len(batches), signal, _first_line(error))
            return Unavailable(_first_line(error))
        except Exception as error:
            _log.exception("the store failed to commit %d %s", len(batches), signal)
            return Unavailable(f"{type(error).__name__}: {_first_line(error)}")
        return None

    # --- back on the event loop --------------------------------------------------------------------------------------

    def _settle(self, group: list[_Waiting], outcomes: list[Exception | None], seconds: float) -> None:
        for waiting, outcome in zip(group, outcomes, strict=True):
            self._under_way.pop(waiting.digest, None)
            if outcome is None:
                self._remember(waiting.digest)
                self.counters.rows[waiting.batch.signal] += waiting.batch.rows
            elif isinstance(outcome, Refused):
                self.counters.refused += waiting.batch.rows
            else:
                self.counters.failed += 1
            if not waiting.future.done():
                waiting.future.set_exception(outcome) if outcome else waiting.future.set_result(None)
                waiting.future.exception()  # the sender may have left: an answer nobody fetches is no error
        if any(outcome is None for outcome in outcomes):
            batches = [waiting.batch for waiting in group]
            senders = frozenset(batch.sender for batch in batches)
            rows = sum(batch.rows for batch in batches)
            self.counters.commits += 1
            self.counters.commit_s += seconds
            self.counters.last = Commit(batches[0].signal, rows, len(batches), senders, seconds)
            self._pace.committed(sum(len(batch.body) for batch in batches), seconds)
        self._on_commit(self.counters)

    def _remember(self, digest: bytes) -> None:
        self._committed[digest] = None
        while len(self._committed) > REMEMBERED:
            self._committed.popitem(last=False)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
