"""What an earlier run of the agent left without an outcome is asked about, and the ledger says what was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fleaglass.testing import Recording, recording
from fleaglass.venue import OutcomeUnknown, PurpleFlea
from fleaglass.venue.ledgering import book_of
from tests.unit.venue.fake import FakeVenue, order
from tests.unit.venue.ledgering.pages import Pages
from tests.unit.venue.reading_back.lost import LOST, ORDERS, PLACE, TIMEOUT, listed

TEN_MINUTES_S = 601


@dataclass
class Run:
    """One run of the agent, and its venue."""

    record: Recording
    venue: FakeVenue
    pages: Pages


@contextmanager
def run(home: Path) -> Iterator[Run]:
    """A process of the agent: what another one knew, this one does not know."""
    with recording("agent-1", home=str(home), ledger="on") as record:
        ids = record.agent.core.ids
        for _ in range(100 * len(list(home.iterdir()))):  # each run has spans and a time of its own
            ids.trace_id(), ids.span_id()
            record.clock.advance(0.5)
        yield Run(record, FakeVenue(record.clock), Pages(home, record))


async def buys(flea: PurpleFlea, quantity: str = "0.01") -> Any:
    return await flea.trading.execute("BTC", "buy", Decimal(quantity), confirm_timeout=0)


async def loses_an_order(home: Path, answer: Exception = LOST) -> str:
    """When it was sent, as the venue's list has it."""
    with run(home) as earlier:
        earlier.venue.on(PLACE, answer)
        sent_at = earlier.venue.now().isoformat()
        async with earlier.venue.client() as flea:
            with pytest.raises(OutcomeUnknown):
                await buys(flea)
    return sent_at


async def looked(now: Run, *rows: dict[str, Any], **options: Any) -> list[str]:
    now.venue.on(ORDERS, {"orders": list(rows)})
    return [one.how for one in await now.venue.client(**options).resolve_ledger()]


async def test_an_order_that_is_there_is_found(tmp_path: Path) -> None:
    sent_at = await loses_an_order(tmp_path)
    with run(tmp_path) as now:
        assert await looked(now, listed(created_at=sent_at)) == ["found"]
        intent, lost, resolution = now.pages.read()
    assert (lost.attributes["state"], resolution.kind, resolution.ref) == ("unknown", "resolution", intent.id)
    assert dict(resolution.attributes) == {
        "how": "found",
        "state": "filled",
        "order_id": "ord_1",
        "asset": "BTC",
        "side": "buy",
        "order_type": "market",
        "quantity": "0.01",
        "filled_quantity": "0.01",
        "fill_price": "68027.2",
        "expected_price": "68000",
        "fee_usd": "0.37",
        "realized_pnl_usd": "0",
        "created_at": sent_at,
    }


async def test_what_is_not_there_after_ten_minutes_is_absent(tmp_path: Path) -> None:
    await loses_an_order(tmp_path)
    with run(tmp_path) as now:
        now.record.clock.advance(TEN_MINUTES_S)
        assert await looked(now) == ["absent"]
        assert dict(now.pages.read()[-1].attributes) == {"how": "absent", "state": "not_placed"}


async def test_what_may_still_happen_stays_open_and_is_among_the_unresolved(tmp_path: Path) -> None:
    await loses_an_order(tmp_path, TIMEOUT)
    with run(tmp_path) as now:
        now.venue.on(ORDERS, {"orders": []})
        async with now.venue.client() as flea:
            (one,) = await flea.resolve_ledger()
            assert one.how == "open"
            assert flea.unresolved() == (one.error,)
            assert one.error.intent["quantity"] == "0.01"
            now.record.clock.advance(TEN_MINUTES_S)
            (again,) = await flea.resolve_ledger()
        assert (again.error, again.how) == (one.error, "absent")


async def test_what_no_list_has_is_closed_as_unknown_and_the_author_may_say_more(tmp_path: Path) -> None:
    with run(tmp_path) as earlier:
        earlier.venue.on("POST /wallet/w_1/send", TIMEOUT)
        with pytest.raises(OutcomeUnknown):
            await earlier.venue.client().wallet.send("w_1", "ETH", Decimal(1), "0x" + "cd" * 20)
    with run(tmp_path) as now:
        flea = now.venue.client()
        (one,) = await flea.resolve_ledger()
        assert one.how == "unknown"
        flea.settle(one.error, happened=True)
        *_, resolution, said = now.pages.read()
    assert (resolution.kind, resolution.attributes["how"]) == ("resolution", "unknown")
    assert (said.kind, dict(said.attributes)) == ("observe", {"state": "done", "by": "author"})


async def test_what_was_answered_before_is_not_taken_for_what_was_lost(tmp_path: Path) -> None:
    with run(tmp_path) as earlier:
        earlier.venue.on(PLACE, order(), LOST)
        earlier.venue.on("GET /trading/order/ord_1", order())
        sent_at = earlier.venue.now().isoformat()
        async with earlier.venue.client() as flea:
            await buys(flea)
            with pytest.raises(OutcomeUnknown):
                await buys(flea)
    with run(tmp_path) as now:
        now.record.clock.advance(TEN_MINUTES_S)
        assert await looked(now, listed(created_at=sent_at)) == ["absent"]


async def test_another_account_is_asked_about_by_its_own_client(tmp_path: Path) -> None:
    sent_at = await loses_an_order(tmp_path)
    with run(tmp_path) as now:
        assert await looked(now, listed(created_at=sent_at), api_key="pf_live_" + "9" * 48) == []
        assert await looked(now, listed(created_at=sent_at)) == ["found"]


async def test_a_client_that_is_opened_asks_by_itself(tmp_path: Path) -> None:
    sent_at = await loses_an_order(tmp_path)
    with run(tmp_path) as now:
        now.venue.on(ORDERS, {"orders": [listed(created_at=sent_at)]})
        async with now.venue.client() as flea:
            (work,) = flea._calls._beside._tasks  # type: ignore[attr-defined]
            await work
            assert flea.unresolved() == ()
        assert now.pages.read()[-1].attributes["how"] == "found"


async def test_a_client_that_only_looked_lets_another_process_write(tmp_path: Path) -> None:
    sent_at = await loses_an_order(tmp_path)
    with run(tmp_path) as now:
        now.venue.on(ORDERS, {"orders": [listed(created_at=sent_at)]})
        async with now.venue.client() as flea:
            (work,) = flea._calls._beside._tasks  # type: ignore[attr-defined]
            await work
            book = book_of(flea._calls.core)
            assert book is not None
            book._wait_for_rest()
            now.pages.hold().close()


async def test_after_an_end_in_order_nothing_is_asked(tmp_path: Path) -> None:
    with run(tmp_path) as earlier:
        earlier.venue.on(PLACE, order())
        earlier.venue.on("GET /trading/order/ord_1", order())
        async with earlier.venue.client() as flea:
            await buys(flea)
    with run(tmp_path) as now:
        async with now.venue.client() as flea:
            assert not flea._calls._beside._tasks  # type: ignore[attr-defined]
        assert now.venue.asked == []
