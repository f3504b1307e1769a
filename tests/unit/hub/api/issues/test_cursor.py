"""A page's end comes back as it was given out, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.issue_cursor import EventCursor, IssueCursor, decode, decode_event, encode, encode_event

int64 = st.integers(-(2**63), 2**63 - 1)


@given(int64, int64)
def test_a_place_in_a_list_of_issues_comes_back_for_the_same_sort_only(value: int, issue: int) -> None:
    place = IssueCursor(value, issue)
    assert decode(encode(place, "events"), "events") == place
    with pytest.raises(Problem, match="cursor must be"):
        decode(encode(place, "events"), "users")


@given(int64, st.binary(min_size=16, max_size=16))
def test_a_place_in_a_list_of_events_comes_back(time_ns: int, event_id: bytes) -> None:
    place = EventCursor(time_ns, event_id.hex())
    assert decode_event(encode_event(place)) == place


@given(st.text() | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    for take in (lambda: decode(text, "last_seen"), lambda: decode_event(text)):
        with pytest.raises(Problem, match="cursor must be a next_cursor"):
            take()
