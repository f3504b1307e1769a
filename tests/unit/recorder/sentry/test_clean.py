"""The last pass: plain JSON, bounded, no secrets, whatever comes in."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder import keep_secret
from fleaglass.recorder.scrub import MARKER
from fleaglass.recorder.sentry.clean import clean

KEY = "pf_live_0123456789abcdef"
MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HASH = "0x" + "ab" * 32


@pytest.mark.parametrize(
    "value",
    [
        {"a": {"b": [{"c": KEY}]}},
        {KEY: 1},
        {"api_key": "shapeless"},
        {"Authorization": "shapeless"},
        [("authorization", "shapeless")],
        ("X-Api-Key", "shapeless"),
        ["'Authorization'", "'Bearer shapeless'"],
        (b"x-api-key", b"shapeless"),
        {b"authorization": b"shapeless"},
        {"b'authorization'": "b'shapeless'"},
        f"https://user:pass@host/?key={KEY}",
        MNEMONIC,
        {"words": MNEMONIC},
        "mnemonic: shapeless",
        json.dumps({"api_key": "shapeless"}),
        json.dumps({"body": json.dumps({"api_key": "shapeless"})}),
        "{'private_key': 'shapeless'}",
        HASH,
        f"{KEY}".encode(),
        {"deep": {"set": {KEY}}},
    ],
)
def test_secrets_are_found_in_keys_values_and_texts_at_every_depth(value: object) -> None:
    cleaned = json.dumps(clean(value))
    for secret in ("shapeless", "0123456789abcdef", "sausage", "user:pass", "abababab"):
        assert secret not in cleaned
    assert MARKER in cleaned


def test_what_this_process_knows_as_a_secret_is_found_whatever_it_looks_like() -> None:
    keep_secret("correct horse")
    assert clean({"note": "it is correct horse, you know"}) == {"note": f"it is {MARKER}, you know"}


def test_the_agents_id_stays_even_if_it_looks_like_a_key_but_not_if_it_is_one() -> None:
    assert clean({"id": KEY, "text": f"key {KEY}"}, {KEY}) == {"id": KEY, "text": f"key {MARKER}"}
    keep_secret("pf_live_fedcba9876543210")
    assert clean("pf_live_fedcba9876543210", {"pf_live_fedcba9876543210"}) == MARKER


def test_a_transaction_hash_is_public() -> None:
    assert clean({"tags": {"tx_hash": HASH}, "text": HASH}) == {"tags": {"tx_hash": HASH}, "text": MARKER}


def test_ids_of_traces_and_events_stay() -> None:
    ids = {"event_id": "a1" * 16, "trace_id": "b2" * 16, "span_id": "c3" * 8, "release": "agent@" + "d4" * 20}
    assert clean(ids) == ids


class Hostile(dict):  # type: ignore[type-arg]
    def items(self):  # type: ignore[no-untyped-def]
        raise RuntimeError("no")


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def test_whatever_it_is_becomes_json() -> None:
    loop: list[object] = []
    loop.append(loop)
    value = {
        "decimal": Decimal("1.10"),
        "time": dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        "nan": float("nan"),
        "huge": 10**40,
        "loop": loop,
        "hostile": Hostile(a=1),
        "unprintable": Unprintable(),
        3: None,
        "surrogate": "\ud800",
        "long": "x y " * 100_000,
    }
    cleaned = clean(value)
    json.dumps(cleaned, allow_nan=False).encode()
    assert cleaned["decimal"] == 1.1
    assert cleaned["unprintable"] == "[unreadable]"
    assert cleaned["hostile"] == {}
    assert cleaned["3"] is None
    assert len(cleaned["long"]) == 8_192


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_cleaning_never_fails_and_twice_is_once(value: object) -> None:
    cleaned = clean(value)
    json.dumps(cleaned, allow_nan=False).encode()
    assert clean(cleaned) == cleaned
