"""The games, as data: what a bet can bring, with exact chances. Pure.

A game turns the parameters of a bet into outcomes, each with a weight and a multiplier. The weighted mean of the
multipliers is 0.995 (the house keeps 0.5 %), to within the fourth place that a multiplier is cut to::

    coin_flip  side        heads or tails                              1.99
    dice       target      99.5 / chance in per cent                   under 50: 1.99
               direction   under (the default) or over
    crash      cashout     the multiplier to leave at, 1.01 to 100     itself, with a chance of 0.995 / cashout
    roulette   bet         red, black, odd, even, low, high, 0 to 36   red: 2.0452, a number: 36.815
    wheel                  five rings; one of them gives the stake back
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import BadRequest

__all__ = ["GAMES", "PARAMS", "STAKE_BACK", "Outcome", "chosen", "draw", "outcomes"]

STAKE_BACK = 10_000
"""The multiplier 1: multipliers count ten-thousandths."""

_EDGE_KEPT = 995
"""Thousandths of the stakes that come back in the long run."""


class Outcome(NamedTuple):
    """One thing that can happen: how much weight it has among all, and the multiplier in ten-thousandths."""

    weight: int
    multiplier: int


Params = Mapping[str, object]
Outcomes = tuple[Outcome, ...]


def outcomes(game: str, params: Params) -> Outcomes:
    """Return what a bet can bring. Raises BadRequest INVALID_GAME, INVALID_PARAMS."""
    if game not in GAMES:
        raise BadRequest("INVALID_GAME", f"no such game: {game[:40]!r}; one of {', '.join(GAMES)}")
    return GAMES[game](params)


def chosen(game: str, params: Params) -> dict[str, object]:
    """Return those parameters of a bet, once it was found good, that its game knows."""
    return {name: params[name] for name in PARAMS[game] if name in params}


def draw(possible: Outcomes, seed: int, *labels: object) -> Outcome:
    """Return the outcome that happens: the same for the same seed and labels."""
    # 2**64 draws over at most a million weights: the bias is below one in ten trillion.
    place = int(token(seed, "bet", *labels), 16) % sum(outcome.weight for outcome in possible)
    for outcome in possible:
        place -= outcome.weight
        if place < 0:
            return outcome
    raise AssertionError("BUG: a place beyond the sum of all weights")


def _coin_flip(params: Params) -> Outcomes:
    _choice(params, "side", ("heads", "tails"))
    return _win_or_lose(1, 2)


def _dice(params: Params) -> Outcomes:
    target = _hundredths(params, "target", 100, 9_800)
    over = _choice(params, "direction", ("under", "over"), "under") == "over"
    return _win_or_lose(10_000 - target if over else target, 10_000)


def _crash(params: Params) -> Outcomes:
    cashout = _hundredths(params, "cashout", 101, 10_000)
    return (Outcome(_EDGE_KEPT, cashout * 100), Outcome(cashout * 10 - _EDGE_KEPT, 0))


def _roulette(params: Params) -> Outcomes:
    bet = params.get("bet")
    if bet in ("red", "black", "odd", "even", "low", "high"):
        return _win_or_lose(18, 37)
    if not isinstance(bet, bool) and (bet in range(37) or bet in [str(number) for number in range(37)]):
        return _win_or_lose(1, 37)
    raise _bad("bet", "must be red, black, odd, even, low, high or a number from 0 to 36")


def _wheel(_: Params) -> Outcomes:
    rings = ((499, 0), (200, 1), (250, 2), (50, 5), (1, 45))
    return tuple(Outcome(weight, times * STAKE_BACK) for weight, times in rings)


GAMES: Mapping[str, Callable[[Params], Outcomes]] = {
    "coin_flip": _coin_flip,
    "dice": _dice,
    "crash": _crash,
    "roulette": _roulette,
    "wheel": _wheel,
}
"""By name, as answers write it."""

PARAMS: Mapping[str, tuple[str, ...]] = {
    "coin_flip": ("side",),
    "dice": ("target", "direction"),
    "crash": ("cashout",),
    "roulette": ("bet",),
    "wheel": (),
}
"""What each game asks of a bet."""


def _win_or_lose(wins: int, of: int) -> Outcomes:
    return (Outcome(wins, _EDGE_KEPT * STAKE_BACK * of // (1_000 * wins)), Outcome(of - wins, 0))


def _choice(params: Params, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = params.get(name, default)
    if not isinstance(value, str) or value not in allowed:
        raise _bad(name, f"must be one of {', '.join(allowed)}")
    return value


def _hundredths(params: Params, name: str, least: int, most: int) -> int:
    value = params.get(name)
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | Decimal | str) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not least <= number * 100 <= most:
        raise _bad(name, f"must be a number between {least / 100} and {most / 100}")
    return int(number * 100)


def _bad(name: str, problem: str) -> BadRequest:
    return BadRequest("INVALID_PARAMS", f"{name}: {problem}", {"field": name})
