"""Escrows: a new one is looked for in the agent's list, a changed one tells by its status and its times."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fleaglass import semconv
from fleaglass.venue.body import Body
from fleaglass.venue.errors import ConflictError
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found, never
from fleaglass.venue.reading_back.rows import Row, agree, same_amount, same_word, the_one
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.services.escrow import SAID_BY_STATUS
from fleaglass.venue.spends import Spend
from fleaglass.venue.times import certain_instant

__all__ = ["look_for_changed", "look_for_created"]

_AFTERWARDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escrow.complete": semconv.PF_ESCROW_STATUS_COMPLETED,
        "escrow.release": semconv.PF_ESCROW_STATUS_RELEASED,
        "escrow.dispute": semconv.PF_ESCROW_STATUS_DISPUTED,
    }
)
_BEFORE: Final = frozenset({semconv.PF_ESCROW_STATUS_FUNDED, semconv.PF_ESCROW_STATUS_COMPLETED})


async def look_for_created(search: Search) -> Finding:
    """The one escrow of this agent for the same amount and counterparty that can be nobody else's."""
    listing = await search.read("escrow.list", {"role": "creator"})
    rows = [Row.of(item, "escrow_id", "created_at") for item in listing.items()]
    one = the_one(search, rows, _resembles)
    return found(one.body, semconv.PF_ORDER_STATE_DONE, one.id) if isinstance(one, Row) else one


def _resembles(row: Row, spend: Spend) -> bool | None:
    if spend.observed.name != "escrow.create":
        return False
    fields = spend.fields
    return agree(
        same_word(row.body, "counterparty_id", fields.get("counterparty_id")),
        same_amount(row.body, "amount_usd", optional_decimal(fields.get("amount_usd"))),
        same_word(row.body, "conditions", fields.get("conditions"), optional=True),
    )


async def look_for_changed(search: Search) -> Finding:
    """The escrow's status. One that neither party alone can have brought about leaves it open who did what."""
    change = search.spend.observed.name
    body = await search.read("escrow.read", {"escrow_id": search.spend.fields["escrow_id"]})
    status = body.text("status")
    if status == _AFTERWARDS[change]:
        return _changed(search, body, status)
    if status in _BEFORE:
        return ABSENT
    if change == "escrow.release" and status in SAID_BY_STATUS:  # no way leads there from a release, nor back
        kind, reason = SAID_BY_STATUS[status]
        return never(reason, kind)
    return UNCLEAR


def _changed(search: Search, body: Body, status: str) -> Finding:
    """It is as the request was to make it: by the request, unless it was so before or something else made it so."""
    change = search.spend.changes
    at = certain_instant(body.get(f"{status}_at"))
    row = Row(search.spend.observed.name, str(search.spend.fields["escrow_id"]), at, body)
    one = the_one(search, [row], lambda _, spend: spend.changes == change)
    if one is ABSENT:
        return never(f"it had been {status} before", ConflictError)
    return found(body, semconv.PF_ORDER_STATE_DONE, row.id) if isinstance(one, Row) else one
