"""The real SDKs of Sentry send to a hub unchanged, and what they sent is there, each error beside its trace.

1. Each SDK sends an error within a transaction, a log record, a session, and a check-in where it has such a thing.
2. The hub shows an issue with that event, the trace it happened in, the record, the monitor, and the release's session.
3. The browser's is a page from another origin in a real Chromium; the others are programs of their own.

Which integrations the SDKs switch on, and what else they send, is not looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import chromium_running
from tests.support.processes import Hub, eventually, running_hub

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


def test_sentrys_sdk_for_python(hub: Hub) -> None:
    program = [sys.executable, str(HERE / "programs" / "with_sentry_sdk.py")]
    told = _told(program, {"SENTRY_DSN": hub.dsn})
    event = _event(hub, told["event_id"], "ValueError")
    assert event["trace_id"] == told["trace_id"]
    assert _tags(event)["agent_id"] == "py-agent"
    assert [crumb["message"] for crumb in event["breadcrumbs"] if crumb["category"] == "signal"] == ["Signal: BUY BTC"]
    assert _spans(hub, told["trace_id"]) == {"order.pipeline", "risk.check"}
    assert _logged(hub, told["trace_id"] or "", "wallet holds 12.5 USD")
    assert _monitor(hub, "py-nightly")["environments"][0]["status"] == "ok"
    health = eventually(lambda: _health(hub, "py-agent@1.4.0"), 10)
    assert (health["sessions"], health["errored"], health["crashed"]) == (1, 1, 0)


def test_sentrys_sdk_for_node(hub: Hub) -> None:
    told = _told(["node", str(HERE / "sentry_node.mjs"), hub.dsn], {})
    event = _event(hub, told["eventId"], "RangeError")
    assert event["trace_id"] == told["traceId"]
    assert _tags(event)["agent_id"] == "node-agent"
    assert _spans(hub, told["traceId"]) == {"order.pipeline", "risk.check"}
    assert _logged(hub, told["traceId"], "wallet holds 12.5 USD")
    assert _monitor(hub, "node-nightly")["environments"][0]["status"] == "ok"
    health = eventually(lambda: _health(hub, "node-agent@1.4.0"), 10)
    assert (health["sessions"], health["crashed"]) == (2, 0)  # the SDK's own of the process, and the program's


def test_sentrys_sdk_for_browsers(hub: Hub, tmp_path: Path) -> None:
    subprocess.run(["node", str(HERE / "sentry_browser_bundle.mjs"), str(tmp_path)], check=True, timeout=60)
    (tmp_path / "index.html").write_text(
        '<!doctype html><title>an agent</title><script type="module" src="bundle.js"></script>'
    )
    with _served(tmp_path) as address, chromium_running() as browser:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_function("() => Boolean(window.run)")
        told = page.evaluate("dsn => window.run(dsn)", hub.dsn)
    event = _event(hub, told["eventId"], "RangeError")
    assert event["trace_id"] == told["traceId"]
    assert _tags(event)["agent_id"] == "browser-agent"
    assert "order.pipeline" in _spans(hub, told["traceId"])
    assert _logged(hub, told["traceId"], "wallet holds 12.5 USD")
    health = eventually(lambda: _health(hub, "browser-agent@1.4.0"), 10)
    assert health["sessions"] >= 1


def _told(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """What a program said of the ids that it sent; none of our own settings reach it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SENTRY_", "FLEAGLASS_"))}
    done = subprocess.run(command, env=inherited | environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _event(hub: Hub, event_id: str, type_: str) -> Any:
    """The event, from the page of the issue that it belongs to."""
    issue = eventually(lambda: _issue(hub, event_id, type_), 10)
    return hub.get(f"/api/v1/issues/{issue}/events/{event_id}")


def _tags(event: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in event["tags"]}


def _issue(hub: Hub, event_id: str, type_: str) -> int | None:
    for row in hub.get("/api/v1/issues", q=type_)["issues"]:
        events = hub.get(f"/api/v1/issues/{row['id']}/events")["events"]
        if event_id in [event["event_id"] for event in events]:
            assert row["type"] == type_
            return int(row["id"])
    return None


def _spans(hub: Hub, trace_id: str) -> set[str]:
    def names() -> set[str]:
        found = hub.get(f"/api/v1/traces/{trace_id}")
        return {span["name"] for span in found["spans"]}

    return eventually(names, 10)  # type: ignore[no-any-return]


def _logged(hub: Hub, trace_id: str, text: str) -> bool:
    def said() -> bool:
        logs = hub.get("/api/v1/logs", limit=200)["logs"]
        return any(log["body"]["value"] == text for log in logs)

    return bool(eventually(said, 10))


def _monitor(hub: Hub, slug: str) -> Any:
    def found() -> Any:
        monitors = hub.get("/api/v1/monitors")["monitors"]
        return next((monitor for monitor in monitors if monitor["slug"] == slug), None)

    return eventually(found, 10)


def _health(hub: Hub, release: str) -> Any:
    releases = hub.get("/api/v1/sessions/health", release=release)["releases"]
    return releases[0]["totals"] if releases and releases[0]["totals"]["sessions"] else None


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Silence."""


class _served:
    """Serves a folder on a free port of the loopback."""

    def __init__(self, folder: Path) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
