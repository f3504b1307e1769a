"""Rows for tests: what differs from a plain, quick, successful order."""

from __future__ import annotations

from typing import Any

from fleaglass import semconv
from fleaglass.alerts.judge.row import Row

MS = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
NOW = 1_700_000_000 * SECOND
"""A moment at which every bucket begins that is a divisor of 100 s."""


def row(number: int, ago_s: float = 1, ms: float = 10, **differs: Any) -> Row:
    """Span `number`, that ended `ago_s` before NOW."""
    given = {
        "name": semconv.SPAN_PF_TRADE_EXECUTE,
        "trace_id": f"{number:032x}",
        "span_id": f"{number:016x}",
        "end_ns": NOW - round(ago_s * SECOND),
        "duration_ns": round(ms * MS),
        "agent": "a",
        **differs,
    }
    return Row(**given)
