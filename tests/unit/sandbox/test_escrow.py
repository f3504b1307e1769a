from __future__ import annotations

import json
from decimal import Decimal

import pytest

from fleaglass.sandbox import ledger
from fleaglass.sandbox.errors import ApiError, InvalidRequest
from tests.unit.sandbox.desk import Desk, Trader

CONTEXT = {
    "trace_context": {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    "n": [1.10, None, "é"],
}


@pytest.fixture
def pair(desk: Desk) -> tuple[Trader, Trader]:
    return desk.trader("ada"), desk.trader("bob", funded=False)


def refusal(trader: Trader, operation: str, escrow_id: str) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        trader.do(operation, {"reason": "because"}, escrow_id=escrow_id)
    return refused.value.status, refused.value.code


def test_from_funding_to_release(desk: Desk, pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    escrow = ada.hire("bob", 25, metadata=CONTEXT)
    assert (escrow["status"], escrow["fee_usd"], escrow["creator_id"]) == ("funded", Decimal("0.25"), "ada")
    assert ada.dollars() == 9_975
    desk.clock.advance(2.5)
    completed = bob.do("escrow.complete", escrow_id=escrow["escrow_id"])
    assert (completed["status"], completed["released_amount_usd"]) == ("completed", None)
    desk.clock.advance(1.25)
    released = ada.do("escrow.release", {"reason": "good work"}, escrow_id=escrow["escrow_id"])
    assert (released["status"], released["reason"]) == ("released", "good work")
    assert (released["released_amount_usd"], released["hold_duration_seconds"]) == (Decimal("24.75"), Decimal("3.75"))
    assert bob.dollars() == Decimal("24.75")
    assert ledger.balance(desk.venue.db, f"escrow/{escrow['escrow_id']}") == 0


def test_both_parties_read_the_metadata_exactly_as_it_was_written(pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    escrow_id = ada.hire("bob", metadata=CONTEXT)["escrow_id"]
    expected = json.loads(json.dumps(CONTEXT), parse_float=Decimal)
    assert ada.do("escrow.read", escrow_id=escrow_id)["metadata"] == expected
    assert bob.do("escrow.read", escrow_id=escrow_id)["metadata"] == expected


def test_a_hired_agent_finds_its_work_by_role_and_status(desk: Desk, pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    first = ada.hire("bob")["escrow_id"]
    desk.clock.advance(1)
    second = ada.hire("bob")["escrow_id"]
    ada.do("escrow.release", escrow_id=second)

    def listed(trader: Trader, **query: str) -> list[str]:
        return [one["escrow_id"] for one in trader.do("escrow.list", query=query)["escrows"]]

    assert listed(bob, role="counterparty", status="funded") == [first]
    assert listed(bob) == listed(ada, role="creator") == [first, second]
    assert listed(bob, role="creator") == []
    for query in ({"role": "boss"}, {"status": "open"}):
        with pytest.raises(InvalidRequest):
            bob.do("escrow.list", query=query)


def test_only_the_right_party_may_act(desk: Desk, pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    escrow_id = ada.hire("bob")["escrow_id"]
    assert refusal(ada, "escrow.complete", escrow_id) == (403, "FORBIDDEN")
    assert refusal(bob, "escrow.release", escrow_id) == (403, "FORBIDDEN")
    assert refusal(desk.trader("eve"), "escrow.read", escrow_id) == (403, "FORBIDDEN")
    assert refusal(ada, "escrow.release", "esc_none") == (404, "ESCROW_NOT_FOUND")


def test_a_repeated_or_late_step_is_a_conflict_and_moves_no_money(pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    escrow_id = ada.hire("bob")["escrow_id"]
    bob.do("escrow.complete", escrow_id=escrow_id)
    assert refusal(bob, "escrow.complete", escrow_id) == (409, "INVALID_STATUS")
    ada.do("escrow.release", escrow_id=escrow_id)
    paid = bob.dollars()
    for trader, operation in ((ada, "escrow.release"), (bob, "escrow.dispute"), (bob, "escrow.complete")):
        assert refusal(trader, operation, escrow_id) == (409, "INVALID_STATUS")
    assert bob.dollars() == paid


def test_a_dispute_stops_the_release_until_the_timeout_refunds(desk: Desk, pair: tuple[Trader, Trader]) -> None:
    ada, bob = pair
    escrow_id = ada.hire("bob", 100, timeout_hours=2)["escrow_id"]
    assert bob.do("escrow.dispute", {"reason": "unpaid"}, escrow_id=escrow_id)["status"] == "disputed"
    assert refusal(ada, "escrow.release", escrow_id) == (409, "DISPUTED")
    desk.clock.advance(2 * 3600)
    refunded = ada.do("escrow.read", escrow_id=escrow_id)
    assert (refunded["status"], refunded["refunded_at"]) == ("refunded", refunded["expires_at"])
    assert (ada.dollars(), bob.dollars()) == (9_999, 0)


@pytest.mark.parametrize("step", [None, "escrow.complete"])
def test_an_escrow_that_is_not_released_in_time_goes_back_minus_the_fee(desk: Desk, step: str | None) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob", funded=False)
    escrow_id = ada.hire("bob", 50, timeout_hours="0.5")["escrow_id"]
    if step:
        bob.do(step, escrow_id=escrow_id)
    desk.clock.advance(1799)
    assert ada.dollars() == 9_950
    desk.clock.advance(1)
    assert ada.dollars() == Decimal("9999.5")


def test_an_escrow_beyond_the_balance_is_402(pair: tuple[Trader, Trader]) -> None:
    ada, _ = pair
    with pytest.raises(ApiError) as refused:
        ada.hire("bob", "10000.01")
    assert (refused.value.status, refused.value.code) == (402, "INSUFFICIENT_BALANCE")
    assert refused.value.body["balance"] == 10_000


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"counterparty_id": "nobody"}, 404, "COUNTERPARTY_NOT_FOUND"),
        ({"counterparty_id": "ada"}, 400, "counterparty_id: must be somebody else"),
        ({"amount_usd": "0.09"}, 400, "amount_usd: must be between"),
        ({"amount_usd": -5}, 400, "amount_usd: must be between"),
        ({"timeout_hours": 721}, 400, "timeout_hours: must be between"),
        ({"timeout_hours": 0}, 400, "timeout_hours: must be between"),
        ({"conditions": ""}, 400, "conditions: must have 1 to"),
        ({"metadata": {"x": "y" * 16_400}}, 400, "metadata: must have at most 16384 bytes"),
    ],
)
def test_bad_terms_are_refused_by_name(
    pair: tuple[Trader, Trader], body: dict[str, object], status: int, says: str
) -> None:
    terms = {"amount_usd": 5, "counterparty_id": "bob", "conditions": "work", **body}
    with pytest.raises(ApiError) as refused:
        pair[0].do("escrow.create", terms)
    assert refused.value.status == status
    assert says in f"{refused.value.code} {refused.value.message}"
