"""The casino, completed in the guides' style: all of it ours."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_ASKED: Final = same("game", "amount_usd", "params")
_BET: Final = same(
    "bet_id", "game", "amount_usd", "won", "payout_usd", "pnl_usd", "balance_usd", placed_at="created_at"
)

ENDPOINTS: Final = {
    "casino.bet": Endpoint(method="POST", path="/casino/bet", spends=True, sends=_ASKED, receives=_BET),
    "casino.batch": Endpoint(
        method="POST",
        path="/casino/bets",
        spends=True,
        sends=same("bets"),
        rows={"bets": _ASKED},
        receives={**_BET, "results": "results"},
    ),
    "casino.history": Endpoint(method="GET", path="/casino/history", spends=False, receives={**_BET, "items": "bets"}),
}
