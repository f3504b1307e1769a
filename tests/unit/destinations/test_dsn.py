"""A DSN is read exactly, and one that makes no sense is refused."""

import pytest

from fleaglass.destinations.dsn import Dsn


@pytest.mark.parametrize(
    ("text", "url", "destination"),
    [
        ("https://k@sentry.example/7", "https://sentry.example/api/7/envelope/", "https://sentry.example/7"),
        ("http://k:s@h:9000/a/b/7", "http://h:9000/a/b/api/7/envelope/", "http://h:9000/a/b/7"),
        (" https://k@[::1]:1/0 ", "https://[::1]:1/api/0/envelope/", "https://[::1]:1/0"),
    ],
)
def test_a_dsn_says_where_to_and_with_which_key(text: str, url: str, destination: str) -> None:
    dsn = Dsn.parse(text)
    assert dsn == Dsn(url, "k", destination)
    assert dsn.otlp_url == url.replace("/envelope/", "/integration/otlp")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "ftp://k@h/1",
        "https://h/1",
        "https://k@/1",
        "https://k@h/x",
        "https://k@h:port/1",
        "https://k@h",
    ],
)
def test_a_bad_one_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        Dsn.parse(text)
    assert not text or text not in str(refused.value)
