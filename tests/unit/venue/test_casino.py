"""A bet's profit is its payout less its stake, and a batch's that of its bets: exact, in both profiles."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.testing import Recording, TickingClock
from fleaglass.venue import (
    Bet,
    GameError,
    InsufficientBalanceError,
    OutcomeUnknown,
    Rejected,
    RiskLimitBreachError,
)
from tests.unit.venue.fake import FakeVenue, body_of, events_of

GUIDE_BET = {
    "bet_id": "bet_1",
    "game": "coin_flip",
    "amount_usd": 1,
    "won": True,
    "payout_usd": 1.99,
    "pnl_usd": 0.99,
    "balance_usd": 500.99,
}
LIVE_BET = {
    "bet_id": "bet_1",
    "game": "coin_flip",
    "amount_bet": 1,
    "won": True,
    "amount_won": 1.99,
    "new_balance": 500.99,
    "proof": {"server_seed_hash": "5c50" * 16},
    "_info": {"service": "agent-casino"},
}
FLIP = "POST /casino/api/v1/games/coin-flip"
BATCH = "POST /casino/api/v1/bets/batch"


async def test_a_bet_by_the_guide(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /casino/bet", GUIDE_BET)
    with record.agent.cycle():
        bet = await venue.client().casino.bet("coin-flip", "1", side="heads")
    assert body_of(venue.requests[0]) == {"game": "coin_flip", "amount_usd": 1, "params": {"side": "heads"}}
    assert (bet.pnl_usd, bet.payout_usd, bet.balance_usd) == (Decimal("0.99"), Decimal("1.99"), Decimal("500.99"))
    assert bet.outcome == "won"
    assert (
        record.tree(attributes=True)
        == """\
