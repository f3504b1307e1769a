"""A DSN that makes no sense is one line in the log."""

import logging

import pytest

import fleaglass

BAD = [
    "nonsense",
    "ftp://k@h/1",
    "https://h/1",
    "https://k@/1",
    "https://k@h/x",
    "https://k@h:port/1",
    "https://k@h",
]


@pytest.mark.parametrize("text", BAD)
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
