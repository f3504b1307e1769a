"""What is joined is one set, however it was joined."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.components import Components

pairs = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), max_size=12)


def sets(joined: list[list[int]]) -> set[frozenset[int]]:
    parts: Components[int] = Components()
    for things in joined:
        parts.join(things)
    return {frozenset(one for one in range(10) if parts.of(one) == parts.of(thing)) for thing in range(10)}


@given(pairs)
def test_the_order_of_joining_does_not_matter(joined: list[list[int]]) -> None:
    assert sets(joined) == sets([list(reversed(things)) for things in reversed(joined)])


def test_what_has_a_member_in_common_is_one_set() -> None:
    assert sets([[1, 2], [3, 4], [2, 3], [5]]) == {
        frozenset({1, 2, 3, 4}),
        *map(frozenset, ({0}, {5}, {6}, {7}, {8}, {9})),
    }
