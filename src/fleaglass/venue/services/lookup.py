"""Reading orders: one by its id, or all since a moment; from whatever lists the profile has."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import NotFoundError
from fleaglass.venue.models import Order
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.observe.fills import note_listed, note_read
from fleaglass.venue.observe.orders import UNKNOWN_ORDER, order_from, rows_in
from fleaglass.venue.times import instant

__all__ = ["find_order", "list_orders", "read_order", "read_rows"]

_LISTS: Final = ("trading.orders", "trading.limits")
_SIMULATED: Final = "trading.limits"
_NO_EXECUTION: Final = "filled_without_execution"


async def find_order(calls: Calls, order_id: str) -> Order:
    """One order, by its id. `NotFoundError`."""
    fields = {"order_id": order_id}
    if calls.has("trading.poll"):
        order = cast("Order", await calls.perform("trading.poll", fields))
    else:
        observed = OPERATIONS["trading.poll"]
        with calls.begin(observed, fields) as span:
            found = await read_order(calls, span, order_id)
            if found is None:
                raise calls.asked(span, observed, fields).error(NotFoundError, "no list has such an order")
            order = found[0]
            note_read(span, order)
    calls.follow(order_id, settled=order.settled)
    return order


async def list_orders(calls: Calls, since: dt.datetime | None) -> tuple[Order, ...]:
    """All orders placed since a moment, or all there are."""
    with calls.begin(OPERATIONS["trading.orders"], {}) as span:
        orders = tuple(order for order, _ in await read_rows(calls, span, since))
        note_listed(span, orders)
        for order in orders:
            calls.follow(order.order_id, settled=order.settled)
        return orders


async def read_order(calls: Calls, span: Operation, order_id: str) -> tuple[Order, Body] | None:
    """One order and the answer that told of it, inside an operation that is already open. `NotFoundError`."""
    if calls.has("trading.poll"):
        body = await calls.read(span, OPERATIONS["trading.poll"], {"order_id": order_id}, attempts=1)
        return order_from(body, calls.profile, replace(UNKNOWN_ORDER, order_id=order_id)), body
    rows = await read_rows(calls, span, None)
    return next((row for row in rows if row[0].order_id == order_id), None)


async def read_rows(
    calls: Calls, span: Operation, since: dt.datetime | None, *, attempts: int = 3
) -> tuple[tuple[Order, Body], ...]:
    """The orders of every list the profile has, each once and with the answer that told of it.

    The list of executions comes first and counts. A limit order that its own list calls filled although there is no
    execution of it is ``unknown``: some services only simulate what becomes of limit orders.
    """
    rows: dict[str | None, tuple[Order, Body]] = {}
    unnamed: list[tuple[Order, Body]] = []
    for name in _LISTS:
        if not calls.has(name):
            continue
        fields = {"since": None if since is None else since.isoformat()}
        body = await calls.read(span, OPERATIONS[name], fields, attempts=attempts)
        for order, row in rows_in(body, calls.profile):
            if since is not None and _is_before(order, since):
                continue
            if name == _SIMULATED and order.filled and order.order_id not in rows:
                order = replace(order, state=semconv.PF_ORDER_STATE_UNKNOWN, filled_quantity=None, reason=_NO_EXECUTION)
            if order.order_id is None:
                unnamed.append((order, row))
            else:
                rows.setdefault(order.order_id, (order, row))
    return (*rows.values(), *unnamed)


def _is_before(order: Order, since: dt.datetime) -> bool:
    placed = instant(order.created_at)
    return placed is not None and placed < since
