from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fleaglass.sandbox import accounts
from fleaglass.sandbox.errors import ApiError, Unauthorized
from tests.unit.sandbox.desk import Desk


def test_a_key_opens_its_own_account_and_is_not_stored(desk: Desk) -> None:
    opened = accounts.register(desk.venue, "ada", "Ada's agent")
    assert re.fullmatch(r"pf_live_[0-9a-f]{48}", opened.api_key)
    assert accounts.authenticate(desk.venue.db, f"Bearer {opened.api_key}") == opened.agent
    assert opened.api_key[8:] not in "".join(desk.venue.db.iterdump())


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "UNAUTHORIZED"),
        ("", "UNAUTHORIZED"),
        ("Bearer ", "UNAUTHORIZED"),
        ("Basic abc", "UNAUTHORIZED"),
        ("Bearer pf_live_wrong", "INVALID_API_KEY"),
    ],
)
def test_a_missing_or_wrong_key_is_401(desk: Desk, header: str | None, code: str) -> None:
    with pytest.raises(Unauthorized) as refused:
        accounts.authenticate(desk.venue.db, header)
    assert (refused.value.status, refused.value.code) == (401, code)


def test_an_agent_may_choose_its_id_even_one_that_looks_like_a_key_or_take_a_new_one(desk: Desk) -> None:
    assert accounts.register(desk.venue, "pf_live_agent_a", None).agent.agent_id == "pf_live_agent_a"
    assert re.fullmatch(r"ag_[0-9a-f]{12}", accounts.register(desk.venue, None, None).agent.agent_id)


def refusal(desk: Desk, operation: str, body: object) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        desk.trader("zoe", funded=False).do(operation, body)
    return refused.value.status, refused.value.code


def test_an_id_is_registered_once(desk: Desk) -> None:
    desk.trader("ada")
    assert refusal(desk, "faucet.register", {"agent_id": "ada"}) == (409, "AGENT_EXISTS")


@pytest.mark.parametrize("agent_id", ["", "a/b", " a", "x" * 97, "é"])
def test_an_odd_id_is_refused(desk: Desk, agent_id: str) -> None:
    assert refusal(desk, "faucet.register", {"agent_id": agent_id}) == (400, "INVALID_REQUEST")


def test_the_free_balance_is_credited_once() -> None:
    desk = Desk(free_balance=Decimal("2500.50"))
    ada = desk.trader("ada", funded=False)
    assert ada.dollars() == 0
    assert str(ada.do("faucet.claim", {"agent_id": "ada"})["credited_usd"]) == "2500.5"
    assert str(ada.dollars()) == "2500.5"
    assert refusal(desk, "faucet.claim", {"agent_id": "ada"}) == (409, "ALREADY_CLAIMED")
    with pytest.raises(ApiError, match="no such agent"):
        ada.do("faucet.claim", {"agent_id": "nobody"})
