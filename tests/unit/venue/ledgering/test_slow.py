"""A disk that does not answer holds up one spend for a second, and none after it."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from fleaglass.ledger.log import Ledger
from fleaglass.testing import Recording
from fleaglass.venue.ledgering import book_of, in_event_loop
from tests.unit.venue.fake import FakeVenue, order


async def test_only_the_first_spend_waits_for_it(record: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    waited: list[float] = []

    def open_at(*_: object, **__: object) -> Ledger:
        answers.wait(30)
        raise OSError("too late")

    async def wait(_: Future[None], timeout_s: float) -> None:
        waited.append(timeout_s)
        raise TimeoutError

    monkeypatch.setattr(Ledger, "open_at", open_at)
    book = book_of(record.agent.core)
    assert book is not None
    for _ in range(3):
        await book.ready(wait, to_spend=True, patience_s=1.0)
    opening = book._opening
    answers.set()
    assert opening is not None
    opening.result(30)
    assert waited == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("mode", ["strict"])
async def test_what_eases_waits_a_second_in_all_for_the_opening_and_the_disk(
    record: Recording, venue: FakeVenue
) -> None:
    waited: list[float] = []

    async def wait(future: Future[None], timeout_s: float) -> None:
        waited.append(timeout_s)
        record.clock.advance(0.75)
        future.result(30)

    venue.on("DELETE /trading/order/ord_1", order(status="cancelled"))
    async with venue.client() as flea:
        flea._calls.wait = wait
        await flea.trading.cancel("ord_1")
    assert waited == pytest.approx([1.0, 0.25], abs=0.01)  # a look at the clock takes a millisecond here


async def test_who_lets_go_of_the_log_does_not_wait_for_the_disk_and_who_then_spends_gets_it_back(
    record: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, was_told = threading.Event(), list[bool]()
    close = Ledger.close

    def close_slowly(ledger: Ledger) -> None:
        was_told.append(may_end.wait(30))
        close(ledger)

    book = book_of(record.agent.core)
    assert book is not None
    await book.ready(in_event_loop, to_spend=False)
    monkeypatch.setattr(Ledger, "close", close_slowly)
    book.rest()
    may_end.set()
    await book.ready(in_event_loop, to_spend=True)
    assert was_told == [True]
    assert book.write("intent", "trading.order", None, {}) is not None
