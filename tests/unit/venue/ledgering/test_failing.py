"""A ledger that cannot be written: what is sent all the same, what is not, and who is told."""

from __future__ import annotations

import logging
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fleaglass.ledger.errors import LedgerWriteError
from fleaglass.ledger.log import Ledger, Receipt
from fleaglass.recorder.metrics import Metrics
from fleaglass.testing import Recording
from fleaglass.venue import NotRecorded
from tests.unit.venue.fake import FakeVenue, order
from tests.unit.venue.ledgering.pages import Pages

ORDER = "POST /trading/order"
CLOSED = {"order_id": "ord_2", "asset": "BTC", "exit_price": 68000, "realized_pnl_usd": 1}
HALF_A_MINUTE_S = 30


async def buys(venue: FakeVenue) -> Any:
    venue.on(ORDER, order())
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        return await flea.trading.execute("BTC", "buy", Decimal("0.01"))


async def test_another_process_that_writes_it_stops_no_trade(
    venue: FakeVenue, record: Recording, pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    other = pages.hold()
    try:
        bought = [await buys(venue), await buys(venue)]
    finally:
        other.close()
    assert [one.state for one in bought] == ["filled", "filled"]
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "the ledger of test-agent cannot be written" in line.getMessage()
    (event,) = record.events
    assert event["exception"]["values"][0]["type"] == "LedgerBusy"
    readings = Metrics(record.agent.core, None, lambda *_: None).take().readings
    assert {reading.name: reading.value for reading in readings}["pf.ledger.failed"] == 2


async def test_it_is_tried_again_after_half_a_minute(venue: FakeVenue, record: Recording, pages: Pages) -> None:
    other = pages.hold()
    await buys(venue)
    other.close()
    await buys(venue)
    record.clock.advance(HALF_A_MINUTE_S)
    await buys(venue)
    assert [entry.kind for entry in pages.read()] == ["intent", "outcome"]


async def test_a_full_disk_is_told_of_once_until_it_has_room_and_again_when_it_is_full_again(
    venue: FakeVenue, record: Recording, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    append, fullness = Ledger.append, [False]

    def append_if_there_is_room(ledger: Ledger, *args: Any) -> Receipt:
        if fullness[-1]:
            raise LedgerWriteError("no space left on device")
        return append(ledger, *args)

    monkeypatch.setattr(Ledger, "append", append_if_there_is_room)
    told = []
    for is_full in (False, True, True, False, True):
        fullness.append(is_full)
        caplog.clear()
        await buys(venue)
        told.append(sum(each.levelno == logging.ERROR for each in caplog.records))
    assert told == [0, 1, 0, 0, 1]


async def test_who_spends_for_the_first_time_is_told_once_where_the_ledger_is(
    venue: FakeVenue, pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)  # nothing is wrong, so by default nothing is printed
    await buys(venue)
    await buys(venue)
    (line,) = [each.getMessage() for each in caplog.records if "the ledger of" in each.getMessage()]
    assert line.startswith(f"the ledger of test-agent is begun in {pages.layout.folder}: ")


@pytest.mark.parametrize("mode", ["strict"])
async def test_strict_refuses_what_adds_risk_before_anything_is_sent(venue: FakeVenue, pages: Pages) -> None:
    other = pages.hold()
    try:
        with pytest.raises(NotRecorded, match=r"trading\.order: not recorded in the ledger, nothing was sent"):
            await buys(venue)
    finally:
        other.close()
    assert venue.asked == []


@pytest.mark.parametrize("mode", ["strict"])
async def test_strict_never_refuses_what_eases(venue: FakeVenue, pages: Pages) -> None:
    other = pages.hold()
    venue.on("POST /trading/position/close", CLOSED)
    venue.on("DELETE /trading/order/ord_1", order(status="cancelled"))
    venue.on("POST /escrow/esc_1/release", {"escrow_id": "esc_1", "status": "released", "hold_duration_seconds": 1})
    try:
        async with venue.client() as flea:
            await flea.trading.close(asset="BTC")
            await flea.trading.cancel("ord_1")
            await flea.escrow.release("esc_1")
    finally:
        other.close()
    assert len(venue.asked) == 3


@pytest.mark.parametrize("mode", ["off"])
async def test_off_leaves_no_file(venue: FakeVenue, pages: Pages, tmp_path: Path) -> None:
    await buys(venue)
    assert os.listdir(tmp_path) == []


async def test_what_only_reads_leaves_no_file_and_no_word(
    venue: FakeVenue, pages: Pages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    venue.on("GET /trading/positions", {"positions": []})
    async with venue.client() as flea:
        await flea.trading.positions()
    assert os.listdir(tmp_path) == []
    assert "ledger" not in caplog.text


async def test_a_home_that_is_no_folder_is_told_of(
    venue: FakeVenue, record: Recording, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "ledger").write_text("in the way")
    assert (await buys(venue)).state == "filled"
    assert "cannot be written" in caplog.text
