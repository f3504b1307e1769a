"""Bets: looked for in the casino's history."""

from __future__ import annotations

from collections.abc import Mapping

from fleaglass import semconv
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import Fields
from fleaglass.venue.reading_back.finding import Finding, found
from fleaglass.venue.reading_back.rows import Row, agree, same_amount, same_word, the_one
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.spends import Spend

__all__ = ["look_for_bet"]


async def look_for_bet(search: Search) -> Finding:
    """The one bet on the same game with the same stake that can be nobody else's."""
    history = await search.read("casino.history", {})
    rows = [Row.of(item, "bet_id", "placed_at") for item in history.items()]
    one = the_one(search, rows, _resembles)
    return found(one.body, semconv.PF_ORDER_STATE_DONE, one.id) if isinstance(one, Row) else one


def _resembles(row: Row, spend: Spend) -> bool | None:
    match spend.observed.name:
        case "casino.bet":
            return _is_like(row, spend.fields)
        case "casino.batch":
            bets = spend.fields.get("bets")
            likenesses = (
                [_is_like(row, bet) for bet in bets if isinstance(bet, Mapping)] if isinstance(bets, list) else []
            )
            return None if any(likeness is not False for likeness in likenesses) else False
        case _:
            return False


def _is_like(row: Row, bet: Fields) -> bool | None:
    return agree(
        same_word(row.body, "game", bet.get("game")),
        same_amount(row.body, "amount_usd", optional_decimal(bet.get("amount_usd"))),
    )
