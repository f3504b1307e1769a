"""Domains: one that was bought is among the agent's own. It may have been so before, so that its time counts too."""

from __future__ import annotations

from fleaglass import semconv
from fleaglass.venue.reading_back.finding import Finding, found
from fleaglass.venue.reading_back.rows import Row, same_word, the_one
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.spends import Spend

__all__ = ["look_for_domain"]


async def look_for_domain(search: Search) -> Finding:
    """The domain in the agent's list, if it came there by this purchase."""
    owned = await search.read("domains.list", {})
    rows = [Row.of(item, "domain_id", "registered_at") for item in owned.items()]
    one = the_one(search, rows, _resembles)
    return found(one.body, semconv.PF_ORDER_STATE_DONE, one.id) if isinstance(one, Row) else one


def _resembles(row: Row, spend: Spend) -> bool | None:
    if spend.observed.name != "domains.register":
        return False
    return same_word(row.body, "domain", spend.fields.get("domain"))
