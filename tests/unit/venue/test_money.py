"""Money is exact, and slippage has a sign."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.venue.money import amount, optional_decimal, slippage_bps

PRICES = st.decimals(min_value="0.00000001", max_value="10000000", places=8)


@pytest.mark.parametrize(
    ("side", "fill", "expected", "bps"),
    [
        ("buy", "101", "100", "100.0000"),
        ("buy", "99", "100", "-100.0000"),
        ("sell", "99", "100", "100.0000"),
        ("sell", "101", "100", "-100.0000"),
        ("buy", "100", "100", "0.0000"),
        ("buy", "68027.2", "68000", "4.0000"),
        ("buy", "100.00001", "100", "0.0010"),
    ],
)
def test_positive_is_worse_for_the_agent_on_either_side(side: str, fill: str, expected: str, bps: str) -> None:
    assert slippage_bps(side, Decimal(fill), Decimal(expected)) == Decimal(bps)


@pytest.mark.parametrize(("fill", "expected"), [(None, 1), (1, None), (1, 0), (1, -1), ("1e30", "1e-8")])
def test_undefined_is_none_and_never_an_error(fill, expected) -> None:
    known = [None if value is None else Decimal(value) for value in (fill, expected)]
    assert slippage_bps("buy", *known) is None


@given(fill=PRICES, expected=PRICES)
def test_what_one_side_loses_the_other_gains(fill: Decimal, expected: Decimal) -> None:
    bought, sold = slippage_bps("buy", fill, expected), slippage_bps("sell", fill, expected)
    assert (bought is None) == (sold is None)
    assert bought is None or bought == -sold


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_itself(value: Decimal) -> None:
    assert optional_decimal(value) == value
    assert optional_decimal(str(value)) == value


@pytest.mark.parametrize("value", [None, True, "", "a lot", "nan", "inf", Decimal("NaN"), float("inf"), [], {}, b"1"])
def test_what_is_no_number_is_not_known(value: object) -> None:
    assert optional_decimal(value) is None


def test_a_float_is_the_shortest_decimal_that_means_it() -> None:
    assert amount("quantity", 0.1) == Decimal("0.1")
    with pytest.raises(ValueError, match="quantity must be a number above 0, got -1"):
        amount("quantity", -1)
