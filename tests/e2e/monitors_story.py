"""Six hours of four jobs on schedules, told to the state before the hub starts: a check-in's time is when it came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fleaglass.hub.access.first_start import first_start
from fleaglass.hub.monitors.check_in import CheckIn, CheckInStatus, Crontab, Interval, MonitorConfig
from fleaglass.hub.monitors.keeper import take_check_in, tick
from fleaglass.hub.state import open_state, state_url

TRACE = "4f1c9d20a1b24c63a7f0d8e5b6c7a09e"

_MINUTE_NS = 60_000_000_000
_MINUTES = 6 * 60

_SETTLE = MonitorConfig(schedule=Interval(5, "minute"), margin_min=6, max_runtime_min=3, failure_threshold=2)
_SYNC = MonitorConfig(schedule=Interval(10, "minute"), margin_min=15, max_runtime_min=4)
_REBALANCE = MonitorConfig(schedule=Crontab("0 * * * *"), margin_min=5, timezone="Europe/Berlin")
_EXPORT = MonitorConfig(schedule=Interval(1, "day"), margin_min=60)


def tell_of_four_jobs(data: Path, now_ns: int) -> None:
    """Up to the minute before `now_ns`: one job went silent, the latest run of another never ended, two are well.

    Of the silent one the other environment is well. What is late stays within its margin for some minutes more.
    """
    begin_ns = (now_ns // _MINUTE_NS - _MINUTES) * _MINUTE_NS
    state = open_state(state_url(data))
    try:
        with state.write() as connection:
            first_start(connection, begin_ns, asks_for_tokens=False)
        for minute in range(_MINUTES):
            at_ns = begin_ns + minute * _MINUTE_NS
            with state.write() as connection:
                tick(connection, at_ns)
                for check_in in _said(minute, at_ns // _MINUTE_NS % 60):
                    take_check_in(connection, 1, check_in, at_ns + 2_000_000_000)
    finally:
        state.close()


def _said(minute: int, of_hour: int) -> Iterator[CheckIn]:
    """What jobs say in a minute of the story, which is minute `of_hour` on the clock."""
    if minute % 5 == 0:
        if not 100 <= minute < 125 and minute < 320:
            yield _run("settle-positions", minute, _SETTLE, "error" if minute in (200, 205) else "ok")
        yield _run("settle-positions", minute, _SETTLE, "ok", environment="staging")
    if minute % 10 == 0:
        ends: CheckInStatus = "in_progress" if minute in (130, 350) else "error" if minute == 240 else "ok"
        yield _run("sync-balances", minute, _SYNC, ends)
    if of_hour == 0:
        yield _run("rebalance-hourly", minute, _REBALANCE, "ok")
    if minute == 10:
        yield _run("export-ledger", minute, _EXPORT, "ok")


def _run(slug: str, minute: int, config: MonitorConfig, status: CheckInStatus, **more: Any) -> CheckIn:
    return CheckIn(
        slug=slug,
        check_in_id=f"{minute:032x}",
        config=config,
        status=status,
        trace_id=TRACE,
        release="vol-arb@2.1.0",
        duration_s=None if status == "in_progress" else 0.4 + minute % 7,
        **more,
    )
