"""Whatever an agent records arrives with one type, bounded, scrubbed, or not at all."""

import datetime as dt
import enum
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass import semconv
from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.normalise import DECLARED, attribute_name, value_as
from fleaglass.recorder.scrub import MARKER, keep_secret


class Side(enum.Enum):
    BUY = "buy"


class Grumpy:
    """An object whose every conversion works, and says nothing useful."""

    def __str__(self) -> str:
        return "grumpy"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (True, True),
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (2**63, str(2**63)),
        (0.1 + 0.2, 0.3),
        (Decimal("0.00000001"), 1e-8),
        (Decimal("9999999.12345678"), 9999999.12345678),
        (Fraction(1, 3), 0.33333333),
        (np.float32(0.5), 0.5),
        (np.float64(0.82), 0.82),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        ("text", "text"),
        (Side.BUY, "buy"),
        (dt.datetime(2026, 11, 20, tzinfo=dt.UTC), "2026-11-20T00:00:00+00:00"),
        (dt.timedelta(minutes=1), 60.0),
        (b"bytes", "bytes"),
        (b"\xff\x00", "ff00"),
        ([1, 2], [1, 2]),
        ((1, 2.5), [1.0, 2.5]),
        ([True, 1], ["True", "1"]),
        (["a", None, 1], ["a", "1"]),
        ([], []),
        ({"a": Decimal("1.5")}, '{"a":"1.5"}'),
        (Grumpy(), "grumpy"),
    ],
)
def test_a_value_of_ones_own_keeps_its_meaning_in_a_plain_type(raw: object, value: object) -> None:
    found = attributes({"custom.x": raw})["custom.x"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("pf.quantity", 1, 1.0),
        ("pf.quantity", Decimal("0.5"), 0.5),
        ("pf.quantity", "0.25", 0.25),
        ("pf.assets_count", 3.0, 3),
        ("pf.assets_count", "3", 3),
        ("pf.order_id", 17, "17"),
        ("pf.side", "BUY", "buy"),
        ("pf.side", Side.BUY, "buy"),
        ("pf.cache_hit", np.bool_(False), False),
        ("http.response.status_code", 200, 200),
    ],
)
def test_a_declared_attribute_gets_its_declared_type(name: str, raw: object, value: object) -> None:
    found = attributes({name: raw})[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("pf.quantity", None),
        ("pf.quantity", "a lot"),
        ("pf.quantity", [1.0]),
        ("pf.side", "long"),
        ("pf.cache_hit", "yes"),
        ("pf.cache_hit", 1),
        ("pf.poll_count", float("inf")),
        ("custom.x", None),
    ],
)
def test_what_cannot_be_said_is_left_out(name: str, raw: object) -> None:
    assert attributes({name: raw}) == {}


def test_text_is_scrubbed_and_cut_and_secret_names_hide_their_values() -> None:
    values = {"pf.release_reason": "ok, " * 5_000, "pf.task": "use pf_live_0123456789", "custom.password": "hi"}
    found = attributes(values)
    assert len(found["pf.release_reason"]) == 1_024
    assert found["pf.task"] == f"use {MARKER}"
    assert found["custom.password"] == MARKER


def test_a_transaction_hash_stays_though_it_looks_like_a_private_key() -> None:
    """It is public, and the only way from a span to the transfer. A key this process holds is never taken for one."""
    tx_hash, private_key = "0x" + "5c504ed432cb5113" * 4, "7f" * 32
    assert attributes({semconv.PF_TX_HASH: tx_hash}) == {semconv.PF_TX_HASH: tx_hash}
    keep_secret(private_key)
    for secret in (private_key, f"0x{private_key}", "sk_live_" + "a1" * 24, "private_key=" + tx_hash):
        (recorded,) = attributes({semconv.PF_TX_HASH: secret}).values()
        assert MARKER in str(recorded)
        assert secret.removeprefix("0x") not in str(recorded)


def test_the_agents_own_id_is_exempt_by_exact_match() -> None:
    key_like = "pf_live_your_agent_id"
    assert attributes({"pf.agent_id": key_like}, exempt=key_like) == {"pf.agent_id": key_like}
    assert attributes({"pf.agent_id": f"x {key_like}"}, exempt=key_like) == {"pf.agent_id": f"x {MARKER}"}


def test_lists_are_bounded_even_endless_ones() -> None:
    def naturals():
        number = 0
        while True:
            yield number
            number += 1

    assert attributes({"custom.x": naturals()})["custom.x"] == list(range(64))


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("valid", "pf.valid"),
        ("pf.valid", "pf.valid"),
        ("confidence", "pf.signal_confidence"),
        ("escrow_id", "pf.escrow_id"),  # an event has a field of that name
        ("http.request.method", "http.request.method"),
        ("my_feature", "custom.my_feature"),
        ("pf.my_feature", "custom.my_feature"),
        ("acme.feature", "acme.feature"),
    ],
)
def test_short_names(short: str, full: str) -> None:
    assert attribute_name(short) == full


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=8))
def test_money_below_ten_million_comes_back_exactly(amount: Decimal) -> None:
    recorded = attributes({"pf.amount_usd": amount})["pf.amount_usd"]
    assert round(Decimal(recorded), 8) == amount


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals() | st.datetimes(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text() | st.sampled_from(["pf.quantity", "pf.side", "pf.assets_count"]), VALUES))
def test_anything_becomes_a_plain_value(values: dict[str, object]) -> None:
    for value in attributes(values).values():
        items = value if isinstance(value, list) else [value]
        assert len({type(item) for item in items}) <= 1
        assert all(type(item) in (bool, int, float, str) for item in items)


AGENT_ID = "pf_live_vol_arb_1"
VALUES = (
    st.integers(-(2**70), 2**70)
    | st.floats()
    | st.booleans()
    | st.text(max_size=50)
    | st.decimals()
    | st.sampled_from(["x" * 2_000, "buy", "BUY", "sk-" + "a" * 30, AGENT_ID, 10**400, Decimal("sNaN")])
)
NAMES = st.sampled_from([*semconv.ATTRIBUTES, *semconv.EVENT_FIELDS, *semconv.UPSTREAM, "custom.x", "api_key", "seed"])


@given(NAMES, VALUES)
def test_the_quick_way_gives_what_the_careful_one_gives(name: str, raw: object) -> None:
    assert repr(attributes({name: raw}, AGENT_ID).get(name)) == repr(value_as(DECLARED.get(name), name, raw, AGENT_ID))


def test_a_secret_that_is_learned_later_is_scrubbed_from_names_as_well() -> None:
    name = "custom.n0t-a-w0rd-of-english"
    assert attributes({name: 1}) == {name: 1}
    keep_secret("n0t-a-w0rd-of-english")
    assert attributes({name: 1}) == {"custom.[scrubbed]": 1}
