"""The confirmation poll: asking for an order until its state cannot change any more, or the time is up.

The order is accepted by now, so nothing that goes wrong here is an error of the trade: the caller gets the order as it
was last known. Only being cancelled gets through.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fleaglass import semconv
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import RateLimitedError, Unreachable, VenueError
from fleaglass.venue.models import Order
from fleaglass.venue.orders import order_from

__all__ = ["confirm"]

_FIRST_PAUSE_S: Final = 0.05


async def confirm(calls: Calls, order: Order, *, timeout_s: float, interval_s: float) -> Order:
    """Read the order until it is settled, for at most ``timeout_s`` seconds and at least once.

    The first pauses are short, since most market orders fill at once; they double up to ``interval_s`` seconds.
    """
    assert order.order_id is not None, "BUG: an order without an id cannot be asked for"
    with calls.operation(
        semconv.SPAN_PF_TRADE_CONFIRMATION_POLL, "trading", {semconv.PF_ORDER_ID: order.order_id}
    ) as span:
        deadline = calls.monotonic() + timeout_s
        reads, pause_s = 0, min(_FIRST_PAUSE_S, interval_s)
        while True:
            reads += 1
            failure: VenueError | None = None
            try:
                body = await calls.read(span, "trading.poll", path={"order_id": order.order_id}, attempts=1)
                order = order_from(body, calls.profile, order)
                order = replace(order, confirmed=order.settled)
            except VenueError as error:
                failure = error
            except ValueError:  # the venue's id cannot stand in an address, but the order was accepted
                break
            span.record(
                {
                    semconv.PF_POLL_COUNT: reads,
                    semconv.PF_ORDER_STATE: order.state,
                    semconv.PF_FILL_CONFIRMED: order.confirmed and order.filled,
                }
            )
            final = failure is not None and not isinstance(failure, Unreachable | RateLimitedError)
            if order.confirmed or final or calls.monotonic() + pause_s > deadline:
                break
            await calls.sleep(pause_s)
            pause_s = min(2 * pause_s, interval_s)
        if failure is not None:
            span.fail(failure)
            span.record({semconv.PF_HTTP_STATUS: failure.status, semconv.PF_ERROR_CODE: failure.code})
    return order