agent.decision_cycle
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'completed'
  · pf.pnl_usd = 0.99
  pf.casino.bet
    · pf.api_latency_ms = 3.0
    · pf.bet_id = 'bet_1'
    · pf.bet_outcome = 'won'
    · pf.bet_size = 1.0
    · pf.game = 'coin_flip'
    · pf.payout_usd = 1.99
    · pf.pnl_usd = 0.99
    · pf.service = 'casino'
    ! api_response {'pf.trail.endpoint': 'POST /casino/bet', 'pf.http_status': 200, 'pf.api_latency_ms': 3.0}
    POST /casino/bet
      · http.request.method = 'POST'
      · http.response.status_code = 200
      · server.address = '127.0.0.1'
      · server.port = 8765
      · url.full = 'http://127.0.0.1:8765/v1/casino/bet'
      · url.template = '/casino/bet'"""
    )


@pytest.mark.parametrize("game", ["video_poker", "video-poker"])
async def test_any_game_is_found_at_its_address(record: Recording, venue: FakeVenue, game: str) -> None:
    """By the published code an address has hyphens, and an answer underscores."""
    venue.on("POST /casino/api/v1/games/video-poker", {**LIVE_BET, "game": "video_poker"})
    with record.agent.cycle():
        bet = await venue.live().casino.bet(game, 1, hold=[0, 4])
    assert bet.game == "video_poker"
    assert record.one("pf.casino.bet").attributes["pf.game"] == "video_poker"


async def test_a_key_in_the_place_of_a_game_stays_one_that_is_scrubbed(record: Recording, venue: FakeVenue) -> None:
    secret = "sk_live_" + "c1a5e0" * 8
    venue.on(f"POST /casino/api/v1/games/{secret}", httpx.Response(404, json={"error": "not_found"}))
    with record.agent.cycle(), pytest.raises(GameError):
        await venue.live().casino.bet(secret, 1)
    assert "c1a5e0" not in repr(record.spans)


async def test_a_bet_on_live_is_worked_out_from_payout_and_stake(record: Recording, venue: FakeVenue) -> None:
    venue.on(FLIP, LIVE_BET)
    with record.agent.cycle():
        bet = await venue.live().casino.bet("coin_flip", "1", side="heads")
    assert venue.asked == [FLIP]
    assert body_of(venue.requests[0]) == {"side": "heads", "amount": 1}
    assert bet.pnl_usd == Decimal("0.99")
    attributes = record.one("pf.casino.bet").attributes
    assert (attributes["pf.pnl_usd"], attributes["pf.bet_outcome"]) == (0.99, "won")
    assert attributes["pf.account_id"] == "ag_0123456789ab"


async def test_a_games_parameters_never_take_the_place_of_the_stake(venue: FakeVenue) -> None:
    venue.on(FLIP, LIVE_BET)
    await venue.live().casino.bet("coin_flip", "1", amount=500)
    assert body_of(venue.requests[0])["amount"] == 1


@pytest.mark.parametrize(
    ("answer", "pnl_usd", "outcome"),
    [
        ({"won": False, "payout_usd": 0}, "-1", "lost"),
        ({"won": True, "payout_usd": 1}, "0", "push"),
        ({"won": True, "payout_usd": 0.5}, "-0.5", "lost"),
        ({"won": True, "payout_usd": 1.99, "amount_usd": None}, "0.99", "won"),
        ({"won": True, "payout_usd": None}, None, "won"),
        ({"won": False}, None, "lost"),
        ({"payout_usd": 0.1, "amount_usd": 0.3}, "-0.2", "lost"),
    ],
)
async def test_the_money_tells_how_a_bet_ended(
    record: Recording, venue: FakeVenue, answer: dict[str, Any], pnl_usd: str | None, outcome: str
) -> None:
    venue.on("POST /casino/bet", answer)
    with record.agent.cycle():
        bet = await venue.client().casino.bet("dice", 1)
    assert bet.pnl_usd == (None if pnl_usd is None else Decimal(pnl_usd))
    assert record.one("pf.casino.bet").attributes["pf.bet_outcome"] == bet.outcome == outcome


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"won": "yes", "payout_usd": "much", "bet_id": []},
        {"payout_usd": None, "won": None},
    ],
)
async def test_an_answer_that_does_not_say_how_the_bet_ended_is_a_lost_one(
    record: Recording, venue: FakeVenue, answer: Any
) -> None:
    """The stake may be gone: no healthy record, and the bet is looked for."""
    venue.on("POST /casino/bet", answer)
    with record.agent.cycle(), pytest.raises(OutcomeUnknown, match="the answer has no readable payout_usd"):
        await venue.client().casino.bet("dice", 1)
    attributes = record.one("pf.casino.bet").attributes
    assert (attributes["pf.bet_outcome"], attributes["pf.order.state"]) == ("unknown", "unknown")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"
    bet = {"bet_id": "bet_1", "game": "dice", "amount_usd": 2, "won": False, "payout_usd": 0}
    venue.on("GET /casino/history", lambda request: {"bets": [bet | {"created_at": venue.now().isoformat()}]})
    found = await venue.client(resolve_timeout=10).casino.bet("dice", 2)
    assert (found.bet_id, found.pnl_usd) == ("bet_1", -2)


@pytest.mark.parametrize(
    "answer", [b'{"payout_usd": 9e999999, "amount_usd": 1}', b'{"payout_usd": 1e200, "amount_usd": 1e-200}']
)
async def test_a_profit_that_cannot_be_reckoned_is_unknown(record: Recording, venue: FakeVenue, answer: bytes) -> None:
    venue.on("POST /casino/bet", answer)
    with record.agent.cycle():
        bet = await venue.client().casino.bet("dice", 1)
    assert (bet.outcome, bet.pnl_usd) == ("unknown", None)
    attributes = record.one("pf.casino.bet").attributes
    assert (attributes["pf.bet_outcome"], attributes["pf.order.state"]) == ("unknown", "unknown")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


async def test_a_bet_whose_answer_is_lost_is_sent_once_and_unknown(record: Recording, venue: FakeVenue) -> None:
    venue.on(FLIP, httpx.ReadTimeout("lost"))
    with record.agent.cycle() as cycle:
        with pytest.raises(OutcomeUnknown) as caught:
            await venue.live().casino.bet("coin_flip", 1, side="heads")
        cycle.skip("not_today")
    assert venue.asked == [FLIP]
    assert (caught.value.service, caught.value.phase) == ("casino", "bet_placement")
    attributes = record.one("pf.casino.bet").attributes
    assert (attributes["pf.bet_outcome"], attributes["pf.order.state"]) == ("unknown", "unknown")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_side"}, GameError),
        (400, {"error": "minimum_bet", "message": "at least 0.01"}, GameError),
        (400, {"error": "insufficient_balance", "required": 1}, InsufficientBalanceError),
        (400, {"error": "kelly_limit_exceeded", "max_bet": 0.5}, RiskLimitBreachError),
        (418, {}, Rejected),
    ],
)
async def test_refusals_are_typed_and_leave_no_outcome(
    record: Recording, venue: FakeVenue, status: int, body: dict[str, Any], kind: type[Exception]
) -> None:
    venue.on(FLIP, httpx.Response(status, json=body))
    with record.agent.cycle() as cycle, pytest.raises(kind):
        await venue.live().casino.bet("coin_flip", 1)
    span = record.one("pf.casino.bet")
    assert span.attributes["pf.game"] == "coin_flip"
    assert span.attributes["pf.bet_size"] == 1.0
    assert "pf.bet_outcome" not in span.attributes
    assert cycle is not None


def live_batch(*results: Any) -> dict[str, Any]:
    """A batch's answer with the summary as it really is: what was staked counts as nothing."""
    won = sum(result.get("amount_won", 0) for result in results if isinstance(result, dict))
    return {
        "results": list(results),
        "summary": {"total_wagered": 0, "total_won": won, "net_pnl": won},
        "balance_after": 499.99,
    }


