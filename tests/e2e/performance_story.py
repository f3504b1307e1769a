"""Six hours of four agents' trading, the same every time, as OTLP: enough of it that the page has something to show."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.support.otlp import traces

MS = 1_000_000
HOUR = 3_600_000 * MS

_AGENTS = {
    # strategy, release, assets, gain a trade, model and venue latency in ms
    "vol-arb-btc": ("vol_arb", "2.4.1", ("BTC",), 0.62, 45, 320),
    "eth-momentum": ("momentum", "3.0.2", ("ETH", "SOL"), 0.31, 38, 260),
    "sol-maker": ("market_making", "1.9.0", ("SOL",), -0.18, 22, 410),
    "research-lead": ("research", "1.4.0", ("BTC", "ETH"), 0.05, 640, 180),
}
_PRICES = {"BTC": 68_000.0, "ETH": 3_412.0, "SOL": 171.0}
_SIZES = {"BTC": 0.0125, "ETH": 0.25, "SOL": 5.0}


def six_hours(now_ns: int) -> Iterator[Any]:
    """Requests, one an agent and half hour; the last decision ends before `now_ns`."""
    chance, number = random.Random(42), 0
    for half_hour in range(12):
        for agent, (strategy, release, assets, edge, model_ms, venue_ms) in _AGENTS.items():
            if agent == "sol-maker" and half_hour >= 8:
                release = "2.0.0"  # a new release in the middle, which does better
                edge = 0.34
            spans: list[dict[str, Any]] = []
            for n in range(7):
                number += 1
                start = now_ns - 6 * HOUR + half_hour * HOUR // 2 + n * HOUR // 16 + chance.randrange(HOUR // 20)
                asset = chance.choice(assets)
                clock = _Clock(start, chance, model_ms, venue_ms)
                decision = _decision(clock, asset, edge, number, bets=agent == "sol-maker" and n == 6)
                spans += [{**span, "trace": number, "id": place} for place, span in enumerate(decision, start=1)]
            resource = {
                "pf.agent_id": agent,
                "pf.strategy": strategy,
                "pf.release": release,
                "service.version": release,
            }
            yield traces(*spans, resource=resource)


LONG_RELEASE = "fleet-release@2026.11.20-rc1+build.1234567890abcdef"
LONG_NAME = "market-maker-with-a-name-that-says-its-fleet-and-region-eu-west-1"
_AMOUNTS = {
    # what a trade earns or loses, what is traded at what price, the fee
    "cents": (0.03, 0.01, 100.0, 0.0031),
    "tens": (21.5, 0.5, 3_412.0, 0.6),
    "ten-thousands": (15_204.17, 10.0, 68_000.0, 238.07),
    LONG_NAME: (1_250_318.64, 2_000.0, 68_000.0, 47_615.08),
}


def amounts(now_ns: int) -> Iterator[Any]:
    """A day of trades from cents to millions, a request an agent; one of them has a long name and a long release."""
    number = 0
    for agent, (earned, quantity, price, fee) in _AMOUNTS.items():
        release = LONG_RELEASE if agent == LONG_NAME else "1.0.0"
        told: list[dict[str, Any]] = []
        for n in range(8):
            number += 1
            start = now_ns - (8 - n) * 2 * HOUR - number * HOUR // 60
            trade = _trade(start, f"ord_{number}", round(earned * (1.5 if n % 3 else -1.0), 8), quantity, price, fee)
            told += [{**span, "trace": number, "id": place} for place, span in enumerate(trade, start=1)]
        yield traces(
            *told,
            resource={
                "pf.agent_id": agent,
                "pf.strategy": "market_making",
                "pf.release": release,
                "service.version": release,
            },
        )


def _trade(start: int, order_id: str, pnl: float, quantity: float, price: float, fee: float) -> list[dict[str, Any]]:
    about = {"asset": "BTC", "side": "buy"}
    order = {"order_id": order_id, "order_state": "filled", "quantity": quantity, "fill_quantity": quantity}
    fill = {"expected_price": price, "fill_price": round(price * 1.00029, 4), "slippage_bps": 2.9, "fee_usd": fee}
    return [
        _span("agent.decision_cycle", start, start + 800 * MS, 0, cycle_outcome="order_placed", asset="BTC"),
        _span("pf.signal.analysis", start + 2 * MS, start + 320 * MS, 1, signal_type="momentum"),
        _span("pf.trade.execute", start + 330 * MS, start + 600 * MS, 1, **about, **order, **fill),
        _span("pf.trade.close", start + 610 * MS, start + 700 * MS, 1, **about, pnl_usd=pnl),
    ]


class _Clock:
    """Hands out the times of one decision's spans, one after the other."""

    def __init__(self, start_ns: int, chance: random.Random, model_ms: float, venue_ms: float) -> None:
        self.now_ns = self.start_ns = start_ns
        self.chance, self.model_ms, self.venue_ms = chance, model_ms, venue_ms

    def span(self, name: str, about_ms: float, parent: int = 1, **told: Any) -> dict[str, Any]:
        began = self.now_ns + 2 * MS
        self.now_ns = began + int(about_ms * self.chance.uniform(0.5, 1.9) * MS)
        return _span(name, began, self.now_ns, parent, **told)


