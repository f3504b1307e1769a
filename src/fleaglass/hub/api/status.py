"""GET /status: the hub itself, and the figures that the live stream repeats."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass import semconv
from fleaglass.hub.api.scalars import Nanoseconds
from fleaglass.hub.api.storage import Storage, storage
from fleaglass.hub.intake import Queue
from fleaglass.hub.store import Store
from fleaglass.hub.tally import Tally

__all__ = ["Figures", "Rates", "StatusAnswer", "StoreStatus"]


class Rates(TypedDict):
    """How the hub is doing."""

    spans_per_s: Annotated[float, Field(description="Spans stored per second, of late.")]
    rejected: Annotated[int, Field(description="OTLP requests refused for their content since the hub started.")]
    dropped: Annotated[int, Field(description="Spans that agents report as dropped before sending.")]


class StoreStatus(TypedDict):
    """Where telemetry is kept."""

    backend: str
    path: str


class IntakeStatus(TypedDict):
    """What Sentry's clients sent and has no effect yet."""

    waiting: Annotated[int, Field(description="Envelopes that were answered and are not yet digested.")]
    waiting_bytes: int
    aside: Annotated[int, Field(description="Envelopes that could not be digested, and are kept in intake.db.")]


class StatusAnswer(Rates):
    """The hub itself."""

    version: str
    started_ns: Nanoseconds
    takes: Annotated[list[str], Field(description="What it takes besides OTLP: `open` spans, Sentry's `envelopes`.")]
    store: StoreStatus
    intake: IntakeStatus
    spans: Annotated[int, Field(description="Spans in the store.")]
    storage: Storage


KEPT_S: Final = 5.0

_CUMULATIVE: Final = 2  # OTLP's AggregationTemporality
_SPANS: Final = "SELECT count() AS spans FROM spans FINAL SETTINGS do_not_merge_across_partitions_select_final = 1"
_DROPPED: Final = f"""
    SELECT sum(dropped) AS dropped FROM (
      SELECT if(m.temporality = {_CUMULATIVE}, max(told), sum(told)) AS dropped FROM (
        SELECT *, toFloat64OrZero(substring(value, 2)) AS told FROM metrics FINAL
        WHERE name = '{semconv.METRIC_PF_TELEMETRY_DROPPED}') AS m
      GROUP BY m.agent, m.resource, m.attributes, m.start_time, m.temporality)"""
"""What each series says it dropped: a cumulative one counts up, the points of a delta one add up."""


class Figures:
    """The hub's figures. What agents dropped changes seldom and is asked for all the time, so it is kept a while."""

    def __init__(self, store: Store, queue: Queue, tally: Tally, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._queue = queue
        self._tally = tally
        self._now = now
        self._dropped = 0
        self._good_until = -math.inf

    async def rates(self) -> Rates:
        """How fast spans come in, and what was lost on the way. Raises EngineError."""
        if self._now() >= self._good_until:
            self._dropped = round((await self._store.query(_DROPPED))[0]["dropped"])
            self._good_until = self._now() + KEPT_S
        return {"spans_per_s": self._tally.spans_per_s, "rejected": self._tally.rejected, "dropped": self._dropped}

    async def status(self, version: str) -> StatusAnswer:
        """The hub as a whole; `version` is its own. Raises EngineError."""
        stored = (await self._store.query(_SPANS))[0]["spans"]
        address = urlsplit(self._store.dsn)
        return {
            **await self.rates(),
            "version": version,
            "started_ns": str(self._tally.started_ns),
            "takes": ["open", "envelopes"],
            "store": {"backend": address.scheme, "path": (address.hostname or "") + address.path},  # and no password
            "intake": {
                "waiting": self._queue.waiting,
                "waiting_bytes": self._queue.waiting_bytes,
                "aside": await self._queue.set_aside_count(),
            },
            "spans": stored,
            "storage": await storage(self._store),
        }