async def test_a_batch_is_summed_from_its_bets_and_not_from_its_summary(record: Recording, venue: FakeVenue) -> None:
    """Two bets of a dollar, one of them won: a loss of a cent, which the venue's summary calls a profit of 1.99."""
    lost = {"bet_id": "bet_2", "game": "dice", "amount_bet": 1, "won": False, "amount_won": 0}
    venue.on(BATCH, live_batch(LIVE_BET, lost))
    with record.agent.cycle():
        batch = await venue.live().casino.batch(
            [{"game": "coin-flip", "amount_usd": 1, "side": "heads"}, {"game": "dice", "amount_usd": 1, "target": 50}]
        )
    assert body_of(venue.requests[0]) == {
        "bets": [{"side": "heads", "amount": 1, "game": "coin_flip"}, {"target": 50, "amount": 1, "game": "dice"}]
    }
    assert (batch.pnl_usd, batch.amount_usd, batch.payout_usd) == (Decimal("-0.01"), Decimal(2), Decimal("1.99"))
    assert batch.balance_usd == Decimal("499.99")
    span = record.one("pf.casino.batch")
    assert {name: value for name, value in span.attributes.items() if name.startswith("pf.b")} == {
        "pf.bets_count": 2,
        "pf.bets_failed": 0,
        "pf.bet_size": 2.0,
    }
    assert span.attributes["pf.pnl_usd"] == -0.01
    assert [(event.name, dict(event.attributes)["pf.pnl_usd"]) for event in events_of(span)] == [
        ("bet_settled", 0.99),
        ("bet_settled", -1.0),
    ]
    assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == -0.01


async def test_a_bet_that_fails_spoils_no_other(record: Recording, venue: FakeVenue) -> None:
    venue.on(
        BATCH,
        live_batch(
            {"error": "invalid_side"},
            LIVE_BET,
            {"error": "insufficient_balance", "message": "not enough"},
        ),
    )
    with record.agent.cycle():
        batch = await venue.live().casino.batch([{"game": "coin_flip", "amount_usd": amount} for amount in (1, 1, 900)])
    assert [type(result) for result in batch.results] == [GameError, Bet, InsufficientBalanceError]
    assert batch.errors[1].intent["amount_usd"] == Decimal(900)
    assert batch.pnl_usd == Decimal("0.99")
    span = record.one("pf.casino.batch")
    assert span.status == "unset"
    assert [event.name for event in events_of(span)] == ["bet_settled", "bet_failed", "bet_failed"]
    assert dict(events_of(span)[2].attributes) == {
        "error.type": "InsufficientBalanceError",
        "pf.error.code": "insufficient_balance",
        "pf.game": "coin_flip",
        "pf.bet_size": 900.0,
    }
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "completed"


