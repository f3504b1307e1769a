"""Trading, by the guides: orders in units of the asset, polled until they filled."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from fleaglass.sandbox import bodies
from fleaglass.sandbox.clock import parse_instant, rfc3339
from fleaglass.sandbox.errors import InvalidRequest, NotFound
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View, optional
from fleaglass.sandbox.market import ASSETS, Quote
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.closing import Closed, close
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.placing import NewOrder, place
from fleaglass.sandbox.trading.positions import Position
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS", "order_view", "position_view"]

_SIDES = ("buy", "sell")


class OrderBody(msgspec.Struct, frozen=True):
    """POST /trading/order."""

    asset: str
    side: str
    quantity: Decimal
    order_type: str = "market"
    limit_price: Decimal | None = None


class SpotBody(msgspec.Struct, frozen=True):
    """POST /orders/spot."""

    asset: str
    direction: str
    quantity: Decimal


class CloseBody(msgspec.Struct, frozen=True):
    """POST /trading/position/close: one of the two."""

    position_id: str | None = None
    asset: str | None = None


class _OrderType(msgspec.Struct, frozen=True):
    order_type: str = "market"


def _meaning(body: bytes) -> str:
    """Market and limit orders come to one address; anything that is no limit order counts as a market order."""
    try:
        limit = msgspec.json.decode(body, type=_OrderType).order_type == "limit"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        limit = False
    return "trading.limit" if limit else "trading.order"


def _order(venue: Venue, call: Call) -> View:
    body = bodies.decode(OrderBody, call.body)
    order_type = bodies.choice("order_type", body.order_type, ("market", "limit"))
    if (order_type == "limit") != (body.limit_price is not None):
        raise InvalidRequest("limit_price", f"is {'required' if order_type == 'limit' else 'only'} for a limit order")
    limit_price = None if body.limit_price is None else bodies.amount("limit_price", body.limit_price)
    new = NewOrder(*_what(body.asset, "side", body.side, body.quantity), limit_price)
    return order_view(place(venue, call.agent.agent_id, new))


def _spot(venue: Venue, call: Call) -> View:
    body = bodies.decode(SpotBody, call.body)
    new = NewOrder(*_what(body.asset, "direction", body.direction, body.quantity), at_once=True)
    return {**order_view(place(venue, call.agent.agent_id, new)), "direction": new.side}


def _what(asset: str, side_field: str, side: str, quantity: Decimal) -> tuple[str, str, int]:
    return (
        bodies.choice("asset", asset, ASSETS),
        bodies.choice(side_field, side, _SIDES),
        bodies.amount("quantity", quantity),
    )


def _poll(venue: Venue, call: Call) -> View:
    return order_view(orders.find(venue.db, call.agent.agent_id, call.path["order_id"]))


def _cancel(venue: Venue, call: Call) -> View:
    order = orders.find(venue.db, call.agent.agent_id, call.path["order_id"])
    return order_view(orders.end(venue.db, order, "cancelled", "CANCELLED_BY_AGENT", venue.clock()))


def _orders(venue: Venue, call: Call) -> View:
    since = call.asked("since")
    try:
        since_ns = parse_instant(since) if since is not None else 0
    except ValueError as error:
        raise InvalidRequest("since", "must be RFC 3339 with an offset, or Unix seconds") from error
    return {"orders": [order_view(order) for order in orders.recent(venue.db, call.agent.agent_id, since_ns)]}


def _positions(venue: Venue, call: Call) -> View:
    held = positions.all_open(venue.db, call.agent.agent_id)
    return {"positions": [position_view(one, venue.market.price(one.asset)) for one in held]}


def _close(venue: Venue, call: Call) -> View:
    body = bodies.decode(CloseBody, call.body)
    if (body.position_id is None) == (body.asset is None):
        raise InvalidRequest("position_id", "give either position_id or asset")
    if body.position_id is not None:
        held = positions.find(venue.db, call.agent.agent_id, body.position_id)
        return _closed_view(close(venue, held, venue.clock()))
    asset = bodies.choice("asset", body.asset or "", ASSETS)
    found = positions.open_of(venue.db, call.agent.agent_id, asset)
    if found is None:
        raise NotFound("position", asset)
    return _closed_view(close(venue, found, venue.clock()))


def _market(venue: Venue, call: Call) -> View:
    asset = call.path["asset"].upper()
    if asset not in ASSETS:
        raise NotFound("market", call.path["asset"])
    return _market_view(venue.market.quote(asset), venue.clock())


def order_view(order: Order) -> View:
    """What every call about one order returns; `fill_price` is null until something filled."""
    return {
        "order_id": order.order_id,
        "asset": order.asset,
        "side": order.side,
        "order_type": order.order_type,
        "quantity": from_units(order.quantity),
        "limit_price": optional(order.limit_price),
        "status": order.status,
        "reason": order.reason,
        "filled_quantity": from_units(order.filled),
        "remaining_quantity": from_units(order.remaining),
        "fill_price": optional(order.fill_price),
        "expected_price": from_units(order.expected_price),
        "fee_usd": from_units(order.fee),
        "realized_pnl_usd": from_units(order.realized),
        "created_at": rfc3339(order.created_ns),
        "updated_at": rfc3339(order.updated_ns),
    }


def _closed_view(closed: Closed) -> View:
    """The end of a position; `realized_pnl_usd` is before `fee_usd`, the fee of the closing trade."""
    order = closed.order
    return {
        "position_id": closed.position.position_id,
        "order_id": order.order_id,
        "asset": order.asset,
        "side": order.side,
        "quantity": from_units(order.filled),
        "entry_price": from_units(closed.position.entry_price),
        "exit_price": optional(order.fill_price),
        "expected_price": from_units(order.expected_price),
        "realized_pnl_usd": from_units(order.realized),
        "fee_usd": from_units(order.fee),
        "status": "closed",
        "opened_at": rfc3339(closed.position.opened_ns),
        "closed_at": rfc3339(order.updated_ns),
    }


def position_view(position: Position, price: int) -> View:
    """An open position against the current price; quantity without sign, `side` long or short."""
    return {
        "position_id": position.position_id,
        "asset": position.asset,
        "side": position.side,
        "quantity": from_units(position.size),
        "entry_price": from_units(position.entry_price),
        "mark_price": from_units(price),
        "unrealized_pnl_usd": from_units(position.unrealized(price)),
        "realized_pnl_usd": from_units(position.realized),
        "opened_at": rfc3339(position.opened_ns),
    }


def _market_view(quote: Quote, now_ns: int) -> View:
    """A market's price, volatilities per year (0.55 is 55 %) and last 64 values, the current ones last."""
    implied = [round(value, 6) for value in quote.implied_vols]
    realized = [round(value, 6) for value in quote.realized_vols]
    return {
        "asset": quote.asset,
        "price": from_units(quote.price),
        "timestamp": rfc3339(now_ns),
        "implied_vol": implied[-1],
        "realized_vol": realized[-1],
        "history": [from_units(price) for price in quote.prices],
        "implied_vol_history": implied,
        "realized_vol_history": realized,
    }


ENDPOINTS = (
    Endpoint("trading.order", "POST", "/trading/order", _order, meaning=_meaning),
    Endpoint("trading.spot", "POST", "/orders/spot", _spot, status=201),
    Endpoint("trading.poll", "GET", "/trading/order/{order_id}", _poll),
    Endpoint("trading.cancel", "DELETE", "/trading/order/{order_id}", _cancel),
    Endpoint("trading.orders", "GET", "/trading/orders", _orders),
    Endpoint("trading.positions", "GET", "/trading/positions", _positions),
    Endpoint("trading.close", "POST", "/trading/position/close", _close),
    Endpoint("trading.market", "GET", "/markets/{asset}", _market, keyless=True),
)
