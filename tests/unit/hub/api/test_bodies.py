"""A JSON body is what it ought to be, or its sender is told what is wrong with it."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from fleaglass.hub.api.bodies import body_of
from fleaglass.hub.api.errors import Problem


class Said(msgspec.Struct, frozen=True):
    """Some body."""

    text: str


def request(body: bytes) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)


async def test_a_body_that_fits_is_taken() -> None:
    assert await body_of(request(b'{"text": "\xc3\xa9"}'), Said) == Said("é")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 400, "Input data was truncated"),
        (b'{"text": 1}', 400, r"Expected `str`, got `int` - at `\$.text`"),
        (b'{"text": "\xff"}', 400, "can't decode byte 0xff"),
        (b'{"text": "\\u0000"}', 400, r"U\+0000"),
        (b'{"text": ' + b"[" * 50_000, 400, "nested too deeply|Expected `str`"),
        (b" " * 70_000, 413, "larger than 65536 bytes"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_with_what_is_wrong(body: bytes, status: int, message: str) -> None:
    with pytest.raises(Problem, match=message) as refusal:
        await body_of(request(body), Said)
    assert refusal.value.status == status


@given(st.binary(max_size=200) | st.binary(max_size=50).map(lambda inner: b'{"text":"' + inner + b'"}'))
async def test_no_bytes_are_anything_but_a_body_or_a_refusal(body: bytes) -> None:
    with suppress(Problem):
        assert isinstance((await body_of(request(body), Said)).text, str)
