from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.sandbox.errors import ApiError, InvalidRequest
from fleaglass.sandbox.faces import FACES
from fleaglass.sandbox.faces.face import Endpoint
from tests.unit.sandbox.desk import Desk, Trader

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
LIKELY = st.sampled_from(
    [
        *(
            "BTC",
            "ETH",
            "USDC",
            "buy",
            "long",
            "limit",
            "market",
            "heads",
            "coin_flip",
            "dice",
            "red",
            "base",
            "solana",
        ),
        *("bob", "{account}", "{wallet}", "{key}", "mine.com", "taken.io", 5, 0.5, "0.01", 1e308, 10**30, -1, 0),
        *("\ud800", "\x00", "0x" + "a" * 40),
    ]
)
FIELDS = st.sampled_from(
    [
        *("asset", "side", "direction", "quantity", "order_type", "limit_price", "position_id", "reason", "metadata"),
        *("amount_usd", "counterparty_id", "conditions", "timeout_hours", "amount", "to", "from", "agent_id", "name"),
        *("game", "params", "bets", "domain", "domains", "years", "start_usd", "hours", "duration_hours", "bid_usd"),
        *("coin", "size_usd", "leverage", "chain", "private_key", "token", "from_token", "to_token", "client_seed"),
        *(
            "agent_casino_id",
            "counterparty_agent_id",
            "description",
            "target",
            "cashout",
            "bet",
            "address",
            "credit_usd",
        ),
    ]
)
ITEMS = st.dictionaries(FIELDS, VALUES | LIKELY, max_size=6)
BODIES = st.dictionaries(FIELDS, VALUES | LIKELY | ITEMS | st.lists(ITEMS, max_size=3), max_size=10)
EVERY = [endpoint for face in FACES for endpoint in face.endpoints]


def known(value: object, ada: Trader, keys: Mapping[str, str]) -> object:
    """Put what a caller can know into the places that ask for it."""
    if isinstance(value, dict):
        return {name: known(one, ada, keys) for name, one in value.items()}
    if isinstance(value, list):
        return [known(one, ada, keys) for one in value]
    places = {"{account}": ada.account("casino"), "{wallet}": ada.agent.wallet_id, "{key}": keys["base"]}
    return places.get(value, value) if isinstance(value, str) else value


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(EVERY), BODIES, st.dictionaries(FIELDS, st.text(max_size=10), max_size=3))
def test_whatever_is_asked_is_done_or_refused_never_a_crash(
    endpoint: Endpoint, body: dict[str, object], query: dict[str, str]
) -> None:
    """Every call of both faces, with the fields that any of them knows in any combination."""
    desk = Desk()
    desk.trader("bob")
    ada = desk.trader("ada")
    keys = ada.live("wallet.create")["private_keys"]
    ada.do("domains.register", {"domain": "mine.com"})
    auction_id = ada.do("domains.auction", {"domain": "mine.com", "start_usd": 5})["auction_id"]
    path = {
        **dict.fromkeys(("escrow_id", "order_id", "swap_id", "address"), "none"),
        "wallet_id": ada.agent.wallet_id,
        "asset": "BTC",
        "coin": "BTC",
        "game": str(body.get("game", "coin-flip")),
        "auction_id": auction_id,
    }
    raw = json.dumps(known(body, ada, keys)).encode()
    try:
        ada.ask(endpoint, raw, query, **path)
    except ApiError as refused:
        assert 400 <= refused.status < 500 or refused.code in ("rpc_error", "api_error")  # noqa: PT017
    finally:
        desk.venue.db.close()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EVERY), st.binary(max_size=60) | st.sampled_from([b"", b"[]", b"null", b"{", b"[" * 30_000]))
def test_bytes_that_mean_nothing_are_refused_or_ignored(endpoint: Endpoint, body: bytes) -> None:
    desk = Desk()
    try:
        endpoint.operation_of(body)
        desk.trader("ada").ask(endpoint, body, **dict.fromkeys(PATH_NAMES, "x"))
    except ApiError as refused:
        assert 400 <= refused.status < 500 or refused.code == "api_error"  # noqa: PT017
    finally:
        desk.venue.db.close()


PATH_NAMES = ("escrow_id", "order_id", "swap_id", "address", "wallet_id", "asset", "coin", "game", "auction_id")
