"""The casino: bets, alone or several at once, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fleaglass.venue.calls import Calls
from fleaglass.venue.models import BatchResult, Bet
from fleaglass.venue.money import Number, amount

__all__ = ["Casino"]


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
        bet: Bet = await self._calls.perform("casino.bet", _fields(game, amount_usd, params))
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
        result: BatchResult = await self._calls.perform("casino.batch", {"bets": asked})
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
