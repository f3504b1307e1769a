"""Limit orders, by the published code: they wait unseen, and the services only simulate what becomes of them.

Nothing is set aside for a limit order. If its agent cannot pay when the market reaches it, the services call it filled
all the same, at its limit, and there is no position: filled is not executed.
"""

from __future__ import annotations

import sqlite3

from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.db import NO_LIMIT
from fleaglass.sandbox.errors import NotFound
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.live.sides import MOST_USD, long_or_short, required_side
from fleaglass.sandbox.faces.view import View, optional
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import UNIT, from_units, notional
from fleaglass.sandbox.trading import orders
from fleaglass.sandbox.trading.matching import fill_crossed
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.placing import NewOrder, place
from fleaglass.sandbox.venue import Venue

__all__ = ["endpoints"]

_MOST_PENDING = 10
_STATUSES = {"open": "pending", "partially_filled": "pending", "cancelled": "cancelled"}


def _limit(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    coin = fields.text(asked, "coin", "unknown_coin", most=40).upper()
    if coin not in ASSETS:
        raise Refused(400, "unknown_coin", f"{coin} is not traded")
    side = required_side(asked)
    size = fields.units(asked, "size_usd", "invalid_size")
    if size > MOST_USD * UNIT:
        raise Refused(400, "too_large", f"size_usd may be at most {MOST_USD}")
    limit_price = fields.units(asked, "limit_price", "invalid_price")
    if len(_with_status(venue.db, call, "pending")) >= _MOST_PENDING:
        raise Refused(400, "limit_reached", f"At most {_MOST_PENDING} pending limit orders")
    quantity = size * UNIT // limit_price
    if quantity == 0:
        raise Refused(400, "invalid_size", "Order has zero size")
    new = NewOrder(coin, side, quantity, limit_price, resting=True)
    order = place(venue, call.agent.agent_id, new)
    current = venue.market.price(coin)
    return {
        **_limit_view(order),
        "current_price": from_units(current),
        "direction": "below" if limit_price < current else "above",
    }


def _listing(venue: Venue, call: Call) -> View:
    return {
        status: [_limit_view(order) for order in _with_status(venue.db, call, status)]
        for status in ("pending", "filled", "cancelled")
    }


def _cancel(venue: Venue, call: Call) -> View:
    order = orders.find(venue.db, call.agent.agent_id, call.path["order_id"])
    if order.order_type != "limit":
        raise NotFound("order", order.order_id)
    if not order.alive:
        raise Refused(400, "not_pending", f"Order is {_status(order)}")
    return _limit_view(orders.end(venue.db, order, "cancelled", "CANCELLED_BY_AGENT", venue.clock()))


def _check(venue: Venue, call: Call) -> View:
    waiting = {order.order_id for order in _with_status(venue.db, call, "pending")}
    fill_crossed(venue, venue.clock())
    filled = [order for order in _with_status(venue.db, call, "filled") if order.order_id in waiting]
    return {"checked": len(waiting), "filled": [_limit_view(order) for order in filled]}


def _limit_view(order: Order) -> View:
    """A limit order; one that failed when its turn came is `filled` too, at its limit."""
    assert order.limit_price is not None, "BUG: a limit order without a limit"
    status = _status(order)
    return {
        "order_id": order.order_id,
        "coin": order.asset,
        "side": long_or_short(order.side),
        "size_usd": round(from_units(notional(order.quantity, order.limit_price)), 2),
        "limit_price": from_units(order.limit_price),
        "status": status,
        "fill_price": optional(order.fill_price or order.limit_price) if status == "filled" else None,
        "filled_at": rfc3339(order.updated_ns) if status == "filled" else None,
        "created_at": rfc3339(order.created_ns),
    }


def _status(order: Order) -> str:
    return _STATUSES.get(order.status, "filled")


def _with_status(db: sqlite3.Connection, call: Call, status: str) -> list[Order]:
    placed = orders.recent(db, call.agent.agent_id, limit=NO_LIMIT)
    return [order for order in placed if order.order_type == "limit" and _status(order) == status]


def endpoints(base: str) -> tuple[Endpoint, ...]:
    """Return what is served below trading's base."""
    return (
        Endpoint("trading.limit", "POST", f"{base}/trade/limit", _limit, status=201),
        Endpoint("trading.limits", "GET", f"{base}/trade/limit-orders", _listing),
        Endpoint("trading.cancel", "DELETE", f"{base}/trade/limit-orders/{{order_id}}", _cancel),
        Endpoint("trading.check_limits", "POST", f"{base}/trade/check-limits", _check),
    )
