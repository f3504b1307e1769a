"""A value that is read and told again as protobuf is the value that was sent."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.store.values import from_any, to_any
from tests.support.otlp import any_value

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=9)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_nothing_is_lost_between_protobuf_and_json(value: Any) -> None:
    assert to_any(from_any(any_value(value))) == any_value(value)
