"""The casino: bets, alone or several at once, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from fleaglass import semconv
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.models import BatchResult, Bet
from fleaglass.venue.money import Number, amount
from fleaglass.venue.observe import OPERATIONS

__all__ = ["Casino"]

_BET: Final = OPERATIONS["casino.bet"]


class Casino:
    """The casino. Reached as ``flea.casino``.

    Every method may raise ``AuthError`` and ``Unreachable``; those that bet also ``GameError`` for a game or parameters
    that the casino does not take, ``InsufficientBalanceError``, ``RiskLimitBreachError`` for a stake beyond the
    casino's limit, and ``OutcomeUnknown`` when the answer is lost: then look for the bet in ``history``.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def bet(self, /, game: str, amount_usd: Number, **params: Any) -> Bet:
        """Play one game.

        Args:
            game: the game, such as ``coin_flip`` or ``dice``.
            amount_usd: the stake.
            params: what the game asks for, such as ``side="heads"``.
        """
        fields = _fields(game, amount_usd, params)
        with self._calls.begin(_BET, fields) as span:
            body = await self._calls.spend(span, _BET, fields)
            bet = cast("Bet", _BET.answered(span, fields, body, self._calls.profile))
            if bet.outcome == semconv.PF_BET_OUTCOME_UNKNOWN:
                known = {**fields, "bet_id": bet.bet_id}
                error = self._calls.asked(span, _BET, known).error(
                    OutcomeUnknown, "the answer does not say how it ended"
                )
                self._calls.lose_sight(fields, _BET, known, error)
            return bet

    async def batch(self, bets: Iterable[Mapping[str, Any]]) -> BatchResult:
        """Play several games in one request. A bet that is refused does not stop the others, and is not raised.

        Args:
            bets: a mapping for each, with ``game``, ``amount_usd`` and what the game asks for.

        Raises:
            ValueError: there is no bet among them, or one without a game or an amount. Nothing was sent.
        """
        asked = [_row(bet) for bet in bets]
        if not asked:
            raise ValueError("bets must hold at least one bet")
        fields = {"bets": asked}
        result: BatchResult = await self._calls.perform("casino.batch", fields)
        for error in result.errors:
            if isinstance(error, OutcomeUnknown):
                self._calls.lose_sight(fields, _BET, error.intent, error)
        return result

    async def history(self) -> tuple[Bet, ...]:
        """The latest bets of the account, as many as the casino lists."""
        bets: tuple[Bet, ...] = await self._calls.perform("casino.history", {})
        return bets


def _row(bet: Mapping[str, Any]) -> dict[str, object]:
    if missing := [name for name in ("game", "amount_usd") if name not in bet]:
        raise ValueError(f"a bet needs {' and '.join(missing)}")
    params = {name: value for name, value in bet.items() if name not in {"game", "amount_usd"}}
    return _fields(bet["game"], bet["amount_usd"], params)


def _fields(game: str, amount_usd: Number, params: Mapping[str, Any]) -> dict[str, object]:
    """A game's name in one spelling: the services write the same game with a hyphen and with an underscore."""
    return {
        "game": game.replace("-", "_"),
        "amount_usd": amount("amount_usd", amount_usd),
        "params": dict(params) or None,
    }
