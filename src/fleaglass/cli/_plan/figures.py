"""The numbers that the plan is made of. docs/scaling.md has them as a table; after a change here, `make generate`.

One that says `assumed` was not measured: it is there because a plan needs it, and is on the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

__all__ = [
    "ALERT_ROUND",
    "ALL",
    "CHECKPOINTS_KEPT",
    "CHECKPOINT_BYTES",
    "CHECKPOINT_DAYS",
    "CHECK_INS",
    "CHECK_IN_BYTES",
    "CHECK_IN_DAYS",
    "DISK_SHARE",
    "EVENTS",
    "EVENT_BYTES",
    "HUB_MEMORY",
    "INGEST_CPU",
    "INGEST_SHARE",
    "ROUND_EVERY",
    "SPAN_BYTES",
    "STATE_WRITES",
    "Figure",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: `value` in `unit`.

    `where` is the page that says it, the bench and key that measures it, or `assumed`; `when` the day of a
    measurement, empty where it is a decision.
    """

    what: str
    value: Fraction
    unit: str
    where: str
    when: str = ""


_GROUPING: Final = "docs/performance.md#what-an-error-event-costs-the-hub"
_WITNESS: Final = "docs/ledger.md#the-hub-as-a-witness"

INGEST_CPU: Final = Figure(
    "CPU to take spans in, store and merge them",
    Fraction("2.3"),
    "s per 100,000 spans",
    "README.md#numbers",
    "2026-11-20",
)
"""The dearest run: a million spans, so with more to merge than the usual one at 1.6 s."""

INGEST_SHARE: Final = Figure("share of the cores that taking in may use", Fraction("0.5"), "of 1", "assumed")
"""The rest is for pages, alert rules, and for bursts."""

SPAN_BYTES: Final = Figure("a span on disk", Fraction(78), "B", "bench/hub_ingest.py, bytes_per_span", "2026-11-30")

EVENT_BYTES: Final = Figure("an error event on disk", Fraction(8_000), "B", "assumed")
"""As long as it comes over the wire, as if the engine saved nothing; bench/hub_events.py prints bytes_per_event."""

DISK_SHARE: Final = Figure("share of a disk that may be full", Fraction("0.8"), "of 1", "docs/hub.md#disk-cap")
"""Where the hub's disk cap begins to warn."""

EVENTS: Final = Figure(
    "error events that a hub groups",
    Fraction(629),
    "a second",
    _GROUPING,
    "2026-11-30",
)

STATE_WRITES: Final = Figure(
    "writes to the state",
    Fraction(629),
    "a second",
    _GROUPING,
    "2026-11-30",
)
"""At least so many: each of those events writes its issue. By one hub into SQLite; PostgreSQL was not measured."""

ALERT_ROUND: Final = Figure(
    "a rule for an agent in an alert round",
    Fraction(1_060_000, 500 * 100),
    "µs",
    "bench/alerts.py, round_s (1.06 s for 500 rules over 100 agents)",
    "2026-11-30",
)

ROUND_EVERY: Final = Figure("time for an alert round", Fraction(5), "s", "docs/alerts.md#try-before-you-trust")

HUB_MEMORY: Final = Figure(
    "memory of a hub, its embedded engine included",
    Fraction(700_000_000),
    "B",
    "bench/hub_events.py, rss_mb",
    "2026-11-30",
)
"""The highest of several runs, which gave 550 to 700 MB."""

CHECK_INS: Final = Figure("check-ins of an agent", Fraction(1), "a minute", "docs/sessions-and-releases.md#liveness")

CHECK_IN_BYTES: Final = Figure(
    "a check-in in the state", Fraction(328), "B", "bench/state_rows.py, check_in_bytes", "2026-11-30"
)

CHECK_IN_DAYS: Final = Figure(
    "check-ins are kept for", Fraction(90), "days", "docs/schedules-and-sessions.md#schedules"
)

CHECKPOINT_BYTES: Final = Figure(
    "a ledger's checkpoint in the state", Fraction(515), "B", "bench/state_rows.py, checkpoint_bytes", "2026-11-30"
)

CHECKPOINTS_KEPT: Final = Figure("checkpoints kept of a ledger", Fraction(10_000), "", _WITNESS)

CHECKPOINT_DAYS: Final = Figure("checkpoints of a ledger are kept for", Fraction(400), "days", _WITNESS)

ALL: Final = (
    INGEST_CPU,
    INGEST_SHARE,
    SPAN_BYTES,
    EVENT_BYTES,
    DISK_SHARE,
    EVENTS,
    STATE_WRITES,
    ALERT_ROUND,
    ROUND_EVERY,
    HUB_MEMORY,
    CHECK_INS,
    CHECK_IN_BYTES,
    CHECK_IN_DAYS,
    CHECKPOINT_BYTES,
    CHECKPOINTS_KEPT,
    CHECKPOINT_DAYS,
)
