"""Orders: how an answer becomes an ``Order``, and an order a record."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.models.trading import SETTLED, Order
from fleaglass.venue.money import quotient, slippage_bps
from fleaglass.venue.profile import Profile

__all__ = ["UNKNOWN_ORDER", "figures", "note_order", "order_from", "rows_in"]

# A list may say by its name what its orders do not say by themselves.
_LISTS: Final = {
    "items": semconv.PF_ORDER_STATE_UNKNOWN,
    "executed": semconv.PF_ORDER_STATE_FILLED,
    "pending": semconv.PF_ORDER_STATE_OPEN,
    "filled": semconv.PF_ORDER_STATE_FILLED,
    "cancelled": semconv.PF_ORDER_STATE_CANCELLED,
}

UNKNOWN_ORDER: Final = Order(
    order_id=None, asset=None, side=None, order_type=None, quantity=None, state=semconv.PF_ORDER_STATE_UNKNOWN
)


def order_from(body: Body, profile: Profile, known: Order = UNKNOWN_ORDER) -> Order:
    """The order as this answer has it; what the answer leaves out stays as it was known.

    Answers may be older than the one before. So quantities filled never shrink, and a settled order stays settled: what
    says otherwise is ignored.
    """
    fill_price = _or(body.decimal("fill_price"), known.fill_price)
    quantity = _or(_ordered(body), known.quantity)
    filled_quantity = _filled(body, fill_price, known.filled_quantity)
    state = _state(body, profile, filled_quantity, quantity, known.state)
    if _is_older(known.state, state):
        return known
    if state == semconv.PF_ORDER_STATE_FILLED and filled_quantity is None:
        filled_quantity = quantity
    side = body.text("side") or known.side
    expected_price = _or(body.decimal("expected_price"), known.expected_price)
    return replace(
        known,
        order_id=body.text("order_id") or known.order_id,
        position_id=body.text("position_id") or known.position_id,
        asset=body.text("asset") or known.asset,
        side=side,
        order_type=body.text("order_type") or known.order_type,
        quantity=_or(quantity, filled_quantity),
        state=state,
        limit_price=_or(body.decimal("limit_price"), known.limit_price),
        filled_quantity=filled_quantity,
        fill_price=fill_price,
        fee_usd=_or(body.decimal("fee_usd"), known.fee_usd),
        expected_price=expected_price,
        slippage_bps=slippage_bps(side, fill_price, expected_price) if side else None,
        realized_pnl_usd=_or(body.decimal("realized_pnl_usd"), known.realized_pnl_usd),
        reason=body.text("reason") or known.reason,
        created_at=body.text("created_at") or known.created_at,
    )


def _ordered(body: Body) -> Decimal | None:
    """How much was ordered, by quantity or else by its value at the limit."""
    quantity = body.decimal("quantity")
    return quotient(body.decimal("size_usd"), body.decimal("limit_price")) if quantity is None else quantity


def _filled(body: Body, fill_price: Decimal | None, known: Decimal | None) -> Decimal | None:
    """How much is filled, by quantity or else by value."""
    filled = body.decimal("filled_quantity")
    if filled is None:
        filled = quotient(body.decimal("size_usd"), fill_price)
    return known if filled is None or (known is not None and known > filled) else filled


def _is_older(known: str, state: str) -> bool:
    """Whether an answer with this state was overtaken by one that said ``known``."""
    if known == semconv.PF_ORDER_STATE_FILLED:
        return state != known
    return known in SETTLED and state not in SETTLED


def rows_in(body: Body, profile: Profile) -> tuple[tuple[Order, Body], ...]:
    """The orders of an answer that lists them, each with its part of the answer."""
    return tuple(
        (order_from(item, profile, replace(UNKNOWN_ORDER, state=state)), item)
        for name, state in _LISTS.items()
        for item in body.items(name)
    )


def note_order(span: Operation, order: Order) -> None:
    """Record the order on its operation, and tell the cycle. Fill figures only once something was filled."""
    span.record({semconv.PF_ORDER_ID: order.order_id, semconv.PF_ORDER_STATE: order.state})
    if order.filled:
        span.record(figures(order))
    span.tell(lambda story: story.order(order.order_id, order.state, order.filled_quantity))


def figures(order: Order) -> dict[str, object]:
    """The attributes of an order of which something was filled, except for what it realised."""
    return {
        semconv.PF_POSITION_ID: order.position_id,
        semconv.PF_QUANTITY: order.quantity,
        semconv.PF_EXPECTED_PRICE: order.expected_price,
        semconv.PF_FILL_PRICE: order.fill_price,
        semconv.PF_FILL_QUANTITY: order.filled_quantity,
        semconv.PF_FILL_RATE: order.fill_rate,
        semconv.PF_FEE_USD: order.fee_usd,
        semconv.PF_SLIPPAGE_BPS: order.slippage_bps,
    }


def _state(body: Body, profile: Profile, filled_quantity: Decimal | None, quantity: Decimal | None, known: str) -> str:
    """The state, by the profile's table; from the quantities when the answer has no status."""
    status = body.text("state")
    if status is not None:
        state = profile.order_states.get(status.lower(), semconv.PF_ORDER_STATE_UNKNOWN)
        partly = state == semconv.PF_ORDER_STATE_OPEN and filled_quantity
        return semconv.PF_ORDER_STATE_PARTIALLY_FILLED if partly else state
    if filled_quantity and quantity:
        filled = filled_quantity >= quantity
        return semconv.PF_ORDER_STATE_FILLED if filled else semconv.PF_ORDER_STATE_PARTIALLY_FILLED
    return known


def _or(value: Decimal | None, otherwise: Decimal | None) -> Decimal | None:
    """``or`` for numbers: zero is a value."""
    return otherwise if value is None else value
