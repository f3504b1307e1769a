"""What was earned, for rules about drawdowns: amounts as the money pages count them (api/earnings.py), each once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from fleaglass.alerts.judge.earned import Earned
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import OF_THE_ROW
from fleaglass.alerts.rules.model import Drawdown
from fleaglass.hub.alerting.feed import tagged_all, untagged
from fleaglass.hub.api.closest import HAS_PNL
from fleaglass.hub.api.earnings import earnings
from fleaglass.hub.api.match import around
from fleaglass.hub.api.sql import Bindings, between
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Store

__all__ = ["Earnings", "earned"]

EVERY_NS: Final = 5_000_000_000
"""To look through a day of spans for money takes too long for each round."""

_ORIGIN: Final = ("environment", "release", "strategy", "name")


class Earnings:
    """What was earned, asked again every five seconds."""

    def __init__(self, store: Store, rules: Collection[Drawdown]) -> None:
        self._store = store
        self._rules = rules
        self._told: Sequence[Earned] = ()
        self._asked_ns = 0

    async def told(self, now_ns: int) -> Sequence[Earned]:
        """All that was earned within the longest window of the rules, five seconds ago or later. Raises EngineError."""
        if now_ns - self._asked_ns >= EVERY_NS:
            window_ns = max((rule.window.ns for rule in self._rules), default=0)
            time = TimeRange(now_ns - window_ns, now_ns + 1)
            self._told = await earned(self._store, self._rules, time) if self._rules else []
            self._asked_ns = now_ns
        return self._told


async def earned(store: Store, rules: Collection[Drawdown], time: TimeRange) -> list[Earned]:
    """What was earned then, as these rules tell it apart: each amount at the start of its span. Raises EngineError."""
    bind = Bindings()
    attributes = sorted({name for rule in rules for name in rule.group_by} - OF_THE_ROW.keys())
    also = {f"span_{each}": f"toString(s.{each})" for each in _ORIGIN}
    also["span_attributes"] = tagged_all(bind, attributes)
    told = earnings(between(bind, around(time)), also, HAS_PNL)
    since = f"start_ns >= {bind('Int64', time.from_ns)} AND start_ns < {bind('Int64', time.to_ns)}"
    sql = f"SELECT *, lower(hex(trace_id)) AS trace FROM ({told}) WHERE isNotNull(pnl) AND {since}"
    return [
        (
            Row(
                name=row["span_name"],
                trace_id=row["trace"],
                span_id="",
                end_ns=row["start_ns"],
                duration_ns=0,
                agent=row["agent"],
                environment=row["span_environment"],
                release=row["span_release"],
                strategy=row["span_strategy"],
                attributes=untagged(attributes, row["span_attributes"]),
            ),
            Decimal(row["pnl"]).scaleb(-8),
        )
        for row in await store.query(sql, bind.values)
    ]
