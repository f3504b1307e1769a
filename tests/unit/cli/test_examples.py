"""The examples keep the guides' policies, and their strategies say what they should on prices made for it."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from fleaglass.venue import Market, Position

EXAMPLES = Path(__file__).parents[3] / "examples"
MOST_LINES = 160


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The example that a test names, loaded from its file as Python would run it, and forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setenv("FLEAGLASS_EXPORTER", "none")
    spec = importlib.util.spec_from_file_location(request.param, EXAMPLES / f"{request.param}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    if hasattr(module, "agent"):
        module.agent.shutdown()
    for name in ("running", "hiring"):
        if name not in before:
            sys.modules.pop(name, None)


momentum = pytest.mark.parametrize("example", ["momentum_agent"], indirect=True)
vol_arb = pytest.mark.parametrize("example", ["vol_arb_agent"], indirect=True)
casino = pytest.mark.parametrize("example", ["casino_agent"], indirect=True)
research = pytest.mark.parametrize("example", ["research_agent"], indirect=True)


def prices(*moves: float) -> tuple[Decimal, ...]:
    """Prices from 100 on, each the last times one plus a move."""
    found = [100.0]
    for move in moves:
        found.append(found[-1] * (1 + move))
    return tuple(Decimal(str(price)) for price in found)


def market(**values: object) -> Market:
    return Market(asset="BTC", price=Decimal(100), timestamp="2026-11-20T10:00:00Z", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("example", ["momentum_agent", "vol_arb_agent"], indirect=True)
def test_the_traders_keep_the_guides_policies(example: ModuleType) -> None:
    assert example.MIN_CONFIDENCE == 0.70
    assert example.MIN_BALANCE_USD == 10
    assert Decimal("0.10") == example.MAX_SHARE_OF_BALANCE
    assert example.MAX_TRADE_USD == 500
    assert example.MAX_DAILY_LOSS_USD == 3_000


@vol_arb
def test_the_volatility_agent_keeps_its_own_limits_too(example: ModuleType) -> None:
    assert example.MIN_Z_SCORE == 1.5
    assert example.MAX_NET_VEGA == 50_000


@momentum
def test_a_rise_is_bought_and_a_fall_sold_with_confidence(example: ModuleType) -> None:
    rise = example.momentum(market(history=prices(*[0.01, 0.012] * 15)), 24)
    fall = example.momentum(market(history=prices(*[-0.01, -0.012] * 15)), 24)
    assert (rise.action, fall.action) == ("buy", "sell")
    assert rise.confidence > 0.99
    assert fall.confidence > 0.99


@momentum
def test_prices_that_go_nowhere_give_no_confidence(example: ModuleType) -> None:
    assert example.momentum(market(history=prices(*[0.01, -0.0099] * 15)), 24).confidence < example.MIN_CONFIDENCE
    assert example.momentum(market(history=prices(*[0.0] * 30)), 24).confidence == 0.5


@momentum
@pytest.mark.parametrize("history", [(), prices(), prices(0.01), (Decimal(0),) * 9, (Decimal(-1), *prices(0.01))])
def test_too_few_prices_are_no_signal(example: ModuleType, history: tuple[Decimal, ...]) -> None:
    assert example.momentum(market(history=history), 24) is None
    assert example.best_lookback(history) == max(example.LOOKBACKS)


@momentum
def test_the_lookback_is_the_one_whose_moves_went_on(example: ModuleType) -> None:
    waves = [math.sin(turn / 4) for turn in range(64)]  # a period of 25 prices: after 8 it goes on, after 16 it is back
    history = tuple(Decimal(str(round(100 + wave, 6))) for wave in waves)
    assert example.best_lookback(history) == 24
    sawtooth = tuple(Decimal(100 + turn % 32) for turn in range(64))
    assert example.best_lookback(sawtooth) == 8


@vol_arb
def test_the_z_score_is_of_implied_against_realised(example: ModuleType) -> None:
    realized = (Decimal("0.5"),) * 64
    usual = tuple(Decimal("0.55") + Decimal("0.01") * (turn % 2) for turn in range(63))
    signal = example.volatility_spread(
        market(implied_vol_history=(*usual, Decimal("0.60")), realized_vol_history=realized)
    )
    assert signal.z_score > 1.5
    assert signal.confidence == pytest.approx(math.erf(signal.z_score / math.sqrt(2)))
    assert (signal.iv, signal.rv) == (0.60, 0.5)
    assert signal.action == "buy"


@vol_arb
def test_histories_of_unequal_length_are_compared_from_the_latest_on(example: ModuleType) -> None:
    implied = tuple(Decimal(value) for value in ("9.99", "0.55", "0.56", "0.55", "0.60"))
    whole = example.volatility_spread(market(implied_vol_history=implied, realized_vol_history=(Decimal("0.5"),) * 4))
    short = example.volatility_spread(
        market(implied_vol_history=implied[1:], realized_vol_history=(Decimal("0.5"),) * 9)
    )
    assert whole == short
    assert whole.z_score > 1


@vol_arb
@pytest.mark.parametrize("length", [0, 1, 2])
def test_too_few_volatilities_are_no_signal(example: ModuleType, length: int) -> None:
    some = (Decimal("0.5"),) * length
    assert example.volatility_spread(market(implied_vol_history=some, realized_vol_history=some)) is None
    assert (
        example.volatility_spread(market(implied_vol_history=(Decimal("0.5"),) * 9, realized_vol_history=some)) is None
    )


@vol_arb
def test_a_short_counts_against_the_book(example: ModuleType) -> None:
    facts = {"position_id": "p", "asset": "BTC", "entry_price": None, "unrealized_pnl_usd": None}
    short = Position(side="short", quantity=Decimal("0.5"), mark_price=Decimal(100), **facts)  # type: ignore[arg-type]
    assert example.signed_usd(short) == -50


@research
def test_a_figure_that_fits_the_prices_is_confirmed_and_one_that_does_not_is_disputed(example: ModuleType) -> None:
    history = prices(*[0.0007, -0.0007] * 31, 0.0007)
    true = 0.0007 * math.sqrt(example.PRICES_PER_YEAR)
    honest = example.check_volatility(market(history=history, realized_vol=Decimal(str(true))))
    wrong = example.check_volatility(market(history=history, realized_vol=Decimal(str(5 * true))))
    assert honest.action == "complete"
    assert honest.rv == pytest.approx(true, rel=0.1)
    assert wrong.action == "dispute"


@research
@pytest.mark.parametrize("history", [(), prices(), prices(0.01), (Decimal(0),) * 9])
def test_what_cannot_be_checked_is_disputed(example: ModuleType, history: tuple[Decimal, ...]) -> None:
    signal = example.check_volatility(market(history=history, realized_vol=Decimal("0.5")))
    assert (signal.action, signal.confidence, signal.rv) == ("dispute", 0.0, None)


@casino
def test_the_casino_agent_stakes_little_and_stops(example: ModuleType) -> None:
    assert Decimal("0.01") >= example.STAKE_SHARE
    assert example.MAX_LOSS_USD <= 25
    assert example.MIN_BALANCE_USD == 10


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) < MOST_LINES
