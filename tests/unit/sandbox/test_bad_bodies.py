from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.sandbox.errors import ApiError, InvalidRequest
from fleaglass.sandbox.operations import OPERATIONS
from tests.unit.sandbox.desk import Desk

GOOD = {"asset": "BTC", "side": "buy", "quantity": 0.01}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantity": None}, "quantity: expected decimal, got null"),
        ({"quantity": True}, "quantity: expected decimal, got bool"),
        ({"quantity": "lots"}, "quantity: invalid decimal string"),
        ({"quantity": "NaN"}, "quantity: must be a finite number"),
        ({"quantity": 0}, "quantity: must be between 0.00000001 and 1000000000"),
        ({"quantity": -1}, "quantity: must be between 0.00000001 and 1000000000"),
        ({"quantity": "1e400000"}, "quantity: must be between 0.00000001 and 1000000000"),
        ({"asset": "DOGE"}, "asset: must be one of BTC, ETH, SOL, got 'DOGE'"),
        ({"asset": 5}, "asset: expected str, got int"),
        ({"side": "hold"}, "side: must be one of buy, sell, got 'hold'"),
        ({"order_type": "stop"}, "order_type: must be one of market, limit, got 'stop'"),
        ({"order_type": "limit"}, "limit_price: is required for a limit order"),
        ({"limit_price": 5}, "limit_price: is only for a limit order"),
    ],
)
def test_a_bad_field_is_named(desk: Desk, change: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        desk.trader("ada").do("trading.order", {**GOOD, **change})
    assert refused.value.message == message
    assert refused.value.body["field"] == message.partition(":")[0]


@pytest.mark.parametrize("field", ["asset", "side", "quantity"])
def test_a_missing_field_is_named(desk: Desk, field: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{field}: is required$"):
        desk.trader("ada").do("trading.order", {name: value for name, value in GOOD.items() if name != field})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"asset=BTC",
        b"\xff\xfe",
        b'{"asset":"\xff","side":"buy","quantity":1}',
        b'{"asset":"BTC","side":"buy","quantity":NaN}',
        b'{"asset":"BTC","side":"buy","quantity":1,"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    ],
)
def test_a_body_that_is_not_an_object_of_json_is_refused(desk: Desk, body: bytes) -> None:
    with pytest.raises(InvalidRequest, match=r"^body: "):
        desk.trader("ada").do("trading.order", body)


@pytest.mark.parametrize("metadata", [b'"\xff"', b"[" * 8_000 + b"]" * 8_000, b'{"a":01}'])
def test_metadata_must_be_json_throughout(desk: Desk, metadata: bytes) -> None:
    desk.trader("bob")
    body = b'{"amount_usd":5,"counterparty_id":"bob","conditions":"c","metadata":' + metadata + b"}"
    with pytest.raises(InvalidRequest):
        desk.trader("ada").do("escrow.create", body)


def test_a_quantity_computed_with_floats_is_cut_to_eight_digits(desk: Desk) -> None:
    order = desk.trader("ada").order("BTC", "buy", 500 / 68_123.4)
    assert str(order["quantity"]) == "0.00733962"


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("1e999999"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
FIELDS = st.sampled_from(
    [
        *("asset", "side", "direction", "quantity", "order_type", "limit_price", "position_id"),
        *("amount_usd", "counterparty_id", "conditions", "timeout_hours", "metadata", "reason"),
        *("amount", "to", "from", "agent_id", "name"),
    ]
)
POSTS = [operation for operation in OPERATIONS if operation.method == "POST"]


@given(st.sampled_from(POSTS), st.dictionaries(FIELDS, VALUES, max_size=8))
def test_whatever_is_posted_is_done_or_refused_never_a_crash(operation: object, body: dict[str, object]) -> None:
    desk = Desk()
    ada = desk.trader("ada")
    path = {"escrow_id": "esc_1", "wallet_id": ada.agent.wallet_id}
    try:
        ada.do(operation.name, json.dumps(body).encode(), **path)  # type: ignore[attr-defined]
    except ApiError as refused:
        assert 400 <= refused.status < 500  # noqa: PT017
