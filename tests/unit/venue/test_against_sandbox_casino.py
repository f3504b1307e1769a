"""Against the sandbox: what the client says a bet earned is what the venue's books say, in both profiles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import GameError, InsufficientBalanceError, Rejected
from tests.unit.venue.town import PROFILES, Profile, open_town

pytestmark = pytest.mark.parametrize("profile", PROFILES)


async def test_bets_add_up_to_the_books(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada", credit_usd=1_000)
        casino = ada.by(profile).casino
        with record.agent.cycle():
            bets = [await casino.bet("coin_flip", "0.37", side="heads") for _ in range(8)]
            history = await casino.history()
        books = (await town.books("ada"))["agents"]["ada"]
    assert {bet.outcome for bet in bets} == {"won", "lost"}
    earned = sum(bet.pnl_usd for bet in bets if bet.pnl_usd is not None)
    assert earned == Decimal(books["wallet"]["total_usd"]) - 1_000
    assert bets[-1].balance_usd == Decimal(books["wallet"]["total_usd"])
    assert sorted((bet.bet_id, bet.pnl_usd) for bet in history) == sorted((bet.bet_id, bet.pnl_usd) for bet in bets)
    assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == float(earned)


async def test_a_batch_adds_up_although_its_summary_does_not(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada", credit_usd=1_000)
        with record.agent.cycle():
            batch = await ada.by(profile).casino.batch(
                [
                    {"game": "coin_flip", "amount_usd": 1, "side": "heads"},
                    {"game": "coin_flip", "amount_usd": 1, "side": "edge"},
                    {"game": "dice", "amount_usd": 2, "target": 50},
                    {"game": "tarot", "amount_usd": 1},
                    {"game": "coin_flip", "amount_usd": 5_000, "side": "tails"},
                ]
            )
        total_usd = Decimal((await town.books("ada"))["agents"]["ada"]["wallet"]["total_usd"])
    assert batch.amount_usd == 3
    assert batch.pnl_usd == total_usd - 1_000
    assert [type(result).__name__ for result in batch.results[:4]] == ["Bet", "GameError", "Bet", "GameError"]
    assert isinstance(batch.results[4], Rejected)
    assert record.one("pf.casino.batch").attributes["pf.pnl_usd"] == float(total_usd - 1_000)


async def test_refusals(profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada", credit_usd=1)
        casino = ada.by(profile).casino
        for game, params in (
            ("coin_flip", {"side": "edge"}),
            ("dice", {"target": 500}),
            ("crash", {"cashout": -1}),
            ("roulette", {"bet": "purple"}),
            ("tarot", {}),
        ):
            with pytest.raises(GameError):
                await casino.bet(game, "0.1", **params)
        with pytest.raises(GameError):
            await casino.batch([{"game": "coin_flip", "amount_usd": "0.01", "side": "heads"}] * 21)
        with pytest.raises(InsufficientBalanceError):
            await casino.bet("coin_flip", 5, side="heads")
        assert (await town.books("ada"))["agents"]["ada"]["bets"] == []
