"""Amounts and ages as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.hub.api.safety_words import ago, lasting, listed, plural, usd

S = 1_000_000_000


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0.2, "0.2 s"), (2, "2 s"), (12.9, "12 s"), (240, "4 min"), (7199, "1 h"), (86_400, "1 day"), (180_000, "2 days")],
)
def test_a_time_is_told_in_its_largest_unit(seconds: float, says: str) -> None:
    assert lasting(int(seconds * S)) == says


def test_what_lies_ahead_of_the_clock_is_now() -> None:
    assert lasting(-5 * S) == "0 s"
    assert ago(-5 * S) == ago(S) == "just now"
    assert ago(2 * S) == "2 s ago"


@pytest.mark.parametrize(
    ("amount", "says"), [("1204.1", "$1,204.10"), ("-0.5", "-$0.50"), ("0.125", "$0.12"), ("-0.001", "$0.00")]
)
def test_an_amount_is_told_to_the_cent(amount: str, says: str) -> None:
    assert usd(Decimal(amount)) == says


def test_numbers_and_lists() -> None:
    assert [plural(n, "order") for n in (1, 2, 1200)] == ["1 order", "2 orders", "1,200 orders"]
    assert [listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
