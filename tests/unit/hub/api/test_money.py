"""Money goes through doubles and comes out as the decimal it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleaglass.hub.api.money import decimal_text, fixed, from_double, from_fixed
from fleaglass.hub.store.engine import Engine

AMOUNTS = some.decimals(-(10**7), 10**7, places=8)


@given(AMOUNTS)
def test_a_double_gives_the_decimal_back(amount: Decimal) -> None:
    assert Decimal(from_double(float(amount)) or "") == amount
    assert Decimal(from_fixed(int(amount.scaleb(8)))) == amount


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.5, "12.5"),
        (0.29, "0.29"),
        (0.1 + 0.2, "0.3"),
        (100.0, "100"),
        (-0.0, "0"),
        (-0.00000001, "-0.00000001"),
        (1e-9, "0"),
        (0.000000015, "0.00000002"),
        (1e22, "10000000000000000000000"),
        (float("nan"), None),
        (float("-inf"), None),
        (None, None),
    ],
)
def test_doubles_as_text(value: float | None, text: str | None) -> None:
    assert from_double(value) == text


def test_the_largest_double_is_still_a_number() -> None:
    assert from_double(1.7e308) == "17" + "0" * 307


def test_sums_keep_all_their_places() -> None:
    assert from_fixed(1, 16) == "0.0000000000000001"
    assert decimal_text(Decimal("-1200.50")) == "-1200.5"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.29, 29_000_000), (-1.1, -110_000_000), (1e-9, 0), (9_999_999.99999999, 999_999_999_999_999)],
)
def test_the_engine_reads_doubles_the_same_way(engine: Engine, value: float, expected: int) -> None:
    [row] = engine.query(f"SELECT {fixed('v')} AS fixed FROM (SELECT {{v:Float64}} AS v)", {"v": value})
    assert row["fixed"] == expected


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e300", "NULL"])
def test_what_is_no_amount_is_not_counted(engine: Engine, value: str) -> None:
    [row] = engine.query(f"SELECT sum({fixed('v')}) AS total FROM (SELECT arrayJoin([{value}, 1.5]) AS v)")
    assert row["total"] == 150_000_000
