"""Cursors come back as they went out, and nothing else passes for one."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleaglass.hub.api.cursor import Cursor, decode, encode
from fleaglass.hub.api.errors import Problem

CURSORS = some.builds(Cursor, some.integers(-(2**63) + 1, 2**63 - 1), some.binary(min_size=16, max_size=16))


@given(CURSORS)
def test_a_cursor_survives_its_way_through_a_url(cursor: Cursor) -> None:
    text = encode(cursor)
    assert decode(text) == cursor
    assert text.isascii()
    assert not set(text) & set("+/=&? ")


@given(some.text() | some.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    with contextlib.suppress(Problem):
        assert encode(decode(text)) == text


FIRST = Cursor(1, b"\0" * 16)


@pytest.mark.parametrize(
    "text", ["x", "AAAA", encode(FIRST) + "=", "Ag" + encode(FIRST)[2:], encode(FIRST._replace(start_ns=-(2**63)))]
)
def test_a_cursor_of_another_form_or_version_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"^cursor must be a next_cursor of this hub, got"):
        decode(text)
