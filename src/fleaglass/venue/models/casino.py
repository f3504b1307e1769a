"""Bets, and what a batch of them came to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fleaglass import semconv
from fleaglass.venue.errors import VenueError

__all__ = ["BatchResult", "Bet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bet:
    """A settled bet; amounts in USD.

    ``payout_usd`` includes the stake, so ``pnl_usd`` is what the bet earned: the payout less the stake where the venue
    does not say. ``balance_usd`` is the account's after it. ``placed_at`` is known in a history.
    """

    bet_id: str | None
    game: str | None
    amount_usd: Decimal | None
    won: bool | None
    payout_usd: Decimal | None
    pnl_usd: Decimal | None
    balance_usd: Decimal | None = None
    placed_at: str | None = None

    @property
    def outcome(self) -> str:
        """``won``, ``lost``, ``push`` or ``unknown``: by the money where it is known, else by the venue's word."""
        if self.pnl_usd is not None:
            if self.pnl_usd == 0:
                return semconv.PF_BET_OUTCOME_PUSH
            return semconv.PF_BET_OUTCOME_WON if self.pnl_usd > 0 else semconv.PF_BET_OUTCOME_LOST
        if self.won is not None:
            return semconv.PF_BET_OUTCOME_WON if self.won else semconv.PF_BET_OUTCOME_LOST
        return semconv.PF_BET_OUTCOME_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """A batch of bets, summed up from the bets themselves.

    ``results`` has one entry for each bet asked for, in that order: the bet, or the error that it met while the others
    went on. The sums are over the settled bets and exact; ``None`` when the amount of any of them is not known.
    """

    results: tuple[Bet | VenueError, ...]
    amount_usd: Decimal | None
    payout_usd: Decimal | None
    pnl_usd: Decimal | None
    balance_usd: Decimal | None = None

    @property
    def bets(self) -> tuple[Bet, ...]:
        """The settled ones."""
        return tuple(result for result in self.results if isinstance(result, Bet))

    @property
    def errors(self) -> tuple[VenueError, ...]:
        """What the others met."""
        return tuple(result for result in self.results if isinstance(result, VenueError))
