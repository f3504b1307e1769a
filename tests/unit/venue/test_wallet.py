"""A balance is exact, and never older than the agent allows or than its last order."""

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import Unreachable
from tests.unit.venue.fake import FakeVenue, order


def balance(usd: str) -> bytes:
    return b'{"assets":{"USD":{"usd_value":%s,"amount":%s},"BTC":{"usd_value":"42.40"}}}' % (usd.encode(), usd.encode())


async def test_the_sum_is_exact(record: Recording, venue: FakeVenue) -> None:
    venue.on(
        "GET /wallet/w_1/balance", b'{"assets":{"A":{"usd_value":0.1},"B":{"usd_value":0.2},"C":{"usd_value":"1e-8"}}}'
    )
    async with venue.client() as flea:
        with record.agent.cycle():
            wallet = await flea.wallet.balance("w_1")
    assert wallet.total_usd == Decimal("0.30000001")
    assert wallet.assets["A"].usd_value == Decimal("0.1")
    attributes = record.one("pf.wallet.balance_check").attributes
    assert (attributes["pf.balance_usd"], attributes["pf.assets_count"]) == (0.30000001, 3)


async def test_an_empty_wallet_is_worth_nothing(venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", {"assets": {}})
    async with venue.client() as flea:
        assert (await flea.wallet.balance("w_1")).total_usd == 0


async def test_a_cached_balance_is_used_while_it_is_young_enough(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", balance("100"), balance("200"), balance("300"))
    async with venue.client() as flea:
        with record.agent.cycle():
            totals = [(await flea.wallet.balance("w_1", max_age=5)).total_usd]
            venue.clock.advance(3)
            totals.append((await flea.wallet.balance("w_1", max_age=5)).total_usd)
            totals.append((await flea.wallet.balance("w_1", max_age=2)).total_usd)
            venue.clock.advance(5)
            totals.append((await flea.wallet.balance("w_1", max_age=5)).total_usd)
    assert totals == [Decimal("142.40"), Decimal("142.40"), Decimal("242.40"), Decimal("342.40")]
    checks = record.named("pf.wallet.balance_check")
    assert [span.attributes["pf.cache_hit"] for span in checks] == [False, True, False, False]
    assert 3.0 <= checks[1].attributes["pf.cache_age_s"] < 3.1
    assert [span.attributes["pf.balance_usd"] for span in checks] == [142.4, 142.4, 242.4, 342.4]
    assert len(venue.requests) == 3


async def test_without_an_age_nothing_is_taken_from_the_cache(venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", balance("100"))
    async with venue.client() as flea:
        await flea.wallet.balance("w_1", max_age=60)
        await flea.wallet.balance("w_1")
    assert len(venue.requests) == 2


async def test_an_order_makes_the_balance_old(record: Recording, venue: FakeVenue) -> None:
    """A balance from before an order would size the next one."""
    venue.on("GET /wallet/w_1/balance", balance("100"), balance("50"))
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.wallet.balance("w_1", max_age=60)
            await flea.trading.execute("BTC", "buy", "0.01")
            assert (await flea.wallet.balance("w_1", max_age=60)).total_usd == Decimal("92.40")


async def test_wallets_do_not_mix(venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", balance("1"))
    venue.on("GET /wallet/w_2/balance", balance("2"))
    async with venue.client() as flea:
        assert (await flea.wallet.balance("w_1", max_age=9)).total_usd == Decimal("43.40")
        assert (await flea.wallet.balance("w_2", max_age=9)).total_usd == Decimal("44.40")


@pytest.mark.parametrize(
    "answer",
    [{}, {"assets": []}, {"assets": {"USD": 5}}, {"assets": {"USD": {"usd_value": 1}, "BTC": {"usd_value": None}}}],
)
async def test_half_a_balance_is_no_balance(venue: FakeVenue, answer: dict) -> None:
    venue.on("GET /wallet/w_1/balance", answer)
    async with venue.client() as flea:
        with pytest.raises(Unreachable, match="no value for some asset"):
            await flea.wallet.balance("w_1", max_age=60)
        with pytest.raises(Unreachable):
            await flea.wallet.balance("w_1", max_age=60)


async def test_too_little_money_is_marked_with_how_little(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", {"assets": {"USD": {"usd_value": 7.25}}})
    async with venue.client() as flea:
        with record.agent.cycle() as cycle:
            if (await flea.wallet.balance("w_1")).total_usd < 10:
                cycle.skip("insufficient_balance")
    span = record.one("agent.decision_cycle")
    assert (span.attributes["pf.cycle_outcome"], span.attributes["pf.cycle_reason"]) == (
        "skipped",
        "insufficient_balance",
    )
    (event,) = span.events
    assert (event.name, dict(event.attributes)) == ("insufficient_balance", {"available_usd": 7.25})


async def test_nothing_is_cached_while_an_order_may_still_fill(record: Recording, venue: FakeVenue) -> None:
    """It fills at the venue, whenever it likes; from then on the cached balance is wrong."""
    venue.on("GET /wallet/w_1/balance", balance("100"), balance("50"), balance("40"))
    open_order = order(status="open", filled_quantity=0, fill_price=None)
    venue.on("POST /trading/order", open_order)
    venue.on("GET /trading/order/ord_1", open_order, order())
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.limit("BTC", "buy", "0.01", limit_price=100)
            totals = [(await flea.wallet.balance("w_1", max_age=60)).total_usd for _ in range(2)]
            await flea.trading.order("ord_1")
            await flea.trading.order("ord_1")
            totals += [(await flea.wallet.balance("w_1", max_age=60)).total_usd for _ in range(2)]
    assert totals == [Decimal("142.40"), Decimal("92.40"), Decimal("82.40"), Decimal("82.40")]
