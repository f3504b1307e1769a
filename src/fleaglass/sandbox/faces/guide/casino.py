"""The casino, in the guides' style: one operation for every game, and many bets in one request."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from fleaglass.sandbox import bodies
from fleaglass.sandbox.casino import bets
from fleaglass.sandbox.casino.bets import Bet
from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.errors import ApiError, InvalidRequest
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS", "bet_view"]


class BetBody(msgspec.Struct, frozen=True):
    """POST /casino/bet, and each item of a batch."""

    game: str
    amount_usd: Decimal
    params: dict[str, object] = {}


class BatchBody(msgspec.Struct, frozen=True):
    """POST /casino/bets: 1 to 20 bets, each read by itself so that a bad one fails alone."""

    bets: list[msgspec.Raw]


def _bet(venue: Venue, call: Call) -> View:
    return {**bet_view(_place(venue, call.agent.agent_id, call.body)), "balance_usd": _balance(venue, call)}


def _batch(venue: Venue, call: Call) -> View:
    asked = bodies.decode(BatchBody, call.body).bets
    if not 0 < len(asked) <= bets.MOST_IN_BATCH:
        raise InvalidRequest("bets", f"must be 1 to {bets.MOST_IN_BATCH} bets, got {len(asked)}")
    results = [_item(venue, call.agent.agent_id, bytes(one)) for one in asked]
    return {"results": results, "balance_usd": _balance(venue, call)}


def _item(venue: Venue, agent_id: str, body: bytes) -> View:
    try:
        return bet_view(_place(venue, agent_id, body))
    except ApiError as error:
        return error.body


def _history(venue: Venue, call: Call) -> View:
    return {"bets": [bet_view(bet) for bet in bets.recent(venue.db, call.agent.agent_id)]}


def _place(venue: Venue, agent_id: str, body: bytes) -> Bet:
    bet = bodies.decode(BetBody, body)
    return bets.place(venue, agent_id, bet.game, bodies.amount("amount_usd", bet.amount_usd), bet.params)


def _balance(venue: Venue, call: Call) -> Decimal:
    return from_units(spendable(venue, call.agent.agent_id))


def bet_view(bet: Bet) -> View:
    """A settled bet; `payout_usd` includes the stake, so a push pays exactly the amount."""
    return {
        "bet_id": bet.bet_id,
        "game": bet.game,
        "amount_usd": from_units(bet.amount),
        "won": bet.won,
        "payout_usd": from_units(bet.payout),
        "pnl_usd": from_units(bet.pnl),
        "multiplier": Decimal(bet.multiplier) / 10_000,
        "params": msgspec.Raw(bet.params.encode()),
        "created_at": rfc3339(bet.created_ns),
    }


ENDPOINTS = (
    Endpoint("casino.bet", "POST", "/casino/bet", _bet),
    Endpoint("casino.batch", "POST", "/casino/bets", _batch),
    Endpoint("casino.history", "GET", "/casino/history", _history),
)
