"""Trading, by the published code: perpetual positions sized in USD, filled by the time they are answered.

The venue behind it lends nothing: a position is paid for in full, whatever leverage was asked for. Whatever the
exchange refuses is `trade_failed`, and only the message says why.
"""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox import accounts
from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.errors import InsufficientMargin
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields, limits, trade_reads
from fleaglass.sandbox.faces.live.fields import Fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.live.sides import MOST_USD, long_or_short, required_side
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import LIMIT, UNIT, divide, from_units, to_units
from fleaglass.sandbox.trading import positions
from fleaglass.sandbox.trading.closing import close
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.placing import NewOrder, place
from fleaglass.sandbox.trading.positions import Position
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_BASE = "/trading/v1"
_LEVERAGE, _MOST_LEVERAGE = Decimal(5), Decimal(10)
_CENT = Decimal("0.01")


def _register(venue: Venue, _: Call) -> View:
    opened = accounts.register(venue, None, None, "trading")
    return {"agent_id": opened.agent.agent_id, "api_key": opened.api_key, "tier": "free"}


def _open(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    coin = fields.text(asked, "coin", "invalid_request", most=40).upper()
    side = required_side(asked)
    size = fields.units(asked, "size_usd", "invalid_size")
    leverage = _leverage(asked)
    if size > to_units(MOST_USD):
        raise Refused(400, "position_too_large", f"size_usd may be at most {MOST_USD}", max_size_usd=MOST_USD)
    _require_wallet(venue, call)
    before = positions.open_of(venue.db, call.agent.agent_id, coin) if coin in ASSETS else None
    order = _place(venue, call, coin, side, size)
    # An opposite order of the same size ends the position; its answer still names it.
    after = positions.open_of(venue.db, call.agent.agent_id, coin) or before
    assert after is not None, "BUG: an order filled, and there is no position"
    return _open_view(order, after, leverage)


def _place(venue: Venue, call: Call, coin: str, side: str, size: int) -> Order:
    if coin not in ASSETS:
        raise Refused(400, "trade_failed", f"Unknown market: {coin}")
    quantity = size * UNIT // venue.market.price(coin)
    if quantity == 0:
        raise Refused(400, "trade_failed", "Order has zero size")
    try:
        return place(venue, call.agent.agent_id, NewOrder(coin, side, quantity, at_once=True))
    except InsufficientMargin as error:
        raise Refused(400, "trade_failed", f"Insufficient margin to place order: {error.message}") from error


def _leverage(asked: Fields) -> Decimal:
    """What is beyond the most is cut to it without a word."""
    found = fields.number(asked.get("leverage", _LEVERAGE))
    if found is None or not 1 <= found <= LIMIT:
        raise Refused(400, "invalid_leverage", "leverage must be at least 1")
    return min(found, _MOST_LEVERAGE)


def _require_wallet(venue: Venue, call: Call) -> None:
    known = venue.db.execute("SELECT 1 FROM account WHERE account = ?", (f"cash/{call.agent.agent_id}",)).fetchone()
    if known is None:
        raise Refused(400, "wallet_not_configured", "Connect a wallet that holds USDC before trading")


def _close(venue: Venue, call: Call) -> View:
    position_id = fields.read(call).get("position_id")
    if not isinstance(position_id, str) or not position_id:
        raise Refused(400, "provide position_id")
    held = positions.find(venue.db, call.agent.agent_id, position_id)
    order = close(venue, held, venue.clock()).order
    assert order.fill_price is not None, "BUG: a position closed without a price"
    return {
        "position_id": held.position_id,
        "order_id": order.order_id,
        "coin": held.asset,
        "side": held.side,
        "size_usd": from_units(held.cost),
        "entry_price": from_units(held.entry_price),
        "exit_price": from_units(order.fill_price),
        "pnl": from_units(order.realized),
        "pnl_percent": (from_units(order.realized) / from_units(held.cost) * 100).quantize(_CENT),
        "fee": from_units(order.fee),
        "status": "closed",
        "closed_at": rfc3339(order.updated_ns),
    }


def _open_view(order: Order, position: Position, leverage: Decimal) -> View:
    """A filled order. The parts of the fee are rounded each by itself, so they need not add up to it."""
    assert order.fill_price is not None, "BUG: a market order filled without a price"
    value = from_units(order.value)
    move = to_units(from_units(order.fill_price) / leverage)
    return {
        "position_id": position.position_id,
        "order_id": order.order_id,
        "coin": order.asset,
        "side": long_or_short(order.side),
        "size_usd": value,
        "entry_price": from_units(order.fill_price),
        "leverage": leverage,
        "margin_used": from_units(divide(order.value * UNIT, to_units(leverage))),
        "liquidation_price": from_units(order.fill_price + (move if order.side == "sell" else -move)),
        "fee": from_units(order.fee),
        "fee_breakdown": {
            "hyperliquid_fee": (value * Decimal("0.00035")).quantize(_CENT),
            "platform_fee": (value * Decimal("0.0002")).quantize(_CENT),
        },
        "status": "open",
        "opened_at": rfc3339(order.created_ns),
    }


ENDPOINTS = (
    Endpoint(
        *("faucet.register", "POST", f"{_BASE}/auth/register", _register),
        status=201,
        keyless=True,
        service="trading",
        per_minute=10,
    ),
    Endpoint("trading.order", "POST", f"{_BASE}/trade/open", _open, per_minute=30),
    Endpoint("trading.close", "POST", f"{_BASE}/trade/close", _close, per_minute=30),
    *limits.endpoints(_BASE),
    *trade_reads.endpoints(_BASE),
)
