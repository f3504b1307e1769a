"""Bets: looked for in the casino's history."""

from __future__ import annotations

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found, since
from fleaglass.venue.spends import Spend
from fleaglass.venue.times import instant

__all__ = ["look_for_bet"]


async def look_for_bet(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The one bet on the same game with the same stake that is not known to be another."""
    history = await calls.read(span, OPERATIONS["casino.history"], {}, attempts=1)
    rows = [row for row in history.items() if _is_asked_for(calls, row, spend)]
    if not rows:
        return ABSENT
    found_id = rows[0].text("bet_id")
    if len(rows) > 1 or found_id is None or calls.spends.has_alike(spend):
        return UNCLEAR
    return found(rows[0], semconv.PF_ORDER_STATE_DONE, found_id)


def _is_asked_for(calls: Calls, row: Body, spend: Spend) -> bool:
    bet_id, placed_at = row.text("bet_id"), instant(row.get("placed_at"))
    return (
        (bet_id is None or not calls.spends.is_another(bet_id, spend))
        and row.text("game") == spend.fields.get("game")
        and row.decimal("amount_usd") == optional_decimal(spend.fields.get("amount_usd"))
        and (placed_at is None or placed_at >= since(calls, spend))
    )
