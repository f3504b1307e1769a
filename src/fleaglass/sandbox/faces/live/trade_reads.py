"""What trading tells, by the published code: positions, the history in camelCase, and public prices."""

from __future__ import annotations

from fleaglass.sandbox import wallet
from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.db import NO_LIMIT
from fleaglass.sandbox.errors import NotFound
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live.sides import long_or_short
from fleaglass.sandbox.faces.view import View, optional
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import from_units, notional
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["endpoints"]

_MAX_LEVERAGE = 10


def _positions(venue: Venue, call: Call) -> View:
    held = positions.all_open(venue.db, call.agent.agent_id)
    return {
        "positions": [
            {
                "position_id": one.position_id,
                "coin": one.asset,
                "side": one.side,
                "size_usd": from_units(one.cost),
                "entry_price": from_units(one.entry_price),
                "current_price": from_units(venue.market.price(one.asset)),
                "unrealized_pnl": from_units(one.unrealized(venue.market.price(one.asset))),
                "status": "open",
                "opened_at": rfc3339(one.opened_ns),
            }
            for one in held
        ],
        "count": len(held),
    }


def _history(venue: Venue, call: Call) -> View:
    filled = _filled(venue, call)
    return {
        "trades": [
            {
                "orderId": order.order_id,
                "coin": order.asset,
                "side": long_or_short(order.side),
                "orderType": order.order_type,
                "sizeUsd": from_units(order.value),
                "price": optional(order.fill_price),
                "fee": from_units(order.fee),
                "realizedPnl": from_units(order.realized),
                "createdAt": rfc3339(order.created_ns),
            }
            for order in reversed(filled)
        ],
        "count": len(filled),
    }


def _portfolio(venue: Venue, call: Call) -> View:
    held = positions.all_open(venue.db, call.agent.agent_id)
    worth = sum(line.usd_value for line in wallet.holdings(venue, call.agent.agent_id))
    return {
        "equity_usd": from_units(worth),
        "available_usd": from_units(spendable(venue, call.agent.agent_id)),
        "position_value_usd": from_units(sum(notional(one.size, venue.market.price(one.asset)) for one in held)),
        "unrealized_pnl": from_units(sum(one.unrealized(venue.market.price(one.asset)) for one in held)),
        "open_positions": len(held),
    }


def _pnl_history(venue: Venue, call: Call) -> View:
    closing = [order for order in _filled(venue, call) if order.realized]
    return {
        "history": [
            {"orderId": one.order_id, "realizedPnl": from_units(one.realized), "closedAt": rfc3339(one.updated_ns)}
            for one in closing
        ],
        "total_realized_pnl": from_units(sum(order.realized for order in closing)),
    }


def _markets(venue: Venue, _: Call) -> View:
    return {"markets": [_market_view(venue, coin) for coin in ASSETS], "count": len(ASSETS)}


def _market(venue: Venue, call: Call) -> View:
    coin = call.path["coin"].upper()
    if coin not in ASSETS:
        raise NotFound("market", call.path["coin"])
    return _market_view(venue, coin)


def _market_view(venue: Venue, coin: str) -> View:
    return {
        "coin": coin,
        "price": from_units(venue.market.price(coin)),
        "max_leverage": _MAX_LEVERAGE,
        "timestamp": rfc3339(venue.clock()),
    }


def _filled(venue: Venue, call: Call) -> list[Order]:
    return [order for order in orders.recent(venue.db, call.agent.agent_id, limit=NO_LIMIT) if order.filled]


def endpoints(base: str) -> tuple[Endpoint, ...]:
    """Return what is served below trading's base."""
    return (
        Endpoint("trading.positions", "GET", f"{base}/trade/positions", _positions),
        Endpoint("trading.orders", "GET", f"{base}/trade/history", _history),
        Endpoint("trading.portfolio", "GET", f"{base}/trade/portfolio", _portfolio),
        Endpoint("trading.pnl_history", "GET", f"{base}/trade/pnl-history", _pnl_history),
        Endpoint("trading.markets", "GET", f"{base}/markets", _markets, keyless=True),
        Endpoint("trading.market", "GET", f"{base}/markets/{{coin}}", _market, keyless=True),
    )