async def test_a_batch_in_which_everything_fails_is_no_success(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /casino/bets", {"results": [{"code": "KELLY_LIMIT_EXCEEDED", "message": "at most 0.5"}]})
    with record.agent.cycle():
        batch = await venue.client().casino.batch([{"game": "dice", "amount_usd": 1}])
    assert isinstance(batch.results[0], RiskLimitBreachError)
    assert batch.pnl_usd == 0
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("rejected", "kelly_limit_exceeded")


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [GUIDE_BET]},
        {"results": [GUIDE_BET, None]},
        {"results": [GUIDE_BET, "settled"]},
        {"results": [GUIDE_BET, {}]},
        {"results": [GUIDE_BET, {"bet_id": "bet_2", "won": 1}]},
    ],
)
async def test_a_bet_that_the_answer_does_not_account_for_is_unknown(
    record: Recording, venue: FakeVenue, answer: dict[str, Any]
) -> None:
    venue.on("POST /casino/bets", answer)
    with record.agent.cycle():
        batch = await venue.client().casino.batch([{"game": "dice", "amount_usd": 1}] * 2)
    assert [type(result) for result in batch.results] == [Bet, OutcomeUnknown]
    attributes = record.one("pf.casino.batch").attributes
    assert (attributes["pf.bet_outcome"], attributes["pf.order.state"]) == ("unknown", "unknown")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


async def test_bets_nobody_asked_for_are_counted_too(venue: FakeVenue) -> None:
    venue.on("POST /casino/bets", {"results": [GUIDE_BET, GUIDE_BET]})
    batch = await venue.client().casino.batch([{"game": "dice", "amount_usd": 1}])
    assert batch.pnl_usd == Decimal("1.98")


async def test_a_sum_with_an_unknown_part_is_unknown(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /casino/bets", {"results": [GUIDE_BET, {"won": True}]})
    with record.agent.cycle():
        batch = await venue.client().casino.batch([{"game": "dice", "amount_usd": 1}] * 2)
    assert (batch.amount_usd, batch.payout_usd, batch.pnl_usd) == (Decimal(2), None, None)
    assert "pf.pnl_usd" not in record.one("pf.casino.batch").attributes


@pytest.mark.parametrize(
    "bets",
    [
        [],
        [{"game": "dice"}],
        [{"amount_usd": 1}],
        [{"game": "dice", "amount_usd": 0}],
        [{"game": "dice", "amount_usd": "x"}],
    ],
)
async def test_a_batch_that_makes_no_sense_is_not_sent(venue: FakeVenue, bets: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"bet|amount"):
        await venue.client().casino.batch(bets)
    assert venue.requests == []


async def test_history_in_both_profiles(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /casino/history", {"bets": [GUIDE_BET | {"created_at": "2026-11-20T10:00:00Z"}]})
    venue.on(
        "GET /casino/api/v1/bets/history",
        {"bets": [{"id": "bet_1", "game": "dice", "amount": 1, "amount_won": 1.99, "net": 0.99, "at": "t"}]},
    )
    with record.agent.cycle():
        (ours,) = await venue.client().casino.history()
        (theirs,) = await venue.live().casino.history()
    assert (ours.bet_id, ours.pnl_usd, ours.placed_at) == ("bet_1", Decimal("0.99"), "2026-11-20T10:00:00Z")
    assert (theirs.bet_id, theirs.pnl_usd, theirs.placed_at) == ("bet_1", Decimal("0.99"), "t")
    assert [span.attributes["pf.bets_count"] for span in record.named("pf.casino.history")] == [1, 1]


CENTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10_000), places=2)


@given(st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=20))
async def test_a_batchs_profit_is_the_exact_sum_of_its_bets(bets: list[tuple[Decimal, Decimal]]) -> None:
    results = [f'{{"bet_id":"b","amount_bet":{stake},"won":true,"amount_won":{payout}}}' for stake, payout in bets]
    answer = f'{{"results":[{",".join(results)}],"summary":{{"net_pnl":1e9}}}}'.encode()
    venue = FakeVenue(TickingClock())
    venue.on(BATCH, answer)
    batch = await venue.live().casino.batch([{"game": "dice", "amount_usd": stake} for stake, _ in bets])
    assert batch.pnl_usd == sum(payout for _, payout in bets) - sum(stake for stake, _ in bets)


FIELDS = st.sampled_from(["results", "won", "error", "message", "bet_id", "amount_bet", "amount_won", "game"])
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)))
async def test_any_answer_to_a_batch_has_results_or_is_lost(answer: Any) -> None:
    venue = FakeVenue(TickingClock())
    venue.on(BATCH, json.dumps({"results": answer}).encode())
    try:
        batch = await venue.live().casino.batch([{"game": "dice", "amount_usd": 1}])
    except OutcomeUnknown:
        assert not isinstance(answer, list)
    else:
        assert len(batch.results) >= 1
