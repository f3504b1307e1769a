"""Placing an order, in three steps: send it, ask until it settles, say what it came to.

This is where telemetry could do the most harm, so the rules are strict: an order that the venue accepted is returned
whatever happens afterwards, and one whose answer was lost is ``unknown``, never an ordinary failure.
"""

from __future__ import annotations

from dataclasses import replace

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls, mark_unknown
from fleaglass.venue.errors import OrderRejectedError, OutcomeUnknown
from fleaglass.venue.meaning import Asked
from fleaglass.venue.models import Order
from fleaglass.venue.observe import Fields, Observed
from fleaglass.venue.observe.fills import note_fill, note_waiting
from fleaglass.venue.observe.orders import note_order, order_from
from fleaglass.venue.observe.trading import wanted_order
from fleaglass.venue.services.confirmation import confirm

__all__ = ["finish", "place", "settle"]


async def place(calls: Calls, span: Operation, observed: Observed, fields: Fields) -> Order:
    """Send the order. From the moment it is sent, whatever ends this without an answer leaves it ``unknown``."""
    body = await calls.spend(span, observed, fields)
    order = order_from(body, calls.profile, wanted_order(fields))
    if calls.profile.fills_at_once and order.settled:
        order = replace(order, confirmed=True)
    note_order(span, order)
    note_waiting(span, order)
    if not order.confirmed:
        span.outlive()  # its id is how a later life of the agent finds it
    calls.follow(order.order_id, settled=order.settled)
    return order


async def settle(
    calls: Calls,
    span: Operation,
    observed: Observed,
    fields: Fields,
    order: Order,
    *,
    timeout_s: float,
    interval_s: float,
) -> Order:
    """Ask for the order until it is settled or the time is up. Only being cancelled gets out of here."""
    if order.order_id is None or order.confirmed or not calls.has("trading.poll"):
        return order
    try:
        return await confirm(calls, order, timeout_s=timeout_s, interval_s=interval_s)
    except BaseException:
        if order.settled:
            note_fill(span, order)  # a fill stays a fill
        else:
            _out_of_sight(calls, span, observed, fields, order)
        raise


def finish(calls: Calls, span: Operation, observed: Observed, fields: Fields, order: Order) -> Order:
    """Record what it came to, and return it. `OrderRejectedError` if it ended without any fill."""
    note_order(span, order)
    note_fill(span, order)
    calls.follow(order.order_id, settled=order.settled)
    if order.state == semconv.PF_ORDER_STATE_UNKNOWN:
        _out_of_sight(calls, span, observed, fields, order)
    if order.state in {semconv.PF_ORDER_STATE_REJECTED, semconv.PF_ORDER_STATE_CANCELLED} and not order.filled:
        about = {"asset": order.asset, "side": order.side, "quantity": order.quantity, "order_id": order.order_id}
        asked = Asked(observed=observed, profile=calls.profile, fields=about, trace_id=span.trace_id)
        raise asked.error(OrderRejectedError, "", None, order.reason or f"ORDER_{order.state.upper()}")
    return order


def _out_of_sight(calls: Calls, span: Operation, observed: Observed, fields: Fields, order: Order) -> None:
    """Accepted, and then lost from sight while it was still moving. Its id, if it has one, finds it."""
    mark_unknown(span, semconv.PF_ORDER_STATE, semconv.EVENT_ORDER_UNKNOWN, {semconv.PF_ORDER_ID: order.order_id})
    known = fields if order.order_id is None else {**fields, "order_id": order.order_id}
    error = calls.asked(span, observed, known).error(OutcomeUnknown, "the order was accepted, and then lost from sight")
    calls.lose_sight(fields, observed, known, error)
