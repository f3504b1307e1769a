"""The guide's profile is data: complete, consistent, and read by our names."""

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass import semconv
from fleaglass.venue.body import Body, encode
from fleaglass.venue.profiles import GUIDE

STATES = set(semconv.ATTRIBUTES[semconv.PF_ORDER_STATE].values)


@pytest.mark.parametrize("name", GUIDE.endpoints)
def test_an_endpoint_makes_sense(name: str) -> None:
    endpoint = GUIDE.endpoints[name]
    assert endpoint.path.startswith("/")
    assert endpoint.spends == (endpoint.method != "GET")
    fields = [field for _, field, _, _ in string.Formatter().parse(endpoint.path) if field]
    assert all(field.endswith("_id") or field == "asset" for field in fields)
    assert endpoint.receives


def test_states_are_ours() -> None:
    assert set(GUIDE.order_states.values()) <= STATES


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_survives_the_way_there_and_back(value: Decimal) -> None:
    endpoint = GUIDE.endpoints["trading.poll"]
    sent = encode({"fill_price": value})
    assert Body.parse(sent, endpoint).decimal("fill_price") == value


@given(st.binary())
def test_no_answer_raises_anything_but_value_error(content: bytes) -> None:
    endpoint = GUIDE.endpoints["trading.poll"]
    try:
        body = Body.parse(content, endpoint)
    except ValueError:
        return
    for name in endpoint.receives:
        body.text(name), body.decimal(name), body.decimals(name)


def test_a_deeply_nested_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        Body.parse(b'{"a":' * 100_000, GUIDE.endpoints["trading.poll"])
