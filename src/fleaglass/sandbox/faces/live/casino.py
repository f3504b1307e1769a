"""The casino, by the published code: games by path, and a batch whose summary is wrong.

A batch's `total_wagered` is always 0, so its `net_pnl` is what was won without what was staked.
"""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox import accounts, ledger, wallet
from fleaglass.sandbox.casino import bets
from fleaglass.sandbox.casino.bets import Bet
from fleaglass.sandbox.casino.games import GAMES
from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.fields import Fields
from fleaglass.sandbox.faces.live.refusal import Refused, refuse
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_BASE = "/casino/api/v1"
_LEDGER_LINES = 100


def _register(venue: Venue, _: Call) -> View:
    opened = accounts.register(venue, None, None, "casino")
    return {"agent_id": opened.agent.agent_id, "api_key": opened.api_key}


def _play(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    game = call.path["game"].replace("-", "_")
    if game not in GAMES:
        raise Refused(404, "not_found")
    bet = _place(venue, call.agent.agent_id, game, asked)
    return {**_bet_view(venue, bet, asked), "new_balance": from_units(spendable(venue, call.agent.agent_id))}


def _batch(venue: Venue, call: Call) -> View:
    asked = fields.read(call).get("bets")
    if not isinstance(asked, list) or not asked:
        raise Refused(400, "invalid_bets", "bets must be a list of bets")
    if len(asked) > bets.MOST_IN_BATCH:
        raise Refused(400, "too_many_bets", f"at most {bets.MOST_IN_BATCH} bets in a batch")
    results = [_item(venue, call, one) for one in asked]
    won = sum((Decimal(str(one["amount_won"])) for one in results if "amount_won" in one), Decimal(0))
    return {
        "results": results,
        "summary": {
            "total_bets": len(results),
            "wins": sum(one.get("won") is True for one in results),
            "losses": sum(one.get("won") is False for one in results),
            "total_wagered": 0,
            "total_won": won,
            "net_pnl": won,
        },
        "balance_after": from_units(spendable(venue, call.agent.agent_id)),
    }


def _item(venue: Venue, call: Call, asked: object) -> View:
    try:
        if not isinstance(asked, dict):
            raise Refused(400, "invalid_bet")
        game = str(asked.get("game", "")).replace("-", "_")
        return _bet_view(venue, _place(venue, call.agent.agent_id, game, asked), asked)
    except ApiError as error:
        return refuse(error, None)


def _place(venue: Venue, agent_id: str, game: str, asked: Fields) -> Bet:
    return bets.place(venue, agent_id, game, fields.units(asked, "amount", "invalid_amount"), asked)


def _history(venue: Venue, call: Call) -> View:
    placed = bets.recent(venue.db, call.agent.agent_id)
    return {
        "bets": [
            {
                "id": bet.bet_id,
                "game": bet.game,
                "amount": from_units(bet.amount),
                "won": bet.won,
                "payout_multiplier": Decimal(bet.multiplier) / 10_000,
                "amount_won": from_units(bet.payout),
                "net": from_units(bet.pnl),
                "at": rfc3339(bet.created_ns),
            }
            for bet in reversed(placed)
        ],
        "count": len(placed),
    }


def _balance(venue: Venue, call: Call) -> View:
    count, staked, paid = bets.lifetime(venue.db, call.agent.agent_id)
    return {
        "agent_id": accounts.account_id(venue.db, "casino", call.agent.agent_id),
        "balance_usd": from_units(spendable(venue, call.agent.agent_id)),
        "lifetime": {
            "total_bets": count,
            "total_wagered": from_units(staked),
            "total_won": from_units(paid),
            "net": from_units(paid - staked),
        },
    }


def _ledger(venue: Venue, call: Call) -> View:
    lines = venue.db.execute(
        "SELECT kind, reference, amount, at_ns FROM posting JOIN entry USING (entry_id) "
        "WHERE account = ? ORDER BY entry_id DESC LIMIT ?",
        (ledger.cash(call.agent.agent_id), _LEDGER_LINES),
    )
    return {
        "entries": [
            {"type": kind, "reference": reference, "amount": from_units(amount), "created_at": rfc3339(at_ns)}
            for kind, reference, amount, at_ns in lines
        ]
    }


def _withdraw(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    amount = fields.units(asked, "amount", "invalid_amount")
    sent = wallet.send(venue, call.agent.agent_id, amount, fields.text(asked, "address", "invalid_address"))
    return {"amount": from_units(sent.amount), "address": sent.to, "tx_hash": sent.tx_hash, "status": "sent"}


def _health(_: Venue, __: Call) -> View:
    return {"status": "ok"}


def _bet_view(venue: Venue, bet: Bet, asked: Fields) -> View:
    """A settled bet; `amount_won` includes the stake, and its profit is that minus `amount_bet`."""
    return {
        "bet_id": bet.bet_id,
        "game": bet.game,
        "amount_bet": from_units(bet.amount),
        "won": bet.won,
        "payout_multiplier": Decimal(bet.multiplier) / 10_000,
        "amount_won": from_units(bet.payout),
        "proof": {
            "server_seed_hash": token(venue.seed, "server_seed", bet.agent_id, bet.number, digits=64),
            "client_seed": str(asked.get("client_seed", ""))[:64],
            "nonce": bet.number,
        },
    }


ENDPOINTS = (
    Endpoint(
        *("faucet.register", "POST", f"{_BASE}/auth/register", _register),
        status=201,
        keyless=True,
        service="casino",
        per_minute=10,
    ),
    Endpoint("casino.balance", "GET", f"{_BASE}/auth/balance", _balance),
    Endpoint("casino.ledger", "GET", f"{_BASE}/auth/ledger", _ledger),
    Endpoint("casino.withdraw", "POST", f"{_BASE}/auth/withdraw", _withdraw),
    Endpoint("casino.bet", "POST", f"{_BASE}/games/{{game}}", _play, per_minute=60),
    Endpoint("casino.batch", "POST", f"{_BASE}/bets/batch", _batch, per_minute=10),
    Endpoint("casino.history", "GET", f"{_BASE}/bets/history", _history),
    Endpoint("casino.health", "GET", f"{_BASE}/health", _health, keyless=True),
)
