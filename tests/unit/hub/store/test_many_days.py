"""Days are partitions, and the engine's own limit of a hundred an insert is not the senders' problem."""

from __future__ import annotations

import asyncio

from fleaglass.hub.store import Batch, Refused, Store
from fleaglass.hub.store.place import MOST_DAYS
from tests.support.otlp import logs, traces

DAY_NS = 86_400 * 10**9


def spanning(days: int, first: int = 0, trace: int = 1) -> Batch:
    """One span a day."""
    body = traces(
        *(
            {"start_time_unix_nano": day * DAY_NS, "end_time_unix_nano": day * DAY_NS}
            for day in range(first, first + days)
        ),
        trace=trace,
    ).SerializeToString()
    return Batch("traces", body, days)


async def test_a_request_may_reach_over_more_days_than_the_engine_likes(store: Store) -> None:
    await store.submit(spanning(101))
    assert await store.query("SELECT count() AS rows FROM spans") == [{"rows": 101}]


async def test_log_records_may_too(store: Store) -> None:
    body = logs(*({"time_unix_nano": day * DAY_NS} for day in range(1, 102))).SerializeToString()
    await store.submit(Batch("logs", body, 101))
    assert await store.query("SELECT count() AS rows FROM logs") == [{"rows": 101}]


async def test_too_many_days_are_refused_for_good_and_their_neighbours_stored(store: Store) -> None:
    """A 503 would have the sender try again for ever."""
    outcomes = await asyncio.gather(
        store.submit(spanning(1, trace=2)), store.submit(spanning(MOST_DAYS + 1)), return_exceptions=True
    )
    assert outcomes[0] is None
    assert isinstance(outcomes[1], Refused)
    assert await store.query("SELECT lower(hex(trace_id)) AS id FROM spans FINAL") == [{"id": f"{2:032x}"}]
