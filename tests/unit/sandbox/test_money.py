from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.sandbox.money import average_price, divide, from_units, notional, scale_bps, to_units, trade_fee

UNITS = st.integers(-(10**18), 10**18)


@given(UNITS)
def test_units_and_decimals_are_two_faces_of_one_amount(units: int) -> None:
    assert to_units(from_units(units)) == units


def test_amounts_are_written_without_exponent_or_trailing_zeros() -> None:
    assert [str(from_units(units)) for units in (0, 150_000_000, 10**12, -25_000_000, 100)] == [
        "0",
        "1.5",
        "10000",
        "-0.25",
        "0.000001",
    ]


def test_digits_beyond_the_eighth_are_cut_off_never_rounded_up() -> None:
    assert to_units(Decimal("0.123456789")) == 12_345_678


@given(st.integers(-(10**24), 10**24), st.integers(1, 10**12))
def test_division_is_the_nearest_integer_with_halves_to_even(numerator: int, denominator: int) -> None:
    assert divide(numerator, denominator) == round(Fraction(numerator, denominator))


def test_a_trade_of_ten_thousand_dollars_costs_five_and_a_half_basis_points() -> None:
    assert from_units(trade_fee(to_units(Decimal(10_000)))) == Decimal("5.5")


def test_an_average_price_is_what_was_paid_per_piece() -> None:
    quantity, price = to_units(Decimal("0.00369269")), to_units(Decimal("66307.4"))
    assert average_price(notional(quantity, price), quantity) == price


def test_basis_points_move_a_price_both_ways() -> None:
    price = to_units(Decimal(10_000))
    assert [from_units(scale_bps(price, bps)) for bps in (1.5, -1.5)] == [Decimal("10001.5"), Decimal("9998.5")]
