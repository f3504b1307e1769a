"""The casino, by the published code: an address per game, its parameters beside the amount."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_BET: Final = same("bet_id", "game", "won", amount_usd="amount_bet", payout_usd="amount_won", balance_usd="new_balance")
# The parameters first: none of them may take the place of the amount.
_ASKED: Final = {"params": "params", "amount_usd": "amount"}

ENDPOINTS: Final = {
    "casino.bet": Endpoint(
        method="POST",
        path="/games/{game}",
        spends=True,
        sends=_ASKED,
        spreads=frozenset({"params"}),
        hyphenated=frozenset({"game"}),  # in the address; answers and listings have the underscore
        receives=_BET,
    ),
    "casino.batch": Endpoint(
        method="POST",
        path="/bets/batch",
        spends=True,
        sends=same("bets"),
        rows={"bets": {**_ASKED, "game": "game"}},
        spreads=frozenset({"params"}),
        receives={**_BET, "results": "results", "balance_usd": "balance_after"},
    ),
    "casino.history": Endpoint(
        method="GET",
        path="/bets/history",
        spends=False,
        receives=same(
            "game",
            "won",
            bet_id="id",
            amount_usd="amount",
            payout_usd="amount_won",
            pnl_usd="net",
            placed_at="at",
            items="bets",
        ),
    ),
}
