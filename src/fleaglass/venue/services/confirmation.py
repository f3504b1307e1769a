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
from fleaglass.venue.observe.orders import order_from
from fleaglass.venue.observe.trading import CONFIRM

__all__ = ["confirm"]

_FIRST_PAUSE_S: Final = 0.05
_LEAST_WAIT_S: Final = 0.5


async def confirm(calls: Calls, order: Order, *, timeout_s: float, interval_s: float) -> Order:
    """Read the order until it is settled, for at most ``timeout_s`` seconds and at least once.

    The first pauses are short, since most market orders fill at once; they double up to ``interval_s`` seconds. A read
    waits no longer than what is left of the time, or half a second.
    """
    fields = {"order_id": order.order_id}
    with calls.begin(CONFIRM, fields) as span:
        deadline = calls.monotonic() + timeout_s
        reads, pause_s = 0, min(_FIRST_PAUSE_S, interval_s)
        while True:
            reads += 1
            failure: VenueError | None = None
            left_s = max(deadline - calls.monotonic(), _LEAST_WAIT_S)
            try:
                body = await calls.read(span, CONFIRM, fields, attempts=1, timeout_s=left_s)
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
            wait_s = max(pause_s, (failure and failure.retry_after_s) or 0.0)
            if order.confirmed or final or calls.monotonic() + wait_s > deadline:
                break
            await calls.sleep(wait_s)
            pause_s = min(2 * pause_s, interval_s)
        if failure is not None:
            span.fail(failure)
            span.record({semconv.PF_HTTP_STATUS: failure.status, semconv.PF_ERROR_CODE: failure.code})
    return order
