"""Events in few words, for tests: number 7 of an error in `place`, three seconds after T0."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.issues.event import Event, Exc, Frame
from tests.support.otlp import T0

__all__ = ["HOUR", "SECOND", "T0", "error"]

SECOND = 1_000_000_000
HOUR = 3600 * SECOND


def error(number: int, where: str = "place", at_s: float = 0, **more: Any) -> Event:
    """A TradeError raised in the function `where`; the same place is the same issue."""
    time_ns = T0 + int(at_s * SECOND)
    frames = (Frame(function="main", module="agent", in_app=True), Frame(function=where, module="agent", in_app=True))
    fields: dict[str, Any] = {
        "event_id": f"{number:032x}",
        "project": 1,
        "time_ns": time_ns,
        "received_ns": time_ns,
        "platform": "python",
        "exceptions": (Exc(type="TradeError", value=f"{where} failed", frames=frames),),
    }
    return Event(**(fields | more))
