"""An agent's way into its journal, and how far that has been sent.

::

    spans, log records, items for Sentry ──▶ journal ──▶ shipper ──▶ destinations
                                                │           │
                                            written       cursors      flush: whether these have caught up

Nothing here waits for anybody but ``flush`` and ``shutdown``, which say so. What has not been sent when the process
ends stays in the journal, and is sent later.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from mmap import PAGESIZE
from pathlib import Path
from typing import Final, cast

from fleaglass import __version__, semconv
from fleaglass._forks import in_forked_children
from fleaglass.destinations import server_of
from fleaglass.destinations.dsn import Dsn
from fleaglass.journal import MONEY, Destination, FormatError, Room, Route, SentryDestination, Writer
from fleaglass.journal.cursors import Cursor, Cursors, Position, read_cursors
from fleaglass.journal.layout import ROUTE
from fleaglass.journal.records import Crumb as CrumbRecord
from fleaglass.journal.records import Envelope, Log, Opened, Record, Run, SpanEnded, State, encode
from fleaglass.recorder.collector import route_of
from fleaglass.recorder.crumb import Crumb
from fleaglass.recorder.guard import guard, logger
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.seams import Clock
from fleaglass.recorder.sentry.items import SessionUpdate
from fleaglass.recorder.shipping import Shipping, ShippingMode
from fleaglass.settings import Settings

__all__ = ["Counts", "Journaling", "journaling_for"]

_SEGMENT_BYTES: Final = 8 << 20
_LEAST_SEGMENT_BYTES: Final = 1 << 18
_SEGMENTS_IN_SHARE: Final = 16
_LOOK_EVERY_S: Final = 0.005
_SIGNALS: Final[Mapping[str, tuple[type[Record], str]]] = {
    "traces": (SpanEnded, "spans"),
    "logs": (Log, "log records"),
    "envelopes": (Envelope, "items for Sentry"),
}
"""What each signal is made of, and what that is called."""


@dataclass(frozen=True, slots=True)
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


def journaling_for(settings: Settings, resource: Mapping[str, Value], clock: Clock) -> Journaling | None:
    """The journal that the settings ask for; ``None`` if nothing leaves.

    Args:
        settings: what the agent runs with.
        resource: who it is, by attribute name.
        clock: its clock.
    """
    route = route_of(settings)
    if route is None:
        return None
    home = Path(settings.home) if settings.home else _temporary_home()
    shipping = Shipping(cast(ShippingMode, settings.shipper), home)
    return Journaling(home, route, resource=resource, clock=clock, shipping=shipping, most_bytes=settings.journal_bytes)


class Journaling:
    """One agent's journal, from the side that writes it. Every method may be called from any thread, and none raises.

    Args:
        home: the folder of all journals.
        route: where it is sent.
        resource: who the agent is, by attribute name.
        clock: for names and headers.
        shipping: who sends it.
        most_bytes: what all journals of the home may take up together.
    """

    def __init__(
        self,
        home: Path,
        route: Route,
        *,
        resource: Mapping[str, Value],
        clock: Clock,
        shipping: Shipping,
        most_bytes: int = 1 << 30,
    ) -> None:
        self.route = route
        self._resource = dict(resource)
        self._clock = clock
        self._shipping = shipping
        segment_bytes = _segment_bytes(most_bytes)
        room = Room(home, most_bytes=most_bytes, segment_bytes=segment_bytes)
        self._writer = Writer(
            home,
            files={ROUTE: route.encode()},
            segment_bytes=segment_bytes,
            clock=clock,
            say=_say,
            make_room=room.make,
            check_room=room.check,
        )
        self._begin()
        in_forked_children(self._begin)

    def _begin(self) -> None:
        """In a forked child as well: its journal is its own, and nobody sends it yet."""
        self._wait_for_the_first()
        self._known: Cursors | None = None
        opened = Opened(
            agent_id=self.route.agent_id,
            process={
                "pid": os.getpid(),
                "host": platform.node(),
                "python": sys.version.split()[0],
                "program": sys.argv[0] if sys.argv else "",
                "path": list(sys.path),
            },
            started_ns=self._clock.wall_ns(),
            version=__version__,
            resource=self._resource,
            schema_url=semconv.SCHEMA_URL,
        )
        self._writer.stand("opened", Opened.kind, encode(opened))

    @property
    def outlives_the_process(self) -> bool:
        """Whether what is left when the process ends is sent without it."""
        return self._shipping.outlives_the_process

    def takes(self, signal: str) -> bool:
        """Whether this signal goes anywhere."""
        return any(signal in _addresses(destination) for destination in self.route.destinations)

    def _wait_for_the_first(self) -> None:
        """Nobody sends the journal yet. The first record sees to it; those that follow go straight to the writer."""
        self._is_shipped = False
        self.put: Callable[..., None] = self._put_first
        """Writes one record: its kind, itself encoded, flags. It is safe from the end of the process then."""

    def _put_first(self, kind: int, payload: bytes, flags: int = 0) -> None:
        self.put = self._writer.append
        self._writer.append(kind, payload, flags)
        if not self._is_shipped:
            self._is_shipped = True
            self._shipping.begin()

    def stand(self, key: object, kind: int, payload: bytes) -> None:
        """Write a record that holds for all that follows, until another of the same key."""
        self._writer.stand(key, kind, payload)

    def envelope(self, category: str, item: bytes, *, supersedes: str = "") -> None:
        """Write something for a Sentry server: the JSON of one item, without its secrets."""
        self.put(Envelope.kind, encode(Envelope(category, item, supersedes=supersedes)), MONEY)

    def crumb(self, crumb: Crumb, ids: tuple[bytes, bytes], event: str, attributes: Mapping[str, Value]) -> None:
        """Write a breadcrumb.

        Args:
            crumb: the breadcrumb.
            ids: of the trace and the span that it was left in; empty outside of spans.
            event: name of the span's event that it is as well, if it is one.
            attributes: of that event.
        """
        category, message, level, data, time_ns = crumb.category, crumb.message, crumb.level, crumb.data, crumb.time_ns
        fields = (*ids, category, message, level, data, time_ns)
        self.put(CrumbRecord.kind, encode((*fields, event, attributes) if event else fields), 0)

    def state(self, values: bytes) -> None:
        """Write what the agent is at, as JSON without secrets."""
        self.put(State.kind, encode(State(self._clock.wall_ns(), values)), 0)

    def run(self, update: SessionUpdate) -> None:
        """Write how the agent's session is."""
        run = Run(
            sid=update.sid,
            started_ns=update.started_ns,
            seen_ns=update.timestamp_ns,
            status=update.status,
            errors=update.errors,
            release=update.release or "",
            environment=update.environment or "",
        )
        self._writer.stand("run", Run.kind, encode(run), MONEY)

    # How far it has been sent ----------------------------------------------------------------------------------------

    def counts(self, signal: str = "traces") -> Counts:
        """How many of this process's items went where, so far, at the destination that has taken the fewest."""
        record, _ = _SIGNALS[signal]
        dropped = sum(count for (_, kind), count in self._writer.missed.items() if kind == record.__name__)
        recorded = self._writer.written(record.kind) + dropped
        lines = [cursor for name, cursor in self._lines().items() if name.endswith(f"/{signal}")]
        line = min(lines, key=lambda cursor: cursor.accepted, default=Cursor())
        return Counts(recorded, line.accepted, line.rejected, dropped + sum(line.dropped.values()))

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything recorded so far has arrived, at most ``timeout_s`` seconds; whether it has."""
        if not self._is_shipped:
            return True
        until_s = time.monotonic() + timeout_s
        target = Position(*self._writer.position)
        folder = self._writer.folder
        if folder is None:
            return False
        before = self._cursors()
        lost = 0 if before is None else before.lost
        self._shipping.hurry(folder, timeout_s)
        while (now := self._cursors()) is None or not now.passed(target):
            if time.monotonic() >= until_s:
                return False
            time.sleep(_LOOK_EVERY_S)
        return now.lost == lost

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``, then the last record. What has not arrived in time waits in the journal, and the log says so."""
        until_s = time.monotonic() + timeout_s
        arrived = self.flush(timeout_s)
        waiting = None if arrived else self._waiting()
        folder = self._writer.folder
        self._writer.end()
        self._shipping.end(folder, max(0.0, until_s - time.monotonic()))
        if waiting and not self._shipping.outlives_the_process:
            logger.warning(
                "%d %s were not delivered to %s within %.1f s of the end; they are sent when an agent runs here again",
                *waiting,
                timeout_s,
            )
        return arrived

    def tend(self) -> None:
        """Try again, if recording is off, or if the journal is gone; and see to it that somebody sends what there is.

        A new journal needs a shipper, and one that was killed needs another.
        """
        before = self._writer.folder
        self._writer.tend()
        if self._writer.folder != before:
            self._wait_for_the_first()
            self._known = None
        elif self._is_shipped:
            self._shipping.begin()

    def _waiting(self) -> tuple[int, str, str] | None:
        """How many items of what kind have not arrived, and where."""
        for destination in self.route.destinations:
            for signal, address in _addresses(destination).items():
                counts = self.counts(signal)
                if counts.recorded > counts.settled:
                    return counts.recorded - counts.settled, _SIGNALS[signal][1], address
        return None

    def _lines(self) -> Mapping[str, Cursor]:
        cursors = self._cursors()
        return cursors.deliveries if cursors is not None else {}

    def _cursors(self) -> Cursors | None:
        """How far it was when that was last known: a journal that has arrived is gone."""
        folder = self._writer.folder
        if folder is not None:
            try:
                self._known = read_cursors(folder) or self._known
            except (OSError, FormatError) as error:
                guard.say("cursors", f"it cannot be found out how far the journal was sent, because {error}")
        return self._known


def _temporary_home() -> Path:
    import tempfile  # nearly nobody needs it

    return Path(tempfile.gettempdir()) / f"fleaglass-{os.getuid()}"


def _addresses(destination: Destination) -> Mapping[str, str]:
    """Where each signal goes that goes there at all, without credentials."""
    if isinstance(destination, SentryDestination):
        return {"envelopes": Dsn.parse(destination.dsn, needs_key=not destination.is_hub).destination}
    found = {"traces": destination.traces, "logs": destination.logs}
    return {signal: server_of(address) for signal, address in found.items() if address is not None}


def _segment_bytes(most_bytes: int) -> int:
    """Size of a segment: small where the share is, so that what is thinned, and what is open, is a small part of it."""
    size = min(_SEGMENT_BYTES, max(_LEAST_SEGMENT_BYTES, most_bytes // _SEGMENTS_IN_SHARE))
    return size - size % PAGESIZE


def _say(sentence: str) -> None:
    logger.warning("%s", sentence)
