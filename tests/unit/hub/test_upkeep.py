"""A hub's rounds, on a real engine and a day of our choice: what goes, and what the log says of the disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from fleaglass.hub.keep import Keep
from fleaglass.hub.store import Store
from fleaglass.hub.store.disk import stored_bytes
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.upkeep import Keeper, Upkeep
from tests.support.otlp import traces

DAY = date(2023, 11, 14)  # of the spans
FOR_EVER = Keep(0, 0, 0)

Said = Callable[[], list[str]]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Said]:
    caplog.set_level(logging.INFO, "fleaglass.hub.upkeep")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "fleaglass.hub.upkeep"]


def spans(engine: Engine) -> int:
    return int(engine.query("SELECT count() AS n FROM spans")[0]["n"])


async def test_a_round_thins_what_is_due(store: Store, engine: Engine) -> None:
    engine.insert("traces", traces({}).SerializeToString())
    today = DAY + timedelta(days=30)
    keeper = Keeper(store, Upkeep(Keep(30, 0, 7)), lambda: today)
    try:
        await keeper.round()
        assert spans(engine) == 1
        today += timedelta(days=1)
        await keeper.round()
        assert spans(engine) == 0
    finally:
        await Keeper(store, Upkeep(FOR_EVER), lambda: today).round()


async def test_the_log_says_when_the_disk_fills_what_went_and_when_it_is_well_again(
    store: Store, engine: Engine, said: Said
) -> None:
    engine.insert("traces", traces({}, trace=1).SerializeToString())
    engine.insert("traces", traces({"name": "pf.trade.execute"}, trace=2).SerializeToString())
    keeper = Keeper(store, Upkeep(FOR_EVER), lambda: DAY)
    held = await stored_bytes(store)
    for cap in (2 * held, held + 1, held + 1):
        store.disk_cap_bytes = cap
        await keeper.round()
    assert [line.split(":")[0] for line in said()] == ["disk warning"]
    store.disk_cap_bytes = held - 1  # over it, but the present day stays
    await keeper.round()
    assert [line.split(":")[0] for line in said()] == ["disk warning", "disk full"]
    later = Keeper(store, Upkeep(FOR_EVER), lambda: DAY + timedelta(days=1))
    await later.round()
    assert said()[3].startswith("disk cap: dropped ordinary of 2023-11-14, 1 rows, ")
    assert spans(engine) == 1
    store.disk_cap_bytes = 10 * held
    await later.round()
    assert said()[-1].startswith("disk ok: ")


async def test_a_round_that_fails_is_told_once_and_the_next_one_tries_again(
    store: Store, engine: Engine, said: Said
) -> None:
    keeper = Keeper(store, Upkeep(FOR_EVER), lambda: DAY)
    engine.query("RENAME TABLE doomed TO away")
    try:
        for _ in range(2):
            await keeper.round()
    finally:
        engine.query("RENAME TABLE away TO doomed")
    await keeper.round()
    assert len(said()) == 2
    assert said()[0].startswith("upkeep of the store fails: ")
    assert said()[1] == "upkeep of the store works again"
