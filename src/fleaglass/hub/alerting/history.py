"""What still counts when a judge begins, from the store.

windows          every row, hour by hour; each hour only for those rules whose window begins before its end
what came last   the last few rows of each kind, day by day: a week of a busy fleet is too much to go through
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from fleaglass.alerts.judge.plan import SpanRule, last_needed, look_back_ns, wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.hub.alerting.feed import ended, latest
from fleaglass.hub.store import Store

__all__ = ["History", "of_the_last", "of_windows"]

HOUR_NS: Final = 3_600_000_000_000
DAY_NS: Final = 24 * HOUR_NS

History = Callable[[Store, Sequence[SpanRule], int], AsyncIterator[tuple[int, list[Row]]]]
"""(store, rules, now) → (until when, rows), the oldest part first. Raises EngineError."""


async def of_windows(store: Store, rules: Sequence[SpanRule], now_ns: int) -> AsyncIterator[tuple[int, list[Row]]]:
    """Everything in the windows of these rules. Raises EngineError."""
    reach = [(now_ns - look_back_ns(rule), rule) for rule in rules]
    from_ns = min((since_ns for since_ns, _ in reach), default=now_ns)
    while from_ns < now_ns:
        to_ns = min(now_ns, from_ns + HOUR_NS)
        asked = wanted(rule for since_ns, rule in reach if since_ns < to_ns)
        yield to_ns, await ended(store, asked, from_ns, to_ns)
        from_ns = to_ns


async def of_the_last(store: Store, rules: Sequence[SpanRule], now_ns: int) -> AsyncIterator[tuple[int, list[Row]]]:
    """The last rows that these rules ask for, as one part. Raises EngineError."""
    rows: list[Row] = []
    for how_many in sorted({last_needed(rule) or 0 for rule in rules}):
        alike = [rule for rule in rules if last_needed(rule) == how_many]
        from_ns = now_ns - max(map(look_back_ns, alike))
        while from_ns < now_ns:
            to_ns = min(now_ns, from_ns + DAY_NS)
            rows.extend(await latest(store, wanted(alike), from_ns, to_ns, how_many))
            from_ns = to_ns
    yield now_ns, rows
