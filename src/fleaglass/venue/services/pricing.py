"""The price an order is expected to fill at: its slippage is measured by it, and where need be it is sized by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import Unreachable, VenueError
from fleaglass.venue.meaning import Asked
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import OPERATIONS, Fields, Observed

__all__ = ["priced", "reference_price"]

_LONGEST_WAIT_S: Final = 2.0


async def priced(calls: Calls, span: Operation, observed: Observed, fields: Fields, *, reference: bool) -> Fields:
    """The order's fields with an expected price, and with a size in USD where the profile wants one.

    The price is the author's own, else the limit, else the market's a moment before the order; it is only read where
    the venue's answer will not name one. Failing to read it never stops an order that can be said without it.

    Raises:
        Unreachable: orders are sized in USD and there is no price to do it by. Nothing was sent.
    """
    endpoint = calls.profile.endpoints[observed.name]
    price = optional_decimal(fields.get("expected_price")) or optional_decimal(fields.get("limit_price"))
    in_usd = calls.profile.order_size == "size_usd"
    if price is None and (in_usd or (reference and "expected_price" not in endpoint.receives)):
        price = await reference_price(calls, span, str(fields["asset"]))
        fields = {**fields, "expected_price": price}
        span.record({semconv.PF_EXPECTED_PRICE: price})
    quantity = optional_decimal(fields.get("quantity"))
    if not in_usd or quantity is None:
        return fields
    if price is None:
        asked = Asked(observed=observed, profile=calls.profile, fields=fields, trace_id=span.trace_id)
        raise asked.error(Unreachable, "there is no price to size the order by; it was not sent")
    size_usd = quantity * price
    span.record({semconv.PF_SIZE_USD: size_usd})
    return {**fields, "size_usd": size_usd}


async def reference_price(calls: Calls, span: Operation, asset: str) -> Decimal | None:
    """The asset's price now, in USD; ``None`` when it cannot be had soon."""
    try:
        body = await calls.read(
            span, OPERATIONS["trading.market"], {"asset": asset}, attempts=1, timeout_s=_LONGEST_WAIT_S
        )
    except (VenueError, ValueError):  # the second for an asset that cannot stand in an address
        return None
    price = body.decimal("price")
    return price if price is not None and price > 0 else None
