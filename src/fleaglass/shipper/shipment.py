"""One journal on its way: its tail, its deliveries, and how far each is; gone when all of it has arrived.

::

    turn ──▶ look      what is new, whether its process lives
             follow    the front moves on, a few chunks at a time
             recover   once the process is dead, and all that it left is read (`recovery.py`)
             send      each delivery's next batch, as far as it is known that it must leave (`sieve.py`)
             report    metrics, when they are due (`metrics/`)
             show      what has been open for a while (`snapshots.py`)
             sweep     segments that every delivery has passed; at last, the folder
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

import msgspec

from fleaglass.journal.cursors import Cursor, Cursors, Position, hurry_until_ns, read_cursors, write_cursors
from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import SPILL, remove_journal
from fleaglass.journal.records import Opened
from fleaglass.journal.route import Destination, OtlpDestination, Route
from fleaglass.shipper.answer import Accepted, Answer, Refused
from fleaglass.shipper.batch import Signal
from fleaglass.shipper.delivery import Delivery
from fleaglass.shipper.link import Link
from fleaglass.shipper.lock import FileLock
from fleaglass.shipper.metrics import metrics_of, own_metrics
from fleaglass.shipper.metrics.report import Found, Mark, Reports
from fleaglass.shipper.recovery import recover
from fleaglass.shipper.sieve import Sieve
from fleaglass.shipper.snapshots import Snapshots
from fleaglass.shipper.tail import Tail, Trouble
from fleaglass.shipper.unfinished import Unfinished, read_unfinished

__all__ = ["Now", "Shipment", "deliveries_of"]

_CHUNKS_A_TURN: Final = 4
_WRITE_EVERY_S: Final = 1.0
_RECOVER_AGAIN_S: Final = 5.0


class Now(NamedTuple):
    """The time of one turn: by a clock that never goes back, in seconds; and in Unix nanoseconds."""

    s: float
    wall_ns: int


def deliveries_of(route: Route) -> list[tuple[str, Signal, Destination]]:
    """Name, signal and destination of each delivery that a journal has."""
    found: list[tuple[str, Signal, Destination]] = []
    for each in route.destinations:
        if isinstance(each, OtlpDestination):
            if each.traces is not None:
                found.append((f"{each.name}/traces", "traces", each))
            if each.logs is not None:
                found.append((f"{each.name}/logs", "logs", each))
        else:
            found.append((f"{each.name}/envelopes", "envelopes", each))
    return found


class Shipment:
    """Used by the shipper's thread.

    Args:
        folder: of the journal.
        route: where it goes.
        lock: on the journal; the shipment gives it back.
        links: by the name of the delivery or report.
        now_s: the time, by a clock that never goes back.
        say: called with a sentence; the same one twice is said once.
        new_id: gives 32 random hexadecimal digits.

    Raises:
        OSError: the folder cannot be read.
        NewerFormat: a newer shipper has been here.
    """

    def __init__(
        self,
        folder: Path,
        route: Route,
        *,
        lock: FileLock,
        links: Mapping[str, Link],
        now_s: float,
        say: Callable[[str], None],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self.folder = folder
        self.is_done = False
        """It has arrived, and is gone."""
        self._lock = lock
        self._links = links
        self._say = say
        self._agent_id = route.agent_id
        self._new_id = new_id
        self._cursors = self._read_cursors()
        known = self._cursors.deliveries
        self._cursors.deliveries = {name: known.get(name, Cursor()) for name, _, _ in deliveries_of(route)}
        self._unfinished = read_unfinished(folder)
        self._tail = Tail(folder, report=self._note, front=self._unfinished.at)
        self._tail.opened, self._tail.scopes = self._unfinished.opened, dict(self._unfinished.scopes)
        self._sieve = Sieve(route.keep_idle, self._tail, self._unfinished)
        self._deliveries = [
            Delivery(
                name,
                signal,
                self._tail,
                self._cursors.deliveries[name],
                agent_id=route.agent_id,
                most=route.batch,
                linger_s=route.linger_ms / 1000,
                is_superseded=self._unfinished.is_superseded,
                until=self._sieve.until if signal == "traces" else lambda: self._tail.front,
                sift=self._sieve.sift,
            )
            for name, signal, _ in deliveries_of(route)
        ]
        self._reports = Reports(route, links, now_s, self._say_refused)
        self._snapshots = Snapshots(route, links, self._say_refused)
        self._written: bytes | None = None
        self._written_at_s = -_WRITE_EVERY_S
        self._recover_at_s = 0.0
        self._is_behind = True
        self._is_due = True

    @property
    def is_alive(self) -> bool:
        """Whether its process lives, as of the last turn."""
        return not self._tail.is_over

    @property
    def has_more(self) -> bool:
        """Whether something of it is not settled."""
        return any(delivery.has_more for delivery in self._deliveries) or (
            self._is_complete and not self._reports.cover(self._mark)
        )

    @property
    def _is_complete(self) -> bool:
        """Whether all that there will be has been read."""
        return self._tail.is_over and self._unfinished.is_ended and not self._is_behind

    def metrics(self, wall_ns: int) -> Found | None:
        """The journal's metrics at this time; ``None`` while not all of it has been read."""
        if self._is_behind:
            return None
        opened, known = self._tail.opened or Opened(self._agent_id, {}, wall_ns, "", {}), self._unfinished
        derived = metrics_of(known.totals, started_ns=opened.started_ns, now_ns=wall_ns, lost=self._lost())
        return Found(opened, self._tail.journal.hex(), derived, own_metrics(known.readings), self._told_ns)

    def _lost(self) -> Mapping[str, int]:
        """How much of what the agent recorded will not arrive, by reason: what it could not write is part of it."""
        found = Counter({"refused": 0} | self._unfinished.dropped)
        for cursor in self._cursors.deliveries.values():
            found.update(cursor.losses)
        return found

    @property
    def _told_ns(self) -> int:
        """When the agent last told its own metrics."""
        return self._unfinished.readings.time_ns if self._unfinished.readings is not None else 0

    @property
    def _mark(self) -> Mark:
        """What a report covers that is made now. While something is on its way, it is not known what will be lost."""
        is_on_its_way = any(each.has_more for each in self._deliveries)
        return self._unfinished.measured, 0 if is_on_its_way else self._cursors.lost

    def turn(self, now: Now) -> bool:
        """Do what can be done now; whether there is more to do at once. Raises `NewerFormat`, ``OSError``."""
        self._tail.look()
        in_a_hurry = hurry_until_ns(self.folder) > now.wall_ns
        there_is_more = self._follow(now)
        self._sieve.decide(now.wall_ns, for_good=in_a_hurry or self._is_complete)
        due = [each for each in self._deliveries if self._may_leave(each, now, in_a_hurry)]
        self._is_due |= bool(due) or in_a_hurry or now.s - self._written_at_s >= _WRITE_EVERY_S
        if self._is_due:
            self._write(now)
        for delivery in due:
            self._send(delivery, now)
        if not self._is_behind:
            self._report(now)
            self._show(now)
        if not there_is_more:
            self._sweep(now)
        return there_is_more

    def close(self) -> None:
        """Leave the journal to another shipper, as it is now."""
        if not self.is_done:
            with suppress(OSError):
                write_cursors(self.folder, self._cursors)
        self._lock.release()

    # One turn ----------------------------------------------------------------------------------------------------

    def _follow(self, now: Now) -> bool:
        """Read on at the front; whether there may be more."""
        self._is_behind = True
        for _ in range(_CHUNKS_A_TURN):
            if any(self._tail.would_forget(at) for at in self._needed(now)):
                return False  # an answer comes soon, and the next turn with it
            chunk = self._tail.follow()
            if chunk is None:
                self._is_behind = False
                return self._recover(now)
            self._unfinished.see(chunk.records, chunk.segment)
        return True

    def _needed(self, now: Now) -> list[Position]:
        """How far those are that keep up: what is read for all of them at once is read once."""
        keep_up = (each for each in self._deliveries if self._links[each.name].keeps_up(now.s))
        return [needed for each in keep_up if (needed := each.needs) is not None]

    def _recover(self, now: Now) -> bool:
        """All that there is has been read. If that is all that there will be, end it; whether that made more."""
        if not self._tail.is_over or self._unfinished.is_ended or now.s < self._recover_at_s:
            return False
        try:
            spans, in_flight = recover(
                self.folder,
                self._noted(),
                number=max(self._tail.last_segment, self._tail.front.segment) + 1,
                journal=self._tail.journal,
                agent_id=self._agent_id,
                now_ns=now.wall_ns,
                new_id=self._new_id,
            )
        except OSError as error:
            self._recover_at_s = now.s + _RECOVER_AGAIN_S
            self._say(f"what {self._agent_id} left open cannot be closed, because {error}")
            return False
        self._say(f"{self._agent_id} died: {spans} spans were open, {in_flight} spends had left without an answer")
        return True

    def _may_leave(self, delivery: Delivery, now: Now, in_a_hurry: bool) -> bool:
        """Whether its next batch may leave now."""
        link = self._links[delivery.name]
        delivery.cursor.down = link.waits.why
        batch = delivery.next(now.s, in_a_hurry=in_a_hurry)
        return batch is not None and not link.is_busy and link.waits.may_try(now.s, in_a_hurry=in_a_hurry)

    def _send(self, delivery: Delivery, now: Now) -> None:
        link = self._links[delivery.name]
        if delivery.batch is not None and not link.is_busy:  # a route may name one place twice
            link.send(delivery.batch, lambda answer: self._settle(delivery, answer), now.s)

    def _settle(self, delivery: Delivery, answer: Answer) -> None:
        delivery.settle(answer)
        self._is_due = True
        self._say_refused(delivery.name, answer)

    def _say_refused(self, name: str, answer: Answer) -> None:
        if isinstance(answer, Refused):
            self._say(f"{name} refuses what {self._agent_id} records: {answer.why}")
        elif isinstance(answer, Accepted) and answer.rejected:
            self._say(f"{name} refuses some of what {self._agent_id} records: {answer.why}")

    def _report(self, now: Now) -> None:
        """Send metrics, of everything that is there: so totals never go back, not after a restart either."""
        mark = self._mark
        due = self._reports.due(now.s, mark, self._told_ns, is_over=self._is_complete)
        if not due:
            return
        found = self.metrics(now.wall_ns)
        assert found is not None
        with suppress(OSError):  # on a full disk they are derived anew from what is there
            self._noted().write(self.folder)
        for name in due:
            self._reports.send(name, found, mark, now.s)

    def _show(self, now: Now) -> None:
        """Send what is open. What a dead process left open is about to be ended."""
        if self.is_alive:
            self._snapshots.send(self._noted(), self._tail.journal.hex(), self._agent_id, now.s, now.wall_ns)

    def _write(self, now: Now) -> None:
        """Write the cursors down, if they have moved."""
        self._is_due = False
        self._written_at_s = now.s
        content = msgspec.json.encode(self._cursors)
        if content == self._written:
            return
        try:
            write_cursors(self.folder, self._cursors)
        except OSError as error:  # a full disk is no reason to stop sending, which makes room
            self._say(f"how far {self.folder.name} is sent cannot be written down, because {error}")
        else:
            self._written = content

    # What is gone, and what was never there ---------------------------------------------------------------------

    def _sweep(self, now: Now) -> None:
        """Remove what every delivery has passed."""
        lowest = min(delivery.cursor.at for delivery in self._deliveries)
        self._sieve.forget(lowest)
        passed = self._tail.segments_before(lowest.segment)
        if passed:
            with suppress(OSError):  # on a full disk what is passed goes all the same
                self._noted().write(self.folder)
            self._write(now)
            for number, path in passed:
                path.unlink(missing_ok=True)
                for name in self._unfinished.spilled.pop(number, ()):
                    (self.folder / SPILL / Path(name).name).unlink(missing_ok=True)
        if self._is_complete and not self.has_more:
            remove_journal(self.folder)
            self.is_done = True

    def _noted(self) -> Unfinished:
        """What is open at the front, as it may be written down."""
        self._unfinished.at = self._tail.front
        self._unfinished.opened, self._unfinished.scopes = self._tail.opened, self._tail.scopes
        return self._unfinished

    def _note(self, trouble: Trouble) -> None:
        if trouble.is_missing:
            self._cursors.missing += 1
        else:
            self._cursors.damaged += 1
        self._say(f"{self.folder.name}: {trouble}; what can be read is sent")

    def _read_cursors(self) -> Cursors:
        try:
            return read_cursors(self.folder) or Cursors()
        except NewerFormat:
            raise
        except FormatError as error:
            self._say(f"{error}; what is still there is sent again")
            return Cursors()
