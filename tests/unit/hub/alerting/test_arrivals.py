"""Each span is read once by when it was stored, and again only where it could have been missed."""

from __future__ import annotations

import pytest

from fleaglass.alerts.judge.plan import Wanted
from fleaglass.hub.alerting.arrivals import AHEAD_S, LOOK_BACK_EVERY_NS, LOOK_BACK_S, OVERLAP_S, Arrivals, Point
from fleaglass.hub.alerting.feed import clock_s
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0
from tests.unit.hub.alerting.test_feed import SECOND, put, span

ALL = Wanted(None)


def stored(engine: Engine, number: int, ended_ns: int, seen_s: int) -> None:
    """A span that is said to have been stored at a moment."""
    put(engine, span(number, ended_ns))
    told = f"UPDATE seen = toDateTime({seen_s}) WHERE span_id = unhex('{number:016x}') SETTINGS mutations_sync = 2"
    engine.query(f"ALTER TABLE {engine.layout.kept('spans')} {told}")


@pytest.fixture
async def arrivals(store: Store) -> Arrivals:
    """What has looked back just now, at T0."""
    begun = Arrivals(store, ALL)
    await begun.since(Point(T0, await clock_s(store)), T0)
    return begun


async def read(arrivals: Arrivals, point: Point, now_ns: int) -> list[int]:
    _, rows = await arrivals.since(point, now_ns)
    return [int(row.span_id, 16) for row in rows]


async def test_what_was_stored_since_is_new_whenever_it_ended(engine: Engine, store: Store, arrivals: Arrivals) -> None:
    s = await clock_s(store)
    stored(engine, 1, T0 - 60 * SECOND, s - OVERLAP_S - 1)
    stored(engine, 2, T0 - 50 * SECOND, s - OVERLAP_S)
    stored(engine, 3, T0 - 595 * SECOND, s)
    stored(engine, 4, T0 - 605 * SECOND, s)
    assert await read(arrivals, Point(T0, s), T0 + SECOND) == [3, 2], "4 ended too long ago for any rule"


async def test_a_span_from_a_clock_that_is_ahead_is_new_once_its_time_has_come(
    engine: Engine, store: Store, arrivals: Arrivals
) -> None:
    s = await clock_s(store)
    stored(engine, 1, T0 + 20 * SECOND, s - 30)
    stored(engine, 2, T0 + 20 * SECOND, s - AHEAD_S - 1)
    point = Point(T0 + 18 * SECOND, s)
    assert await read(arrivals, point, T0 + 19 * SECOND) == []
    assert await read(arrivals, point, T0 + 20 * SECOND) == [1]
    assert await read(arrivals, Point(T0 + 20 * SECOND, s), T0 + 22 * SECOND) == []


async def test_each_minute_it_looks_back(engine: Engine, store: Store, arrivals: Arrivals) -> None:
    """For what was seen late, and for what was stored long before its time."""
    s, now_ns = await clock_s(store), T0 + LOOK_BACK_EVERY_NS
    stored(engine, 1, now_ns - 300 * SECOND, s - LOOK_BACK_S)
    stored(engine, 2, now_ns - 300 * SECOND, s - LOOK_BACK_S - 1)
    stored(engine, 3, now_ns - 10 * SECOND, s - 3600)
    assert await read(arrivals, Point(now_ns - 2 * SECOND, s), now_ns - 1) == []
    assert await read(arrivals, Point(now_ns - 2 * SECOND, s), now_ns) == [1, 3]
    assert await read(arrivals, Point(now_ns, s), now_ns + SECOND) == []


async def test_a_round_reads_on_where_the_last_one_ended(engine: Engine, store: Store, arrivals: Arrivals) -> None:
    """By the engine's clock, which may not be the hub's, so nothing that comes between two rounds is left out."""
    point = await arrivals.begin(T0)
    for number in (1, 2, 3):
        put(engine, span(number, T0 - number * SECOND))
        point, rows = await arrivals.since(point, T0 + number)
        assert number in [int(row.span_id, 16) for row in rows]
        assert point.ended_ns == T0 + number


async def test_those_at_the_same_point_share_what_is_read(store: Store, arrivals: Arrivals) -> None:
    point = await arrivals.begin(T0)
    first = await arrivals.since(point, T0 + SECOND)
    assert (await arrivals.since(point, T0 + SECOND))[1] is first[1]
    assert (await arrivals.since(point, T0 + 2 * SECOND))[1] is not first[1]
    assert (await arrivals.since(Point(T0 - 1, point.stored_s), T0 + 2 * SECOND))[1] is not first[1]
