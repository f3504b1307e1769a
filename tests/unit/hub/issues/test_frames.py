"""What a frame is told apart by, recursion, and the frame that crashed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.event import Event, Frame
from fleaglass.hub.issues.frames import FrameKey, crash_frame, frame_key, without_recursion

from .made import app, event, lib, raised


@pytest.mark.parametrize(
    ("frame", "key"),
    [
        (app("agent.trade.place", "  send(order) "), ("agent.trade", "place", "send(order)")),
        (app("agent.trade.place", line=7, filename="agent/trade.py"), ("agent.trade", "place", "")),
        (Frame(function="f", filename="https://host:1/js/app.js?v=3"), ("app.js", "f", "")),
        (Frame(function="f", filename="C:\\agent\\main.py"), ("main.py", "f", "")),
        (app("a.f", "x" * 120), ("a", "f", "x" * 120)),
        (app("a.f", "x" * 121), ("a", "f", "")),
        (Frame(line=3, abs_path="/srv/x"), ("", "", "")),
    ],
)
def test_a_frame_is_told_apart_by_module_function_and_source(frame: Frame, key: FrameKey) -> None:
    assert frame_key(frame) == key


@pytest.mark.parametrize(
    ("stack", "kept"),
    [
        ("", ""),
        ("abc", "abc"),
        ("aaaa", "a"),
        ("mababab", "mab"),
        ("mabcabcabcx", "mabcx"),
        ("abcdabcd", "abcdabcd"),  # a circle of four is no retry
        ("aba", "aba"),
    ],
)
def test_recursion_counts_once_however_deep(stack: str, kept: str) -> None:
    assert "".join(without_recursion(stack)) == kept


@given(st.text("abc", max_size=30), st.integers(1, 9), st.integers(1, 9))
def test_the_depth_of_a_recursion_does_not_matter(outer: str, one: int, other: int) -> None:
    assert without_recursion([*outer, *"xy" * one]) == without_recursion([*outer, *"xy" * other])


OURS, THEIRS, OTHER = app("agent.place"), lib("httpx.send"), app("agent.other")


@pytest.mark.parametrize(
    ("of", "frame"),
    [
        (event(exceptions=(raised("A", OTHER), raised("B", OURS, THEIRS))), OURS),
        (event(exceptions=(raised("A", OTHER), raised("B", THEIRS, THEIRS))), THEIRS),
        (event(exceptions=(raised("A", OTHER), raised("B"))), OTHER),
        (event(stack=(OTHER, OURS)), OURS),
        (event(exceptions=(raised("A"),)), None),
        (event(), None),
    ],
)
def test_the_frame_that_crashed_is_the_innermost_of_the_agents_own(of: Event, frame: Frame | None) -> None:
    assert crash_frame(of) == frame
