"""Orders: looked for among those placed since just before ours was sent, by everything that ours asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.venue.body import Body
from fleaglass.venue.models import Order
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import Fields
from fleaglass.venue.observe.orders import rows_in
from fleaglass.venue.reading_back.finding import ABSENT, Finding, found, never, unknown
from fleaglass.venue.reading_back.rows import MARGIN, Row, agree, reaches_back, same_amount, same_word, the_one
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.services.lookup import read_order, read_rows
from fleaglass.venue.spends import Spend
from fleaglass.venue.times import certain_instant

__all__ = ["OrderRow", "look_for_cancelled", "look_for_order", "the_order"]

_SIZE_TOLERANCE: Final = Decimal("0.05")
"""An order sized in USD fills at its own price and in whole steps of the asset, so its value is not what was asked."""
_STATELESS: Final = unknown("the venue does not say in what state the order is")
_SIDES: Final = frozenset({semconv.PF_SIDE_BUY, semconv.PF_SIDE_SELL})


@dataclass(frozen=True, slots=True)
class OrderRow(Row):
    """An order in a list."""

    order: Order


async def the_order(search: Search) -> OrderRow | Finding:
    """The order that the request led to, among those around the time that it was sent."""
    profile = search.calls.profile
    answers: list[Body] = []

    async def read(name: str, fields: Fields) -> Body:
        answers.append(await search.read(name, fields))
        return answers[-1]

    rows = [_row(*row) for row in await read_rows(read, profile, search.earliest - MARGIN)]
    whole = all(reaches_back(search, [_row(*row) for row in rows_in(answer, profile)]) for answer in answers)
    return the_one(search, rows, _resembles, whole=whole)


async def look_for_order(search: Search) -> Finding:
    """The one order that asks for the same and can be nobody else's; or the order itself, if its id is known."""
    if (order_id := search.spend.known_id) is not None:
        return _found(search, await _read(search, order_id))
    one = await the_order(search)
    return _found(search, one) if isinstance(one, OrderRow) else one


async def look_for_cancelled(search: Search) -> Finding:
    """The order itself tells: it is cancelled, or it is not."""
    row = await _read(search, str(search.spend.fields["order_id"]))
    if row is None or row.order.state in {semconv.PF_ORDER_STATE_CANCELLED, semconv.PF_ORDER_STATE_UNKNOWN}:
        return _found(search, row)
    return never(f"the order is {row.order.state}") if row.order.settled else ABSENT


async def _read(search: Search, order_id: str) -> OrderRow | None:
    row = await read_order(search.read, search.calls.profile, order_id)
    return None if row is None else _row(*row)


def _row(order: Order, body: Body) -> OrderRow:
    return OrderRow("order_id", order.order_id, certain_instant(order.created_at), body, order)


def _found(search: Search, row: OrderRow | None) -> Finding:
    """The order, with its state in the venue's words: a list may say that by its name only."""
    if row is None or row.order.state == semconv.PF_ORDER_STATE_UNKNOWN:
        return _STATELESS
    states, state = search.calls.profile.order_states, row.order.state
    theirs = next((theirs for theirs, ours in states.items() if ours == state), state)
    return found(row.body.but(state=theirs), state, row.id)


def _resembles(row: OrderRow, spend: Spend) -> bool | None:
    """Whether the order is such as this leads to."""
    fields, body = spend.fields, row.body
    match spend.observed.name:
        case "trading.order" | "trading.spot" | "trading.limit":
            limit = spend.observed.name == "trading.limit"
            order_type = semconv.PF_ORDER_TYPE_LIMIT if limit else semconv.PF_ORDER_TYPE_MARKET
            return agree(
                same_word(body, "asset", fields.get("asset")),
                _has_side(body, fields.get("side")),
                same_word(body, "order_type", order_type, optional=True),
                _has_limit(body, fields),
                _is_as_large(body, fields),
            )
        case "trading.close":
            return agree(_is_filled(row.order), same_word(body, "asset", fields.get("asset")))
        case "wallet.swap":  # of whatever amount: it is given in units of the asset that is paid
            pair = (same_word(body, "asset", fields.get(name)) for name in ("asset", "to_asset"))
            return None if any(answer is not False for answer in pair) else False
        case _:
            return False


def _is_filled(order: Order) -> bool | None:
    return None if order.state == semconv.PF_ORDER_STATE_UNKNOWN else order.filled


def _has_side(body: Body, side: object) -> bool | None:
    said = body.text("side")
    return said == side if said in _SIDES else None


def _has_limit(body: Body, fields: Fields) -> bool | None:
    limit_price = optional_decimal(fields.get("limit_price"))
    if limit_price is None or body.get("limit_price") is None:
        return True
    return same_amount(body, "limit_price", limit_price)


def _is_as_large(body: Body, fields: Fields) -> bool | None:
    size_usd = optional_decimal(fields.get("size_usd"))
    if size_usd is None:
        return same_amount(body, "quantity", optional_decimal(fields.get("quantity")))
    value = body.decimal("size_usd")
    return None if value is None else abs(value - size_usd) <= size_usd * _SIZE_TOLERANCE
