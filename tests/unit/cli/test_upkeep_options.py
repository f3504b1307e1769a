"""Sizes as people write them, and that nonsense is refused in words."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.cli._upkeep import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("50GiB", 50 * 1024**3),
        ("50 gib", 50 * 1024**3),
        ("50G", 50 * 10**9),
        ("800MB", 800 * 10**6),
        ("1.5TiB", 3 * 1024**4 // 2),
        ("2KiB", 2048),
        ("7", 7),
        ("7B", 7),
    ],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GiB", "-1", "5iB", "5PB", "5 GiB x", "0", "0.1", "٣GiB", "1e9"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a size|leaves room for nothing"):
        parse_size(text)


@given(st.text(max_size=30))
def test_any_text_is_a_size_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_size(text) > 0
