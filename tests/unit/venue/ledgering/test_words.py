"""Whatever is asked for, the ledger shows what it may, in plain text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder import keep_secret
from fleaglass.venue.ledgering.words import asked

NAMES = ["asset", "quantity", "order_id", "to", "conditions", "metadata", "private_key", "api_key", "bets", "new"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_value_is_text_and_nothing_secret_is_clear(fields: dict[str, object]) -> None:
    clear, committed = asked(fields)
    assert all(isinstance(value, str) for value in (*clear.values(), *committed.values()))
    assert all(len(value) <= 256 for value in clear.values())
    assert not {"to", "conditions", "metadata", "new"} & clear.keys()
    assert not {"private_key", "api_key"} & (clear.keys() | committed.keys())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0100"), "0.0100"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (7, "7"),
        ("0.5", "0.5"),
        (Decimal("1E+999999"), "1E+999999"),
    ],
)
def test_numbers_are_plain_decimals(value: object, said: str) -> None:
    assert asked({"quantity": value})[0] == {"quantity": said}


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    keep_secret("correct horse battery")
    clear, committed = asked({"asset": "correct horse battery", "conditions": "say correct horse battery"})
    assert "horse" not in f"{clear}{committed}"
