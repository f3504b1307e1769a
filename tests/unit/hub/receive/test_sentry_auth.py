"""The sender's key is found wherever a client puts it, and two that differ are refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.sentry_auth import BadAuth, claim_of

K = "0123456789abcdef0123456789abcdef"
FIELDS = f"Sentry sentry_key={K}, sentry_version=7, sentry_client=sentry.python/2.75.0"


@pytest.mark.parametrize(
    ("headers", "query", "dsn", "key", "where"),
    [
        ({"x-sentry-auth": FIELDS}, {}, None, K, "header"),
        ({"authorization": FIELDS}, {}, None, K, "header"),
        ({"x-sentry-auth": f"sentry sentry_key={K}"}, {}, None, K, "header"),
        ({"x-sentry-auth": f'Sentry  sentry_version=7,sentry_key="{K}"'}, {}, None, K, "header"),
        ({}, {"sentry_key": K, "sentry_version": "7"}, None, K, "query"),
        ({}, {}, f"https://{K}@hub.example:4318/7", K, "dsn"),
        ({}, {}, f"http://{K}:old-secret@hub.example/prefix/7", K, "dsn"),
        ({"x-sentry-auth": FIELDS}, {"sentry_key": K}, f"https://{K}@h/7", K, "header"),
        ({"authorization": "Bearer something"}, {}, None, None, "nowhere"),
        ({}, {}, None, None, "nowhere"),
    ],
)
def test_the_key_is_found(
    headers: dict[str, str], query: dict[str, str], dsn: str | None, key: str | None, where: str
) -> None:
    claim = claim_of("7", headers, query, dsn)
    assert (claim.key, claim.project, claim.where) == (key, 7, where)


def test_the_client_is_named() -> None:
    assert claim_of("7", {"x-sentry-auth": FIELDS}, {}, None).client == "sentry.python/2.75.0"


@pytest.mark.parametrize(
    ("project", "headers", "query", "dsn", "message"),
    [
        ("seven", {}, {}, None, "the project in the path must be a number"),
        ("7", {"x-sentry-auth": "Basic abc"}, {}, None, "must begin with 'Sentry '"),
        ("7", {"x-sentry-auth": f"{FIELDS}, sentry_key=other"}, {}, None, "says sentry_key twice"),
        ("7", {"x-sentry-auth": FIELDS}, {"sentry_key": "other"}, None, "the keys in the header and the query differ"),
        ("7", {}, {"sentry_key": "other"}, f"https://{K}@h/7", "the keys in the query and the dsn differ"),
        ("7", {}, {"sentry_key": "<script>"}, None, "the key in the query must be letters and digits"),
        ("7", {}, {"sentry_key": ""}, None, "the key in the query must be letters and digits"),
        ("7", {}, {}, f"https://{K}@h/8", "of another project than 7"),
        ("7", {}, {}, "https://[", "the envelope's dsn is not one"),
        ("7", {}, {}, "", "the envelope's dsn is not one"),
    ],
)
def test_what_cannot_be_told_is_refused(
    project: str, headers: dict[str, str], query: dict[str, str], dsn: str | None, message: str
) -> None:
    with pytest.raises(BadAuth, match=message):
        claim_of(project, headers, query, dsn)


@given(st.text(max_size=30), st.text(max_size=60), st.text(max_size=30), st.none() | st.text(max_size=60))
def test_any_text_is_read_or_refused(project: str, header: str, key: str, dsn: str | None) -> None:
    with contextlib.suppress(BadAuth):
        assert claim_of(project, {"x-sentry-auth": header}, {"sentry_key": key}, dsn).key == key
