"""Whatever a request holds is read as a token, a login, a key or nothing; and every path needs something."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.access.credentials import Credentials, credentials
from fleaglass.hub.access.needs import Manner, Need, need_of

KEY = "0123456789abcdef"


@pytest.mark.parametrize(
    ("headers", "query", "shown"),
    [
        ({}, b"", Credentials()),
        ({"authorization": "Bearer flea_x"}, b"", Credentials(token="flea_x")),
        ({"authorization": "bearer  flea_x "}, b"", Credentials(token="flea_x")),
        ({"authorization": "Bearer"}, b"", Credentials()),
        ({"authorization": "Basic flea_x"}, b"", Credentials()),
        ({"cookie": "a=b; fleaglass_login=c; d=e"}, b"", Credentials(login="c")),
        ({"cookie": "xfleaglass_login=c"}, b"", Credentials()),
        ({"x-sentry-auth": f"Sentry sentry_key={KEY}, sentry_version=7"}, b"", Credentials(key=KEY)),
        ({"x-sentry-auth": f"sentry sentry_version=7,sentry_key={KEY}"}, b"", Credentials(key=KEY)),
        ({"x-sentry-auth": f"sentry_key={KEY}"}, b"", Credentials()),
        ({}, f"sentry_version=7&sentry_key={KEY}".encode(), Credentials(key=KEY)),
        ({"x-sentry-auth": f"Sentry sentry_key={KEY}"}, b"sentry_key=other", Credentials(key=KEY)),
        ({}, b"&".join([b"a=1"] * 200) + b"&sentry_key=k", Credentials()),
    ],
)
def test_each_form_is_read(headers: dict[str, str], query: bytes, shown: Credentials) -> None:
    assert credentials(headers, query) == shown


def test_they_are_not_in_what_is_logged() -> None:
    assert repr(Credentials("flea_x", "c", "k")) == "Credentials()"


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("authorization", "cookie", "x-sentry-auth"), st.text())),
    st.binary(),
)
def test_nothing_that_is_sent_breaks_the_reader(headers: dict[str, str], query: bytes) -> None:
    shown = credentials(headers, query + b"&sentry_key=" + query)
    assert all(value is None or 0 < len(value) <= 257 for value in (shown.token, shown.login, shown.key))


@pytest.mark.parametrize("path", ["/tempo/api/search", "/tempo/api/v2/traces/1", "/jaeger/api/traces", "/jaeger/x"])
def test_grafana_needs_a_token_that_may_read(path: str) -> None:
    assert {need_of(method, path) for method in ("GET", "HEAD", "POST")} == {Need("api", "read")}


@given(st.text(), st.lists(st.sampled_from(["api", "v1", "0", "1", "²", "tokens", "me", ""]) | st.text(max_size=12)))
def test_every_path_has_a_need_and_none_below_api_or_v1_is_open(method: str, parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    need = need_of(method, path)
    assert need.manner in get_args(Manner)
    if path.split("/")[1] in ("api", "v1"):
        assert need.manner != "open"
        assert need.scope is not None or path == "/api/v1/me"
