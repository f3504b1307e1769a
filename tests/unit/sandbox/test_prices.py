"""Prices repeat under a seed, whoever asks and whenever, and hold the two signals that the example agents look for."""

from __future__ import annotations

import itertools
import math
import statistics
from pathlib import Path

from fleaglass.sandbox.clock import SECOND_NS
from fleaglass.sandbox.market import ASSETS, Market
from fleaglass.sandbox.market.market import HISTORY, MAX_CATCH_UP, STEP_NS
from fleaglass.sandbox.market.prices import MAX_STEP, PathState, advance, begin, price_of, realized_vol
from fleaglass.sandbox.venue import Venue, VenueSettings
from tests.unit.sandbox.desk import START_NS, ManualClock

BTC = ASSETS["BTC"]


def run(market: Market, seconds: float) -> list[int]:
    return list(market.advance(START_NS + int(seconds * SECOND_NS)))


def path(asset: str, seed: int, steps: int) -> list[PathState]:
    states = itertools.accumulate(
        range(steps), lambda state, _: advance(ASSETS[asset], seed, state), initial=begin(ASSETS[asset])
    )
    return list(states)


def test_the_same_seed_gives_the_same_prices() -> None:
    first, second, other = Market(7, START_NS), Market(7, START_NS), Market(8, START_NS)
    for market in (first, second, other):
        run(market, 30)
    assert first.quote("BTC") == second.quote("BTC")
    assert first.quote("BTC") != other.quote("BTC")


def test_prices_do_not_depend_on_how_often_anybody_asks() -> None:
    patient, curious = Market(7, START_NS), Market(7, START_NS)
    run(patient, 60)
    for tenth in range(601):
        run(curious, tenth / 10)
    assert patient.quote("ETH") == curious.quote("ETH")


def test_steps_come_at_their_own_instants_four_a_second_and_faster_with_speed() -> None:
    assert run(Market(7, START_NS), 1) == [START_NS + STEP_NS * n for n in (1, 2, 3, 4)]
    assert len(run(Market(7, START_NS, speed=10), 1)) == 40
    assert run(Market(7, START_NS, speed=0), 3600) == []


def test_history_is_full_from_the_first_moment_and_ends_with_the_present() -> None:
    quote = Market(7, START_NS).quote("SOL")
    assert len(quote.prices) == len(quote.implied_vols) == len(quote.realized_vols) == HISTORY
    assert quote.price == quote.prices[-1]


def test_a_long_sleep_is_skipped_instead_of_replayed() -> None:
    market = Market(7, START_NS)
    assert len(run(market, 30 * 24 * 3600)) == MAX_CATCH_UP
    assert not market.due(START_NS + 30 * 24 * 3600 * SECOND_NS)


def test_a_market_opened_again_goes_on_where_it_closed(tmp_path: Path) -> None:
    clock = ManualClock()
    whole = Market(7, START_NS)
    run(whole, 20)
    venue = Venue.open(tmp_path / "s.db", clock, VenueSettings())
    clock.advance(10)
    list(venue.market.advance(clock()))
    venue.close()
    clock.advance(3600)
    venue = Venue.open(tmp_path / "s.db", clock, VenueSettings())
    clock.advance(10)
    list(venue.market.advance(clock()))
    assert venue.market.quote("BTC") == whole.quote("BTC")
    venue.close()


def test_prices_stay_on_the_tick_positive_and_within_the_largest_step() -> None:
    for asset in ASSETS.values():
        states = path(asset.symbol, 3, 5_000)
        assert all(price_of(asset, state) % asset.tick == 0 and price_of(asset, state) > 0 for state in states)
        assert all(abs(b.log_price - a.log_price) <= MAX_STEP for a, b in itertools.pairwise(states))


def test_realised_volatility_is_of_the_size_that_the_asset_says() -> None:
    for asset in ASSETS.values():
        mean = statistics.fmean(realized_vol(state) for state in path(asset.symbol, 11, 20_000))
        assert 0.6 * asset.annual_vol < mean < 1.6 * asset.annual_vol


def test_momentum_exists_returns_of_half_an_hour_foretell_the_next() -> None:
    states = path("BTC", 5, 40_000)
    returns = [b.log_price - a.log_price for a, b in zip(states[::20], states[20::20], strict=False)]
    assert statistics.correlation(returns[:-1], returns[1:]) > 0.1


def test_implied_parts_from_realised_volatility_often_enough_to_trade_on() -> None:
    spreads = [math.log(state.implied / realized_vol(state)) for state in path("BTC", 5, 20_000)[HISTORY:]]
    mean, spread = statistics.fmean(spreads), statistics.stdev(spreads)
    share = statistics.fmean(abs(value - mean) / spread >= 1.5 for value in spreads)
    assert 0.02 < share < 0.4
