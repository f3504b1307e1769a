"""Escrows: a new one is looked for in the agent's list, a changed one tells by its status."""

from __future__ import annotations

from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found, since
from fleaglass.venue.spends import Spend
from fleaglass.venue.times import instant

__all__ = ["look_for_changed", "look_for_created"]

_AFTERWARDS: Final = {
    "escrow.complete": "completed",
    "escrow.release": "released",
    "escrow.dispute": "disputed",
}
_BEFORE: Final = {
    "escrow.complete": frozenset({"funded"}),
    "escrow.release": frozenset({"funded", "completed"}),
    "escrow.dispute": frozenset({"funded", "completed"}),
}


async def look_for_created(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The one escrow of this agent for the same amount and counterparty that is not known to be another."""
    listing = await calls.read(span, OPERATIONS["escrow.list"], {"role": "creator"}, attempts=1)
    rows = [row for row in listing.items() if _is_asked_for(calls, row, spend)]
    if not rows:
        return ABSENT
    found_id = rows[0].text("escrow_id")
    if len(rows) > 1 or found_id is None or calls.spends.has_alike(spend):
        return UNCLEAR
    return found(rows[0], semconv.PF_ORDER_STATE_DONE, found_id)


async def look_for_changed(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The escrow's status. One that neither party alone can have brought about leaves it open who did what."""
    fields = {"escrow_id": spend.fields["escrow_id"]}
    body = await calls.read(span, OPERATIONS["escrow.read"], fields, attempts=1)
    status = body.text("status")
    if status == _AFTERWARDS[spend.observed.name]:
        return found(body, semconv.PF_ORDER_STATE_DONE, body.text("escrow_id"))
    return ABSENT if status in _BEFORE[spend.observed.name] else UNCLEAR


def _is_asked_for(calls: Calls, row: Body, spend: Spend) -> bool:
    escrow_id, created_at = row.text("escrow_id"), instant(row.get("created_at"))
    return (
        (escrow_id is None or not calls.spends.is_another(escrow_id, spend))
        and row.decimal("amount_usd") == optional_decimal(spend.fields.get("amount_usd"))
        and row.text("counterparty_id") == spend.fields.get("counterparty_id")
        and row.text("conditions") in {None, spend.fields.get("conditions")}
        and (created_at is None or created_at >= since(calls, spend))
    )
