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

__all__ = ["priced", "reference_price", "wants_reference"]

_LONGEST_WAIT_S: Final = 2.0
_ATTEMPTS: Final = 3


async def priced(
    calls: Calls, span: Operation, observed: Observed, fields: Fields, *, reference: bool | None
) -> Fields:
    """The order's fields with an expected price, and with a size in USD where the profile wants one.

    The price is the author's own, else the limit, else the market's a moment before the order. Failing to read it never
    stops an order that can be said without it.

    Args:
        calls: the client's.
        span: the order's.
        observed: the order.
        fields: its fields.
        reference: as for ``wants_reference``; what is sized in USD needs the price in any case.

    Raises:
        Unreachable: orders are sized in USD and there is no price to do it by. Nothing was sent.
    """
    in_usd = calls.profile.order_size == "size_usd"
    price = optional_decimal(fields.get("expected_price")) or optional_decimal(fields.get("limit_price"))
    failure: Exception | None = None
    if price is None and (in_usd or wants_reference(calls, observed, fields, reference)):
        try:
            price = await _market_price(calls, span, str(fields["asset"]), attempts=_ATTEMPTS if in_usd else 1)
        except (VenueError, ValueError) as error:  # the second for an asset that cannot stand in an address
            failure = error
        fields = {**fields, "expected_price": price}
        span.record({semconv.PF_EXPECTED_PRICE: price})
    quantity = optional_decimal(fields.get("quantity"))
    if not in_usd or quantity is None:
        return fields
    if price is None:
        asked = Asked(observed=observed, profile=calls.profile, fields=fields, trace_id=span.trace_id)
        raise asked.error(Unreachable, "there is no price to size the order by; it was not sent") from failure
    size_usd = quantity * price
    span.record({semconv.PF_SIZE_USD: size_usd})
    return {**fields, "size_usd": size_usd}


def wants_reference(calls: Calls, observed: Observed, fields: Fields, reference: bool | None) -> bool:
    """Whether the market is to be read before an order, for its slippage.

    Not where the author names the price. Else as the author says; ``None``: where the profile's answers name none.
    """
    if fields.get("expected_price") is not None:
        return False
    return "expected_price" not in calls.profile.endpoints[observed.name].receives if reference is None else reference


async def reference_price(calls: Calls, span: Operation, asset: str) -> Decimal | None:
    """The asset's price now, in USD; ``None`` when it cannot be had soon."""
    try:
        return await _market_price(calls, span, asset, attempts=1)
    except (VenueError, ValueError):
        return None


async def _market_price(calls: Calls, span: Operation, asset: str, *, attempts: int) -> Decimal | None:
    market = OPERATIONS["trading.market"]
    body = await calls.read(span, market, {"asset": asset}, attempts=attempts, timeout_s=_LONGEST_WAIT_S)
    price = body.decimal("price")
    return price if price is not None and price > 0 else None
