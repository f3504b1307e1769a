"""What goes to a Sentry server waits in the journal while the server is away, and heartbeats push nothing out of it."""

import time
from pathlib import Path

import pytest

import fleaglass
from fleaglass.recorder.sentry import CheckIn, SessionUpdate
from fleaglass.recorder.sentry.items import CheckInStatus
from tests.support.sentry_server import SentryServer


def test_a_weekend_without_the_server_costs_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is a heartbeat a minute: thousands, of which only the last one still means something."""
    monkeypatch.setenv("FLEAGLASS_HOME", str(tmp_path))
    monkeypatch.setenv("FLEAGLASS_SHIPPER", "off")
    with SentryServer() as server:
        agent = fleaglass.init("a", dsn=server.dsn, release="a@1")
        link = agent.core.sentry
        link.event({"event_id": "a" * 32, "message": "an order was lost"})
        link.session(SessionUpdate(sid="b" * 32, init=True, started_ns=0, timestamp_ns=0, status="ok", release="a@1"))
        link.check_in(CheckIn(slug="rollover", check_in_id="c" * 32, status="in_progress"))
        for minute in range(3000):
            status: CheckInStatus = "in_progress" if minute < 2 else "ok"
            link.check_in(CheckIn(slug="alive-a", check_in_id=f"{minute:032x}", status=status, heartbeat=True))
        link.check_in(CheckIn(slug="rollover", check_in_id="c" * 32, status="ok", duration_s=1.0))
        agent.shutdown(0)
        monkeypatch.setenv("FLEAGLASS_SHIPPER", "thread")
        again = fleaglass.init("a", dsn=server.dsn, release="a@1")
        again.capture(ValueError("once more"))
        deadline = time.monotonic() + 20
        while len(server.check_ins) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        again.shutdown(0)
        sent = [check_in["check_in_id"] for check_in in server.check_ins]
        assert sent == ["c" * 32, f"{2999:032x}", "c" * 32]
        assert "a" * 32 in [event["event_id"] for event in server.events]
        assert len(server.sessions) == 1
