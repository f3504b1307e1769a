"""A DSN is read exactly, and one that makes no sense is one line in the log."""

import logging

import pytest

import fleaglass
from fleaglass.recorder.sentry.dsn import Dsn


@pytest.mark.parametrize(
    ("text", "url", "destination"),
    [
        ("https://k@sentry.example/7", "https://sentry.example/api/7/envelope/", "https://sentry.example/7"),
        ("http://k:s@h:9000/a/b/7", "http://h:9000/a/b/api/7/envelope/", "http://h:9000/a/b/7"),
        (" https://k@[::1]:1/0 ", "https://[::1]:1/api/0/envelope/", "https://[::1]:1/0"),
    ],
)
def test_a_dsn_says_where_to_and_with_which_key(text: str, url: str, destination: str) -> None:
    assert Dsn.parse(text) == Dsn(url, "k", destination)


BAD = [
    "",
    "nonsense",
    "ftp://k@h/1",
    "https://h/1",
    "https://k@/1",
    "https://k@h/x",
    "https://k@h:port/1",
    "https://k@h",
]


@pytest.mark.parametrize("text", BAD)
def test_a_bad_one_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        Dsn.parse(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize("text", BAD[1:])
def test_init_says_so_once_and_works(text: str, caplog: pytest.LogCaptureFixture, monkeypatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    with caplog.at_level(logging.WARNING, "fleaglass"):
        agent = fleaglass.init("bad-dsn", dsn=text)
    said = [record.message for record in caplog.records if "DSN" in record.message]
    assert len(said) == 1
    assert text not in said[0]
    assert agent.capture(ValueError()) is None
    assert agent.flush()
    agent.shutdown()
