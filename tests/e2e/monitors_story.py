"""Six hours of four jobs on schedules, told to the state before the hub starts: a check-in's time is when it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fleaglass.hub.access.first_start import first_start
from fleaglass.hub.monitors.check_in import CheckIn, Crontab, Interval, MonitorConfig
from fleaglass.hub.monitors.keeper import take_check_in, tick
from fleaglass.hub.state import open_state, state_url

MINUTE = 60_000_000_000
TRACE = "4f1c9d20a1b24c63a7f0d8e5b6c7a09e"

_Say = Callable[..., None]


def tell_of_four_jobs(data: Path, now_ns: int) -> None:
    """Up to the minute before `now_ns`: one job is well, one failed, one is missing, one never ended."""
    state = open_state(state_url(data))
    begin_ns = (now_ns // MINUTE - 6 * 60) * MINUTE
    try:
        with state.write() as connection:
            first_start(connection, begin_ns, asks_for_tokens=False)
        for minute in range(6 * 60):
            at_ns = begin_ns + minute * MINUTE
            with state.write() as connection:
                tick(connection, at_ns)
                for check_in in _said(minute):
                    take_check_in(connection, 1, check_in, at_ns + 2_000_000_000)
    finally:
        state.close()


_EVERY_5 = MonitorConfig(schedule=Interval(5, "minute"), margin_min=2, max_runtime_min=3, failure_threshold=2)
_HOURLY = MonitorConfig(schedule=Crontab("0 * * * *"), margin_min=5, timezone="Europe/Berlin")
_TEN = MonitorConfig(schedule=Interval(10, "minute"), margin_min=2, max_runtime_min=4)


def _said(minute: int) -> list[CheckIn]:
    told: list[CheckIn] = []
    if minute % 5 == 0 and not 100 <= minute < 125 and minute < 345:
        told += _run("settle-positions", minute, _EVERY_5, ok=minute not in (200, 205), release="vol-arb@2.1.0")
    if minute % 5 == 0:
        told += _run("settle-positions", minute, _EVERY_5, environment="staging")
    if minute % 60 == 30:
        told += _run("rebalance-hourly", minute, _HOURLY)
    if minute % 10 == 0:
        begins = minute in (130, 350)
        told += _run("sync-balances", minute, _TEN, ends=not begins, ok=minute != 240)
    if minute == 10:
        told += _run("export-ledger", minute, MonitorConfig(schedule=Crontab("0 0 * * *")))
    return told


def _run(slug: str, minute: int, config: MonitorConfig, *, ok: bool = True, ends: bool = True, **more: Any) -> list[CheckIn]:
    """A run of half a minute; one that does not end has only begun."""
    about: Mapping[str, Any] = {
        "slug": slug,
        "check_in_id": f"{abs(hash((slug, more.get('environment', '')))) % 16**20:020x}{minute:012x}",
        "config": config,
        "trace_id": TRACE,
        **more,
    }
    if not ends:
        return [CheckIn(status="in_progress", **about)]
    return [CheckIn(status="ok" if ok else "error", duration_s=0.4 + minute % 7, **about)]
