"""Placing an order, in three steps: send it, ask until it settles, say what it came to.

This is where telemetry could do the most harm, so the rules are strict: an order that the venue accepted is returned
whatever happens afterwards, and one whose answer was lost is ``unknown``, never an ordinary failure.
"""

from __future__ import annotations

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls, at_stake, mark_unknown
from fleaglass.venue.confirmation import confirm
from fleaglass.venue.errors import OrderRejectedError, Rejected
from fleaglass.venue.models import Order
from fleaglass.venue.orders import note_order, order_from

__all__ = ["finish", "place", "settle"]


async def place(calls: Calls, span: Operation, wanted: Order, confidence: float | None) -> Order:
    """Send the order. From the moment it is sent, whatever ends this without an answer leaves it ``unknown``."""
    span.tell(lambda story: story.about(wanted.asset, confidence))
    fields = {
        "asset": wanted.asset,
        "side": wanted.side,
        "quantity": wanted.quantity,
        "order_type": wanted.order_type,
        "limit_price": wanted.limit_price,
    }
    try:
        with at_stake(span, semconv.PF_ORDER_STATE, semconv.EVENT_ORDER_UNKNOWN):
            body = await calls.spend(span, "trading.order", body=fields)
    except Rejected:
        span.record({semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_REJECTED})
        raise
    order = order_from(body, calls.profile, wanted)
    note_order(span, order)
    return order


async def settle(calls: Calls, span: Operation, order: Order, *, timeout_s: float, interval_s: float) -> Order:
    """Ask for the order until it is settled or the time is up. Only being cancelled gets out of here."""
    try:
        return await confirm(calls, order, timeout_s=timeout_s, interval_s=interval_s)
    except BaseException:
        if order.settled:
            _record_fill(span, order)  # a fill stays a fill
        else:
            _out_of_sight(span, order)
        raise


def finish(span: Operation, order: Order) -> Order:
    """Record what it came to, and return it. `OrderRejectedError` if it ended without any fill."""
    note_order(span, order)
    _record_fill(span, order)
    if order.state == semconv.PF_ORDER_STATE_UNKNOWN:
        _out_of_sight(span, order)
    if order.state == semconv.PF_ORDER_STATE_REJECTED and not order.filled:
        raise OrderRejectedError(
            operation="trading.order",
            intent={"asset": order.asset, "side": order.side, "quantity": order.quantity, "order_id": order.order_id},
            code=order.reason or "ORDER_REJECTED",
            trace_id=span.trace_id,
        )
    return order


def _record_fill(span: Operation, order: Order) -> None:
    if order.filled and order.fill_price is not None and order.filled_quantity is not None:
        span.event(
            semconv.EVENT_ORDER_FILLED,
            {
                semconv.FIELD_FILL_PRICE: order.fill_price,
                semconv.FIELD_QUANTITY: order.filled_quantity,
                semconv.FIELD_FEE_USD: order.fee_usd,
            },
        )


def _out_of_sight(span: Operation, order: Order) -> None:
    """Accepted, and then lost from sight while it was still moving."""
    mark_unknown(span, semconv.PF_ORDER_STATE, semconv.EVENT_ORDER_UNKNOWN, {semconv.PF_ORDER_ID: order.order_id})
