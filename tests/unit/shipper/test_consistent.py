"""All processes that keep a share of the traces keep the same ones, and each kept one says what it counts for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.shipper.consistent import is_kept, threshold_of, with_threshold

_rates = st.floats(0, 1)
_trace_ids = st.binary(min_size=16, max_size=16)


@given(_trace_ids, _rates, _rates)
def test_what_is_kept_at_one_rate_is_kept_at_every_higher_one(trace_id: bytes, rate: float, other: float) -> None:
    low, high = sorted((rate, other))
    assert not is_kept(trace_id, threshold_of(low)) or is_kept(trace_id, threshold_of(high))


@given(_trace_ids)
def test_all_or_none(trace_id: bytes) -> None:
    assert is_kept(trace_id, threshold_of(1))
    assert not is_kept(trace_id, threshold_of(0))


@pytest.mark.parametrize(
    ("before", "keep", "after"),
    [
        ("", 0.25, "ot=th:c"),
        ("", 0.5, "ot=th:8"),
        ("", 1.0, "ot=th:0"),
        ("vendor=x", 0.25, "ot=th:c,vendor=x"),
        ("a=1, ot=rv:abc;th:4,b=2", 0.25, "ot=th:c;rv:abc,a=1,b=2"),
        ("ot=th:f", 0.25, "ot=th:f"),
        ("ot=th:c01", 0.25, "ot=th:c01"),
    ],
)
def test_the_threshold_is_told_beside_what_was_told_before(before: str, keep: float, after: str) -> None:
    assert with_threshold(before, threshold_of(keep)) == after


@given(st.text(max_size=60), _rates)
def test_any_tracestate_is_survived_and_telling_twice_is_telling_once(before: str, keep: float) -> None:
    once = with_threshold(before, threshold_of(keep))
    assert once.startswith("ot=th:")
    assert with_threshold(once, threshold_of(keep)) == once
