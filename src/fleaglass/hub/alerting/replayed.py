"""A rule tried on stored history: the judge of the rounds, moment by moment, over what the store still has.

    spans that still counted at the start ──▶ judge
    spans, hour by hour                   ──▶ judge ──┬──▶ readings at each step ──▶ episodes
    what was earned, day by day       ──▶ drawdowns ──┘

A part is let go of before the next is read, so a week does not fill memory. Judging is work for a thread; after each
part it is seen whether enough time and rows were spent.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleaglass.alerts.judge.buckets import width_ns
from fleaglass.alerts.judge.earned import Earned, drawdowns
from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.plan import SpanRule, last_needed, wanted
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.replay import Episode, Episodes, Read, shown_to
from fleaglass.alerts.rules.model import Absence, Drawdown
from fleaglass.hub.alerting.earned import earned
from fleaglass.hub.alerting.endings import Endings, runs
from fleaglass.hub.alerting.fed import show
from fleaglass.hub.alerting.feed import ended
from fleaglass.hub.alerting.history import DAY_NS, HOUR_NS, of_the_last, of_windows
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["LIMITS", "Limits", "Replayable", "Replayed", "replayed", "step_ns"]

Replayable: TypeAlias = SpanRule | Drawdown
"""Kinds that are judged by what the store keeps."""

STEP_NS: Final = 5_000_000_000
MOST_STEPS: Final = 7 * DAY_NS // STEP_NS


@dataclass(frozen=True, slots=True)
class Limits:
    """After how much it ends early, as soon as the part at hand is done: seconds taken, rows read."""

    seconds: float
    rows: int


LIMITS: Final = Limits(seconds=30, rows=3_000_000)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. `until_ns`: the last moment that was judged; `stopped`: why that is not the end, in words."""

    episodes: Sequence[Episode]
    from_ns: int
    until_ns: int
    step_ns: int
    rows: int
    took_s: float
    stopped: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of history: what is read at moments until `to_ns`, and of how many rows."""

    to_ns: int
    rows: int
    read: Read


def step_ns(rule: Replayable, span: TimeRange) -> int:
    """From one moment to the next: 5 s, or longer for more than a week; what was earned moves by its buckets."""
    least_ns = width_ns(rule.window.ns) if isinstance(rule, Drawdown) else STEP_NS
    fitting_ns = -(-(span.to_ns - span.from_ns) // MOST_STEPS)
    return max(least_ns, -(-fitting_ns // STEP_NS) * STEP_NS)


async def replayed(
    store: Store,
    state: State,
    rule: Replayable,
    span: TimeRange,
    limits: Limits = LIMITS,
    clock: Callable[[], float] = time.monotonic,
) -> Replayed:
    """When the rule would have fired in that time. Raises EngineError and StateError."""
    began, step = clock(), step_ns(rule, span)
    from_ns = span.from_ns - span.from_ns % step  # where buckets begin, so that windows are exact
    span = TimeRange(from_ns, span.to_ns)
    parts = _earnings(store, rule, span, step) if isinstance(rule, Drawdown) else _spans(store, state, rule, span, step)
    episodes, rows, next_ns, stopped = Episodes(rule), 0, from_ns, None
    async for part in parts:
        moments = range(next_ns, part.to_ns + 1, step)
        await asyncio.to_thread(_judge, episodes, part.read, moments)
        rows, next_ns = rows + part.rows, next_ns + len(moments) * step
        stopped = _enough(limits, clock() - began, rows) if next_ns <= span.to_ns else None
        if stopped is not None:
            break
    return Replayed(episodes.all(), from_ns, max(from_ns, next_ns - step), step, rows, clock() - began, stopped)


async def _spans(store: Store, state: State, rule: SpanRule, span: TimeRange, step: int) -> AsyncIterator[_Part]:
    judge, before_ns = Judge([rule]), span.from_ns - step
    judge.expect(before_ns)
    history = of_windows if last_needed(rule) is None else of_the_last
    async for until_ns, rows in history(store, [rule], before_ns):
        await asyncio.to_thread(show, judge, rows, until_ns)
        yield _Part(before_ns, len(rows), lambda _: ())
    known = await state.reading(lambda it: runs(it, span.from_ns, span.to_ns)) if isinstance(rule, Absence) else ()
    silence, asked = Endings(known), wanted([rule])
    for from_ns, to_ns in _stretches(before_ns, span.to_ns, HOUR_NS, step):
        rows = await ended(store, asked, from_ns, to_ns)
        yield _Part(to_ns, len(rows), shown_to(judge, rule, rows, silence.heard))


async def _earnings(store: Store, rule: Drawdown, span: TimeRange, step: int) -> AsyncIterator[_Part]:
    window_ns = rule.window.ns
    for from_ns, to_ns in _stretches(span.from_ns - step, span.to_ns, max(DAY_NS, window_ns), step):
        told = await earned(store, [rule], TimeRange(max(0, from_ns - window_ns), to_ns + 1))
        yield _Part(to_ns, len(told), _fallen(rule, sorted(told, key=_end_ns)))


def _fallen(rule: Drawdown, told: Sequence[Earned]) -> Read:
    ends = [_end_ns(each) for each in told]

    def read(now_ns: int) -> Sequence[Reading]:
        first, last = bisect_left(ends, now_ns - rule.window.ns), bisect_right(ends, now_ns)
        return drawdowns(rule, told[first:last], now_ns)

    return read


def _end_ns(told: Earned) -> int:
    return told[0].end_ns


def _stretches(from_ns: int, to_ns: int, most_ns: int, step: int) -> Iterator[tuple[int, int]]:
    """Parts of a time, each of whole steps but for the last."""
    length_ns = max(step, most_ns - most_ns % step)
    while from_ns < to_ns:
        yield from_ns, min(to_ns, from_ns + length_ns)
        from_ns += length_ns


def _judge(episodes: Episodes, read: Read, moments: Iterable[int]) -> None:
    for now_ns in moments:
        episodes.see(read(now_ns), now_ns)


def _enough(limits: Limits, took_s: float, rows: int) -> str | None:
    if took_s > limits.seconds:
        return f"it took longer than {limits.seconds:g} s"
    return f"more than {limits.rows:,} spans were read" if rows > limits.rows else None
