"""Domains: one that was bought is among the agent's own. A name exists once, so it cannot be mistaken."""

from __future__ import annotations

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.reading_back.finding import ABSENT, Finding, found
from fleaglass.venue.spends import Spend

__all__ = ["look_for_domain"]


async def look_for_domain(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The domain in the agent's list."""
    owned = await calls.read(span, OPERATIONS["domains.list"], {}, attempts=1)
    wanted = str(spend.fields.get("domain")).lower()
    for row in owned.items():
        if (row.text("domain") or "").lower() == wanted:
            return found(row, semconv.PF_ORDER_STATE_DONE, row.text("domain_id"))
    return ABSENT
