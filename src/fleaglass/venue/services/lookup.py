"""Reading orders: one by its id, or all since a moment; from whatever lists the profile has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeAlias, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import NotFoundError
from fleaglass.venue.models import Order
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.observe.fills import note_listed, note_read
from fleaglass.venue.observe.orders import UNKNOWN_ORDER, order_from, rows_in
from fleaglass.venue.profile import Profile
from fleaglass.venue.times import certain_instant

__all__ = ["find_order", "list_orders", "read_order", "read_rows"]

Read: TypeAlias = Callable[[str, Fields], Awaitable[Body]]
"""Reads what an operation with these fields gives."""

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
            found = await read_order(_reader(calls, span), calls.profile, order_id)
            if found is None:
                raise calls.asked(span, observed, fields).error(NotFoundError, "no list has such an order")
            order = found[0]
            note_read(span, order)
    calls.follow(order_id, settled=order.settled)
    return order


async def list_orders(calls: Calls, since: dt.datetime | None) -> tuple[Order, ...]:
    """All orders placed since a moment, or all there are."""
    with calls.begin(OPERATIONS["trading.orders"], {}) as span:
        orders = tuple(order for order, _ in await read_rows(_reader(calls, span), calls.profile, since))
        note_listed(span, orders)
        for order in orders:
            calls.follow(order.order_id, settled=order.settled)
        return orders


async def read_order(read: Read, profile: Profile, order_id: str) -> tuple[Order, Body] | None:
    """One order and the answer that told of it, inside an operation that is already open. `NotFoundError`."""
    if "trading.poll" in profile.endpoints:
        body = await read("trading.poll", {"order_id": order_id})
        return order_from(body, profile, replace(UNKNOWN_ORDER, order_id=order_id)), body
    rows = await read_rows(read, profile, None)
    return next((row for row in rows if row[0].order_id == order_id), None)


async def read_rows(read: Read, profile: Profile, since: dt.datetime | None) -> tuple[tuple[Order, Body], ...]:
    """The orders of every list the profile has, each once and with the answer that told of it.

    The list of executions comes first and counts. A limit order that its own list calls filled although there is no
    execution of it is ``unknown``: some services only simulate what becomes of limit orders.
    """
    rows: dict[str | None, tuple[Order, Body]] = {}
    unnamed: list[tuple[Order, Body]] = []
    for name in _LISTS:
        if name not in profile.endpoints:
            continue
        body = await read(name, {"since": None if since is None else since.isoformat()})
        for order, row in rows_in(body, profile):
            if since is not None and _is_before(order, since):
                continue
            if name == _SIMULATED and order.filled and order.order_id not in rows:
                order = replace(order, state=semconv.PF_ORDER_STATE_UNKNOWN, filled_quantity=None, reason=_NO_EXECUTION)
            if order.order_id is None:
                unnamed.append((order, row))
                continue
            known, told = rows.setdefault(order.order_id, (order, row))
            if name == _SIMULATED and order.created_at is not None:  # the list of executions may say when it filled
                rows[order.order_id] = replace(known, created_at=order.created_at), told
    return (*rows.values(), *unnamed)


def _reader(calls: Calls, span: Operation) -> Read:
    return lambda name, fields: calls.read(span, OPERATIONS[name], fields)


def _is_before(order: Order, since: dt.datetime) -> bool:
    placed = certain_instant(order.created_at)
    return placed is not None and placed < since
