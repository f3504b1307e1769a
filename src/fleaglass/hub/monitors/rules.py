"""What check-ins and the passing of time make of a run, and runs of a monitor: no connection, no clock.

    a check-in         ──▶ taken       the run it is about, begun, gone on or ended
    nothing in time    ──▶ missed      a run that never was
    no end in time     ──▶ timed_out   the run, ended; a late `ok` does not undo it
    an ended run       ──▶ judged      active, ok or error, from the latest runs that count

    ok or active ── the last `failure_threshold` runs, all of them there, without an ok ──▶ error
    error        ── the last `recovery_threshold` runs all ok                          ──▶ ok

Runs are in the order in which they ended, or were given up. A run in progress is none of them, so it breaks no row of
failures. Neither is one that was expected while nobody listened (`unknown`), nor one that timed out after a later one
had already ended well or badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from fleaglass.hub.monitors.check_in import CheckIn, MonitorConfig
from fleaglass.hub.monitors.config import MINUTE_NS

__all__ = [
    "DEFAULT_MAX_RUNTIME_MIN",
    "FAILURES",
    "Run",
    "RunStatus",
    "Standing",
    "judged",
    "missed",
    "taken",
    "timed_out",
]

RunStatus = Literal["in_progress", "ok", "error", "missed", "timeout", "unknown"]
Standing = Literal["active", "ok", "error"]

FAILURES: Final = frozenset({"error", "missed", "timeout"})
DEFAULT_MAX_RUNTIME_MIN: Final = 30
"""Of a job that never said when it runs."""

_OPEN: Final = frozenset({"in_progress", "unknown"})


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a job, by what is known of it.

    Attributes:
        id: of its check-ins; one of our making for a run that was missed.
        status: how it is, or ended.
        started_ns: when it began, Unix nanoseconds; of a missed one, when it was expected.
        updated_ns: the last that was heard of it, or concluded.
        ended_ns: when it ended or was given up; None while it is in progress.
        counts: whether the monitor is judged by it.
        expected_ns: when the schedule had it.
        timeout_ns: when it is given up, while it is in progress.
    """

    id: str
    status: RunStatus
    started_ns: int
    updated_ns: int
    ended_ns: int | None = None
    counts: bool = False
    expected_ns: int | None = None
    timeout_ns: int | None = None
    duration_s: float | None = None
    trace_id: str = ""
    release: str = ""


def taken(
    run: Run | None, check_in: CheckIn, at_ns: int, run_id: str, config: MonitorConfig | None, expected_ns: int | None
) -> Run:
    """The run after a check-in about it, received at `at_ns`.

    `run` is what was known before, `expected_ns` when the next was expected. Few clients say when they sent a check-in,
    so each counts when it comes.

    A run goes on as often as it says so, each time with a whole `max_runtime` ahead. The first end counts, and in
    which order its check-ins come does not matter.
    """
    began_ns = at_ns
    if check_in.status != "in_progress":
        began_ns -= round((check_in.duration_s or 0.0) * 1e9)
    if run is None:
        run = Run(
            id=run_id,
            status="in_progress",
            started_ns=began_ns,
            updated_ns=at_ns,
            expected_ns=expected_ns,
            trace_id=check_in.trace_id,
            release=check_in.release,
        )
    if run.status in ("timeout", "missed"):
        return run
    run = msgspec.structs.replace(
        run,
        started_ns=max(0, min(run.started_ns, began_ns)),
        updated_ns=max(run.updated_ns, at_ns),
        trace_id=run.trace_id or check_in.trace_id,
        release=run.release or check_in.release,
    )
    if run.status not in _OPEN:
        return run
    if check_in.status == "in_progress":
        limit_min = config.max_runtime_min if config else DEFAULT_MAX_RUNTIME_MIN
        timeout_ns = max(run.timeout_ns or 0, at_ns + limit_min * MINUTE_NS)
        return msgspec.structs.replace(run, status="in_progress", ended_ns=None, timeout_ns=timeout_ns)
    return msgspec.structs.replace(
        run,
        status=check_in.status,
        ended_ns=at_ns,
        counts=True,
        timeout_ns=None,
        duration_s=check_in.duration_s,
    )


def missed(run_id: str, expected_ns: int, latest_ns: int, *, listened: bool) -> Run:
    """The run that was expected at `expected_ns` and had not begun at `latest_ns`."""
    return Run(
        id=run_id,
        status="missed" if listened else "unknown",
        started_ns=expected_ns,
        updated_ns=latest_ns,
        ended_ns=latest_ns,
        counts=listened,
        expected_ns=expected_ns,
    )


def timed_out(run: Run, *, listened: bool, outlived: bool) -> Run:
    """A run in progress that is given up; `outlived`: one that began later has ended."""
    return msgspec.structs.replace(
        run,
        status="timeout" if listened else "unknown",
        ended_ns=run.timeout_ns,
        counts=listened and not outlived,
        timeout_ns=None,
    )


def judged(standing: Standing, latest: Sequence[RunStatus], config: MonitorConfig | None) -> Standing:
    """How a monitor stands after its latest runs that count, the newest first."""
    if not latest:
        return standing
    if standing == "error":
        wanted = config.recovery_threshold if config else 1
        recovered = len(latest) >= wanted and all(status == "ok" for status in latest[:wanted])
        return "ok" if recovered else "error"
    wanted = config.failure_threshold if config else 1
    if len(latest) >= wanted and "ok" not in latest[:wanted]:
        return "error"
    return "ok" if latest[0] == "ok" else standing
