"""The disk cap on a real engine: what goes first, what stays, and that it is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from fleaglass.hub.receive.points import lines
from fleaglass.hub.store import Store
from fleaglass.hub.store.disk import Dropped, Level, dropped_of_late, level, shrink, stored_bytes
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.retention import Thinner
from tests.support.otlp import T0, gauge, logs, traces

DAY = date(2023, 11, 14)  # T0's
NEXT = DAY + timedelta(days=1)
DAY_NS = 86_400_000_000_000
IDLE = {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "skipped"}}


@pytest.mark.parametrize(
    ("held", "cap", "shown"),
    [(10**12, None, "ok"), (79, 100, "ok"), (80, 100, "warning"), (100, 100, "warning"), (101, 100, "full")],
)
def test_a_warning_comes_before_the_cap(held: int, cap: int | None, shown: Level) -> None:
    assert level(held, cap) == shown


@pytest.fixture
def two_days(engine: Engine) -> Engine:
    """Of each class one row on each of two days."""
    for day in range(2):
        at = {"start_time_unix_nano": T0 + day * DAY_NS, "end_time_unix_nano": T0 + day * DAY_NS + 1}
        for trace, span in enumerate((IDLE, {}, {"name": "pf.trade.execute"}), start=10 * day + 1):
            engine.insert("traces", traces({**at, **span}, trace=trace).SerializeToString())
        engine.insert("logs", logs({"body": "a", "time_unix_nano": T0 + day * DAY_NS}).SerializeToString())
        engine.insert("metrics", b"".join(lines(on(day))))
        for table in ("attachments", "events"):
            engine.query(f"INSERT INTO {table} (event_id, time) VALUES ('e', '{DAY + timedelta(days=day)}')")
    return engine


def on(day: int) -> ExportMetricsServiceRequest:
    """A gauge's point of that day."""
    request = gauge("pf.wallet.balance", 1.5)
    for point in request.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points:
        point.time_unix_nano = T0 + day * DAY_NS
    return request


async def drops(store: Store, cap: int, today: date) -> list[Dropped]:
    return [gone async for gone in shrink(store, Thinner(store, 0.01), cap, today)]


async def test_over_the_cap_whole_days_go_cheapest_and_oldest_first_and_money_last(
    store: Store, two_days: Engine
) -> None:
    gone = await drops(store, 0, NEXT + timedelta(days=1))
    assert [(what.kind, what.day) for what in gone] == [
        (kind, day)
        for kind in ("idle", "ordinary", "logs", "metrics", "attachments", "events", "money")
        for day in (DAY, NEXT)
    ]
    assert [what.rows for what in gone] == [1] * 14
    assert all(what.bytes > 0 for what in gone[4:])
    assert two_days.query("SELECT count() AS n FROM spans") == [{"n": 0}]


async def test_the_present_day_stays_whatever_the_cap(store: Store, two_days: Engine) -> None:
    await drops(store, 0, NEXT)
    assert two_days.query("SELECT toDate(start_time) AS day, count() AS n FROM spans GROUP BY day") == [
        {"day": NEXT, "n": 3}
    ]


async def test_no_more_goes_than_must(store: Store, two_days: Engine) -> None:
    [first] = await drops(store, await stored_bytes(store) - 1, NEXT + timedelta(days=1))
    assert (first.kind, first.day) == ("idle", DAY)
    assert await drops(store, await stored_bytes(store), NEXT + timedelta(days=1)) == []


async def test_what_went_is_written_down(store: Store, two_days: Engine) -> None:
    gone = await drops(store, 0, NEXT)
    assert {told.what for told in await dropped_of_late(store)} == set(gone)
    assert len(gone) == 7
