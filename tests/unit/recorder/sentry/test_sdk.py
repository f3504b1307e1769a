"""What goes to a Sentry server waits in a queue while the server is away, and heartbeats push nothing out of it."""

from fleaglass.recorder.sentry import CheckIn, SessionUpdate
from fleaglass.recorder.sentry.dsn import Dsn
from fleaglass.recorder.sentry.items import CheckInStatus
from fleaglass.recorder.sentry.sdk import SdkSentry
from tests.support.sentry_server import SentryServer


def test_a_weekend_without_the_server_costs_no_error() -> None:
    """There is a heartbeat a minute: thousands, of which only the last one still means something."""
    with SentryServer() as gone:
        dsn = gone.dsn
    link = SdkSentry(Dsn.parse(dsn), agent_id="a")
    link.event({"event_id": "a" * 32, "message": "an order was lost"})
    link.session(SessionUpdate(sid="b" * 32, init=True, started_ns=0, timestamp_ns=0, status="ok", release="a@1"))
    link.check_in(CheckIn(slug="rollover", check_in_id="c" * 32, status="in_progress"))
    for minute in range(3000):
        status: CheckInStatus = "in_progress" if minute < 2 else "ok"
        link.check_in(CheckIn(slug="alive-a", check_in_id=f"{minute:032x}", status=status, heartbeat=True))
    link.check_in(CheckIn(slug="rollover", check_in_id="c" * 32, status="ok", duration_s=1.0))
    assert link.counts().recorded - link.counts().settled == 5
    link.shutdown(0)
