"""Placing bets and telling what became of them: a bet is settled by the time it is answered.

::

    cash → casino   the stake
    casino → cash   the payout, stake included

The house refuses a stake above an eighth of what the agent can spend: the Kelly limit of the services at default risk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from fleaglass.sandbox import ledger
from fleaglass.sandbox.casino.games import STAKE_BACK, chosen, draw, outcomes
from fleaglass.sandbox.db import LIST_LIMIT
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import BadRequest, InsufficientBalance
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.money import UNIT, from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["MOST_IN_BATCH", "Bet", "lifetime", "place", "recent"]

MOST_IN_BATCH = 20
_encoder = msgspec.json.Encoder(decimal_format="number")
_LEAST = UNIT // 100
_KELLY_SHARE = 8
_COLUMNS = "bet_id, agent_id, number, game, amount, multiplier, payout, params, created_ns"


@dataclass(frozen=True, slots=True)
class Bet:
    """A settled bet; amounts in units of USD, the multiplier in ten-thousandths, parameters as JSON text."""

    bet_id: str
    agent_id: str
    number: int
    game: str
    amount: int
    multiplier: int
    payout: int
    params: str
    created_ns: int

    @property
    def won(self) -> bool:
        """Whether more came back than was staked."""
        return self.payout > self.amount

    @property
    def pnl(self) -> int:
        """What the bet changed in the agent's money, in units."""
        return self.payout - self.amount


def place(venue: Venue, agent_id: str, game: str, amount: int, params: Mapping[str, object]) -> Bet:
    """Take the stake, draw, and pay. Raises BadRequest, InsufficientBalance, both before anything is written."""
    possible = outcomes(game, params)
    _require_stake(venue, agent_id, amount)
    _, number = venue.next_id("bet_", agent_id)
    multiplier = draw(possible, venue.seed, agent_id, number).multiplier
    bet = Bet(
        bet_id=_bet_id(venue.seed, agent_id, number),
        agent_id=agent_id,
        number=number,
        game=game,
        amount=amount,
        multiplier=multiplier,
        payout=amount * multiplier // STAKE_BACK,
        params=_encoder.encode(chosen(game, params)).decode(),
        created_ns=venue.clock(),
    )
    venue.db.execute(
        f"INSERT INTO bet ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        tuple(getattr(bet, column) for column in _COLUMNS.split(", ")),
    )
    house = [Movement("casino", USD, -bet.pnl), Movement(ledger.cash(agent_id), USD, bet.pnl)]
    ledger.post(venue.db, bet.created_ns, "bet", bet.bet_id, house)
    return bet


def recent(db: sqlite3.Connection, agent_id: str, limit: int = LIST_LIMIT) -> list[Bet]:
    """Return an agent's last bets, oldest first."""
    query = f"SELECT {_COLUMNS} FROM bet WHERE agent_id = ? ORDER BY created_ns DESC, number DESC LIMIT ?"
    return [Bet(*row) for row in db.execute(query, (agent_id, limit))][::-1]


def lifetime(db: sqlite3.Connection, agent_id: str) -> tuple[int, int, int]:
    """Return how many bets an agent has placed, what it staked and what it was paid, in units."""
    query = "SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(payout), 0) FROM bet WHERE agent_id = ?"
    count, staked, paid = db.execute(query, (agent_id,)).fetchone()
    return count, staked, paid


def _require_stake(venue: Venue, agent_id: str, amount: int) -> None:
    if amount < _LEAST:
        raise BadRequest("MINIMUM_BET", f"a bet is at least {from_units(_LEAST)} USD", {"minimum": from_units(_LEAST)})
    available = max(0, spendable(venue, agent_id))
    if amount > available:
        message = f"the bet needs {from_units(amount)} USD, {from_units(available)} USD is available"
        raise InsufficientBalance(
            message, {"required": from_units(amount), "balance": from_units(available)}, status=400
        )
    most = available // _KELLY_SHARE
    if amount > most:
        message = f"a bet may take an eighth of the bankroll: {from_units(most)} USD now"
        raise BadRequest("KELLY_LIMIT_EXCEEDED", message, {"max_bet": from_units(most)})


def _bet_id(seed: int, agent_id: str, number: int) -> str:
    digits = token(seed, "bet_id", agent_id, number, digits=32)
    return f"bet_{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
