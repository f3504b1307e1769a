"""The blocking client is the asynchronous one: same names, same requests, same records."""

import asyncio
import inspect
import threading
from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording, recording
from fleaglass.venue import OutcomeUnknown, PurpleFlea, sync
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order


def client(venue: FakeVenue) -> sync.PurpleFlea:
    return sync.PurpleFlea(
        API_KEY,
        base_url=BASE_URL,
        transport=httpx.MockTransport(venue._answer),
        resolve_timeout=0,
        monotonic=lambda: venue.clock.wall_ns() / 1e9,
        sleep=lambda seconds: (venue.slept.append(seconds), venue.clock.advance(seconds)),
    )


def ready(venue: FakeVenue) -> FakeVenue:
    venue.on("GET /wallet/w_1/balance", httpx.Response(503), {"assets": {"USD": {"usd_value": 100}}})
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None, fee_usd=0))
    venue.on("GET /trading/order/ord_1", order(status="open", filled_quantity=0, fill_price=None), order())
    return venue


def trade(record: Recording, flea: sync.PurpleFlea) -> None:
    with record.agent.cycle(), flea:
        assert flea.wallet.balance("w_1", max_age=5).total_usd == 100
        assert flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82).confirmed


def test_it_records_what_the_asynchronous_client_records(record: Recording, venue: FakeVenue) -> None:
    trade(record, client(ready(venue)))
    with recording("asynchronous") as other:
        again = ready(FakeVenue(other.clock))

        async def main() -> None:
            async with again.client() as flea:
                with other.agent.cycle():
                    await flea.wallet.balance("w_1", max_age=5)
                    await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82)

        asyncio.run(main())
    assert [request.content for request in venue.requests] == [request.content for request in again.requests]
    assert venue.slept == again.slept
    assert record.tree(attributes=True) == other.tree(attributes=True)


def _in_a_thread(work: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    assert not failures


async def _in_a_loop(work: Callable[[], None]) -> None:
    work()


@pytest.mark.parametrize("where", [lambda work: work(), _in_a_thread, lambda work: asyncio.run(_in_a_loop(work))])
def test_it_works_in_any_thread_and_below_a_running_loop(
    record: Recording, venue: FakeVenue, where: Callable[[Callable[[], None]], None]
) -> None:
    where(lambda: trade(record, client(ready(venue))))
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "order_placed"


def test_every_method_has_its_twin() -> None:
    """Nothing that is added to a service is forgotten here, and nothing has other arguments."""
    flea, blocking = PurpleFlea("k"), sync.PurpleFlea("k")
    for name, service in vars(flea).items():
        if name.startswith("_"):
            continue
        methods = {key for key, one in inspect.getmembers(service, callable) if not key.startswith("_")}
        face = getattr(blocking, name)
        assert methods == {key for key in dir(face) if not key.startswith("_")}, name
        for key in methods:
            assert inspect.signature(getattr(service, key)) == inspect.signature(getattr(face, key)), key
            assert not inspect.iscoroutinefunction(getattr(face, key))


def test_errors_are_the_same(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", httpx.ReadTimeout("lost"))
    with pytest.raises(OutcomeUnknown), record.agent.cycle():
        client(venue).trading.execute("BTC", "buy", 1)
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


def test_a_step_that_would_wait_for_a_loop_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="BUG"):
        sync.run(asyncio.sleep(0))
