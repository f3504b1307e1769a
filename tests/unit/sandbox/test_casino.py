"""Bets: exact chances and payouts, and what the house refuses."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.sandbox.casino.games import GAMES, PARAMS, STAKE_BACK, draw, outcomes
from fleaglass.sandbox.errors import ApiError, BadRequest
from tests.unit.sandbox.desk import Desk, Trader

bets = st.one_of(
    st.tuples(st.just("coin_flip"), st.fixed_dictionaries({"side": st.sampled_from(["heads", "tails"])})),
    st.tuples(
        st.just("dice"),
        st.fixed_dictionaries(
            {"target": st.decimals(1, 98, places=2), "direction": st.sampled_from(["over", "under"])}
        ),
    ),
    st.tuples(st.just("crash"), st.fixed_dictionaries({"cashout": st.decimals("1.01", 100, places=2)})),
    st.tuples(
        st.just("roulette"), st.fixed_dictionaries({"bet": st.sampled_from(["red", "even", "low", "0", 17, "36"])})
    ),
    st.tuples(st.just("wheel"), st.just({})),
)


@given(bets)
def test_the_house_keeps_half_a_percent_of_every_game(bet: tuple[str, dict[str, object]]) -> None:
    """Exact but for the fourth place of the multiplier, which is cut and never rounded up."""
    possible = outcomes(*bet)
    weights = sum(outcome.weight for outcome in possible)
    returned = sum(Fraction(one.weight * one.multiplier, weights * STAKE_BACK) for one in possible)
    assert Fraction(995, 1000) - Fraction(1, 10_000) < returned <= Fraction(995, 1000)
    assert all(one.weight > 0 for one in possible)


def test_some_games_are_exact_to_the_last_digit() -> None:
    for game, params in (("coin_flip", {"side": "heads"}), ("crash", {"cashout": 7.77}), ("wheel", {})):
        possible = outcomes(game, params)
        assert sum(Fraction(one.weight * one.multiplier, STAKE_BACK) for one in possible) * 1_000 == 995 * sum(
            one.weight for one in possible
        )


def test_outcomes_come_as_often_as_their_weights_say_and_repeat_under_a_seed() -> None:
    wheel = outcomes("wheel", {})
    drawn = [draw(wheel, 7, "ada", number).multiplier for number in range(4_000)]
    assert drawn == [draw(wheel, 7, "ada", number).multiplier for number in range(4_000)]
    shares = {times // STAKE_BACK: count / 4_000 for times, count in Counter(drawn).items()}
    assert shares[0] == pytest.approx(0.499, abs=0.03)
    assert shares[1] == pytest.approx(0.2, abs=0.03)
    assert shares[2] == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("game", "params"),
    [
        *(("coin_flip", {"side": side}) for side in ("edge", None, 1, ["heads"])),
        *(("dice", {"target": target}) for target in (0.99, 98.01, "NaN", "1e999", None, True, {}, "lots")),
        ("dice", {"target": 50, "direction": "beside"}),
        *(("crash", {"cashout": cashout}) for cashout in (1, 100.01, -2, "inf")),
        *(("roulette", {"bet": bet}) for bet in ("37", 37, -1, "green", None, True, [], 1.5)),
    ],
)
def test_parameters_that_mean_nothing_are_refused(game: str, params: dict[str, object]) -> None:
    with pytest.raises(BadRequest) as refused:
        outcomes(game, params)
    assert refused.value.code == "INVALID_PARAMS"
    assert refused.value.extra["field"] in PARAMS[game]


def bet(trader: Trader, amount: object = 10, **more: object) -> dict[str, Decimal]:
    body = {"game": "coin_flip", "amount_usd": amount, "params": {"side": "heads"}, **more}
    settled: dict[str, Decimal] = trader.do("casino.bet", body)
    return settled


def test_a_bet_is_settled_by_the_time_it_is_answered(desk: Desk) -> None:
    ada = desk.trader("ada")
    balance, seen = Decimal(10_000), set()
    for _ in range(12):
        settled = bet(ada)
        balance += settled["pnl_usd"]
        seen.add((settled["won"], settled["payout_usd"], settled["pnl_usd"]))
        assert settled["balance_usd"] == balance == ada.dollars()
    assert seen == {(True, Decimal("19.9"), Decimal("9.9")), (False, Decimal(0), Decimal(-10))}


def test_a_ring_of_the_wheel_gives_the_stake_back(desk: Desk) -> None:
    ada = desk.trader("ada")
    pushes = [one for one in (bet(ada, 1, game="wheel", params={}) for _ in range(30)) if one["pnl_usd"] == 0]
    assert pushes
    assert all((one["won"], one["payout_usd"]) == (False, 1) for one in pushes)


def test_the_history_tells_every_bet_oldest_first(desk: Desk) -> None:
    ada = desk.trader("ada")
    placed = [bet(ada, amount)["bet_id"] for amount in (1, 2, 3)]
    history = ada.do("casino.history")["bets"]
    assert [one["bet_id"] for one in history] == placed
    assert [one["amount_usd"] for one in history] == [1, 2, 3]
    assert history[0]["params"] == {"side": "heads"}


@pytest.mark.parametrize(
    ("change", "code", "extra"),
    [
        ({"game": "zork"}, "INVALID_GAME", {}),
        ({"params": {"side": "edge"}}, "INVALID_PARAMS", {"field": "side"}),
        ({"amount_usd": "0.009"}, "MINIMUM_BET", {"minimum": Decimal("0.01")}),
        ({"amount_usd": 10_000.5}, "INSUFFICIENT_BALANCE", {"required": Decimal("10000.5"), "balance": 10_000}),
        ({"amount_usd": 1_250.01}, "KELLY_LIMIT_EXCEEDED", {"max_bet": 1_250}),
        ({"amount_usd": "NaN"}, "INVALID_REQUEST", {"field": "amount_usd"}),
    ],
)
def test_what_the_house_refuses(desk: Desk, change: dict[str, object], code: str, extra: dict[str, object]) -> None:
    ada = desk.trader("ada")
    with pytest.raises(ApiError) as refused:
        ada.do("casino.bet", {"game": "coin_flip", "amount_usd": 1, "params": {"side": "heads"}, **change})
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.extra == extra
    assert ada.dollars() == 10_000


def test_a_bad_bet_of_a_batch_fails_alone(desk: Desk) -> None:
    ada = desk.trader("ada")
    good = {"game": "coin_flip", "amount_usd": 1, "params": {"side": "tails"}}
    answer = ada.do("casino.batch", {"bets": [good, {"game": "zork", "amount_usd": 1}, 5, good]})
    first, unknown, no_bet, last = answer["results"]
    assert (unknown["code"], no_bet["code"]) == ("INVALID_GAME", "INVALID_REQUEST")
    assert answer["balance_usd"] == 10_000 + first["pnl_usd"] + last["pnl_usd"] == ada.dollars()


@pytest.mark.parametrize("count", [0, 21])
def test_a_batch_has_one_to_twenty_bets(desk: Desk, count: int) -> None:
    with pytest.raises(ApiError, match="must be 1 to 20 bets"):
        desk.trader("ada").do("casino.batch", {"bets": [{}] * count})


def test_every_game_says_what_it_asks_for() -> None:
    assert set(PARAMS) == set(GAMES)
