"""Orders: how an answer becomes an ``Order``, and an order a record."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.models import Order
from fleaglass.venue.money import slippage_bps
from fleaglass.venue.profile import Profile

__all__ = ["UNKNOWN_ORDER", "note_order", "order_from"]

UNKNOWN_ORDER = Order(
    order_id=None, asset=None, side=None, order_type=None, quantity=None, state=semconv.PF_ORDER_STATE_UNKNOWN
)


def order_from(body: Body, profile: Profile, known: Order = UNKNOWN_ORDER) -> Order:
    """The order as this answer has it; what the answer leaves out stays as it was known."""
    filled_quantity = _or(body.decimal("filled_quantity"), known.filled_quantity)
    quantity = _or(body.decimal("quantity"), known.quantity)
    state = _state(body, profile, filled_quantity, quantity, known.state)
    if state == semconv.PF_ORDER_STATE_FILLED and filled_quantity is None:
        filled_quantity = quantity
    side = body.text("side") or known.side
    fill_price = _or(body.decimal("fill_price"), known.fill_price)
    expected_price = _or(body.decimal("expected_price"), known.expected_price)
    return replace(
        known,
        order_id=body.text("order_id") or known.order_id,
        asset=body.text("asset") or known.asset,
        side=side,
        order_type=body.text("order_type") or known.order_type,
        quantity=quantity,
        state=state,
        limit_price=_or(body.decimal("limit_price"), known.limit_price),
        filled_quantity=filled_quantity,
        fill_price=fill_price,
        fee_usd=_or(body.decimal("fee_usd"), known.fee_usd),
        expected_price=expected_price,
        slippage_bps=slippage_bps(side or "", fill_price, expected_price) if side else None,
        reason=body.text("reason") or known.reason,
    )


def note_order(span: Operation, order: Order) -> None:
    """Record the order on its operation, and tell the cycle. Fill figures only once something was filled."""
    span.record({semconv.PF_ORDER_ID: order.order_id, semconv.PF_ORDER_STATE: order.state})
    if order.filled:
        span.record(
            {
                semconv.PF_EXPECTED_PRICE: order.expected_price,
                semconv.PF_FILL_PRICE: order.fill_price,
                semconv.PF_FILL_QUANTITY: order.filled_quantity,
                semconv.PF_FEE_USD: order.fee_usd,
                semconv.PF_SLIPPAGE_BPS: order.slippage_bps,
            }
        )
    span.tell(lambda story: story.order(order.order_id, order.state, order.filled_quantity))


def _state(body: Body, profile: Profile, filled_quantity: Decimal | None, quantity: Decimal | None, known: str) -> str:
    """The state, by the profile's table; from the quantities when the answer has no status."""
    status = body.text("state")
    if status is not None:
        return profile.order_states.get(status.lower(), semconv.PF_ORDER_STATE_UNKNOWN)
    if filled_quantity and quantity:
        filled = filled_quantity >= quantity
        return semconv.PF_ORDER_STATE_FILLED if filled else semconv.PF_ORDER_STATE_PARTIALLY_FILLED
    return known


def _or(value: Decimal | None, otherwise: Decimal | None) -> Decimal | None:
    """``or`` for numbers: zero is a value."""
    return otherwise if value is None else value
