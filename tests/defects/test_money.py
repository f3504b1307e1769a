"""Defects 8 and 19: figures that size the next trade."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from tests.unit.venue.fake import FakeVenue, order

THREE_DIMES = {"A": {"usd_value": "0.1"}, "B": {"usd_value": "0.1"}, "C": {"usd_value": "0.1"}}


def naive_slippage_bps(fill: object, expected: object) -> float:
    """As it is written when only the good case is in mind."""
    return abs(fill - expected) / expected * 10_000  # type: ignore[operator, no-any-return]


def test_d08_raw_slippage_loses_its_sign_and_fails_after_the_fill() -> None:
    assert naive_slippage_bps(101, 100) == naive_slippage_bps(99, 100) == 100
    with pytest.raises(ZeroDivisionError):
        naive_slippage_bps(100, 0)
    with pytest.raises(TypeError):
        naive_slippage_bps("100.5", "100")


@pytest.mark.parametrize(
    ("side", "fill", "expected", "bps"),
    [
        ("buy", 101, 100, Decimal(100)),
        ("buy", 99, 100, Decimal(-100)),
        ("sell", 99, 100, Decimal(100)),
        ("sell", 101, 100, Decimal(-100)),
        ("buy", "100.5", "100", Decimal(50)),
        ("buy", 100, 0, None),
        ("buy", "a lot", 100, None),
        ("buy", None, 100, None),
    ],
)
async def test_d08_ours_slippage_is_signed_by_side_and_never_costs_a_fill(
    record: Recording, venue: FakeVenue, side, fill, expected, bps
) -> None:
    venue.on("POST /trading/order", order(fill_price=fill, expected_price=expected))
    venue.on("GET /trading/order/ord_1", order(fill_price=fill, expected_price=expected))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", side, Decimal("0.01"), reference=False)
    assert (placed.state, placed.slippage_bps) == ("filled", bps)
    recorded = record.one("pf.trade.execute").attributes.get("pf.slippage_bps")
    assert recorded == (None if bps is None else float(bps))


class NaiveBalances:
    """A cache as it is written when only the good case is in mind."""

    def __init__(self, cache: dict[str, float] | None) -> None:
        self.cache = cache

    def total(self, wallet: str, asked: dict[str, dict[str, str]]) -> float:
        if self.cache and wallet in self.cache:
            return self.cache[wallet]
        total = sum(float(asset["usd_value"]) for asset in asked.values())
        if self.cache:
            self.cache[wallet] = total
        return total


def test_d19_raw_a_cache_without_age_never_forgets_and_an_empty_one_never_remembers() -> None:
    spent = {"A": {"usd_value": "0"}}
    balances = NaiveBalances({"w_0": 1.0})
    assert balances.total("w_1", THREE_DIMES) == balances.total("w_1", spent) == 0.30000000000000004
    empty: dict[str, float] = {}
    NaiveBalances(empty).total("w_1", THREE_DIMES)
    assert empty == {}


async def test_d19_ours_a_balance_is_exact_and_no_older_than_asked_for(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", {"assets": THREE_DIMES}, {"assets": {"A": {"usd_value": "0"}}})
    async with venue.client() as flea:
        with record.agent.cycle():
            first = await flea.wallet.balance("w_1", max_age=5)
            venue.clock.advance(4)
            cached = await flea.wallet.balance("w_1", max_age=5)
            venue.clock.advance(2)
            fresh = await flea.wallet.balance("w_1", max_age=5)
    assert (first.total_usd, cached.total_usd, fresh.total_usd) == (Decimal("0.3"), Decimal("0.3"), Decimal(0))
    hits = [span.attributes["pf.cache_hit"] for span in record.named("pf.wallet.balance_check")]
    assert hits == [False, True, False]


async def test_d19_ours_an_order_makes_the_balance_old(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", {"assets": THREE_DIMES}, {"assets": {"A": {"usd_value": "0.1"}}})
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.wallet.balance("w_1", max_age=60)
            await flea.trading.execute("BTC", "buy", Decimal("0.01"), reference=False)
            assert (await flea.wallet.balance("w_1", max_age=60)).total_usd == Decimal("0.1")
