"""No text, however it was made, keeps an agent busy: the time grows with its length and no faster."""

from __future__ import annotations

import pytest

from fleaglass.recorder.scrub import scrub, secret_name

CHARS = 32_768
PIECES = (
    "abc ", "Abc ", "ABCD ", "1. abc ", "abc\\n", "key:", "api_key=", "password: ", "passphrase=a b=", "auth=('a',",
    "auth=[[", "token", "token: none ", "token:a:", "seed=1", "seed_hex_hex_", "key_", "cookie: a; ",
    "password: don't ", "--", "--password ", "'--password', ", "('secret', ", "recovery words", "bot1234567:", "[1,",
    "/v1/", "/a1", "://a/1a", "?a=", "&a=", "%22", "\\", "\\\\\\\\\"", "\"'", " ", "\n", "-----BEGIN PRIVATE KEY-----",
    "aB", "İ",
)  # fmt: skip
HEADS = ("", "password: ", "('token', '", "auth=(", "Authorization:")


@pytest.mark.timeout(30)
@pytest.mark.parametrize("head", HEADS)
def test_hostile_text_takes_no_time(head: str) -> None:
    for piece in PIECES:
        scrub((head + piece * CHARS)[: CHARS - 1] + "\\")
        secret_name((head + piece * CHARS)[:CHARS])


@pytest.mark.timeout(30)
def test_backslashes_after_a_quote_take_no_time() -> None:
    """Each may be the half of an escape or stand for itself: with both, every one more would double the time."""
    for head in ("('token', '", '"password": "', "--token '"):
        scrub(head + "\\" * 1_000)