def _span(name: str, start_ns: int, end_ns: int, parent: int, **told: Any) -> dict[str, Any]:
    attributes = {"pf." + key.replace("order_state", "order.state"): value for key, value in told.items()}
    times = {"start_time_unix_nano": start_ns, "end_time_unix_nano": end_ns}
    return {"name": name, "attributes": attributes, **times} | ({"parent": parent} if parent else {})


def _decision(clock: _Clock, asset: str, edge: float, number: int, *, bets: bool) -> list[dict[str, Any]]:
    chance, price = clock.chance, _PRICES[asset]
    side, signal = chance.choice(("buy", "sell")), chance.choice(("momentum", "mean_reversion"))
    told = [
        clock.span("pf.wallet.balance_check", 30, wallet_id="w", cache_hit=False),
        clock.span("pf.signal.analysis", clock.model_ms, signal_type=signal, asset=asset),
        clock.span("risk.check", 1),
    ]
    earned = None
    if bets:
        earned = round(chance.choice((0.99, -1.0)), 8)
        told.append(clock.span("pf.casino.bet", 90, service="casino", pnl_usd=earned))
    elif chance.random() < 0.75:
        told += _order(clock, asset, side, price, number, place=len(told) + 2)
        if chance.random() < 0.7:
            earned = round(chance.gauss(edge, 1.1) * 6, 8)
            fee = round(chance.uniform(0.02, 0.3), 8)
            told.append(clock.span("pf.trade.close", 120, asset=asset, side=side, pnl_usd=earned, fee_usd=fee))
    outcome = "completed" if bets else "order_placed" if len(told) > 3 else "skipped"
    about = {"cycle_outcome": outcome, "asset": asset} | ({} if earned is None else {"pnl_usd": earned})
    return [_span("agent.decision_cycle", clock.start_ns, clock.now_ns + 9 * MS, 0, **about), *told]


def _order(clock: _Clock, asset: str, side: str, price: float, number: int, place: int) -> list[dict[str, Any]]:
    began = clock.now_ns + 2 * MS
    about = {
        "asset": asset,
        "side": side,
        "quantity": _SIZES[asset],
        "order_type": "market",
        "order_id": f"ord_{number}",
    }
    clock.now_ns = began + int(clock.venue_ms * 0.4 * MS)
    if clock.chance.random() < 0.07:
        refused = _span("pf.trade.execute", began, clock.now_ns, 1, **about, order_state="rejected")
        return [{**refused, "status": 2}]
    poll = clock.span("pf.trade.confirmation_poll", clock.venue_ms * 0.5, place, order_id=about["order_id"])
    slip = round(clock.chance.gauss(1.6, 1.8), 1)
    fill = round(price * (1 + slip / 10_000 * (1 if side == "buy" else -1)), 4)
    filled = _SIZES[asset] * (0.4 if clock.chance.random() < 0.08 else 1)
    told = {"expected_price": price, "fill_price": fill, "fill_quantity": filled, "slippage_bps": slip}
    state = "filled" if filled == _SIZES[asset] else "partially_filled"
    fee = round(fill * filled * 0.00035, 8)
    end = clock.now_ns + 3 * MS
    return [_span("pf.trade.execute", began, end, 1, **about, **told, fee_usd=fee, order_state=state), poll]
