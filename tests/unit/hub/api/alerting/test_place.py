"""A place in a list comes back as it was, and nothing else is taken for one."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.api.alerting.place import Order, Place, decode, encode
from fleaglass.hub.api.errors import Problem

INT64 = st.integers(-(2**63), 2**63 - 1)
ORDERS = st.sampled_from(get_args(Order))


@given(st.builds(Place, st.integers(0, 255), INT64, INT64), ORDERS)
def test_a_place_comes_back(place: Place, order: Order) -> None:
    assert decode(encode(place, order), order) == place


@given(st.text(), ORDERS)
def test_any_other_text_is_refused(text: str, order: Order) -> None:
    with pytest.raises(Problem, match="cursor must be a next_cursor of the same list"):
        decode(text, order)


def test_a_place_in_one_list_is_none_in_another() -> None:
    with pytest.raises(Problem):
        decode(encode(Place(0, 1, 2), "newest"), "messages")
