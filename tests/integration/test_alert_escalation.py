"""Incidents that become critical in a hub that runs, through to receivers that write down all they hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.test_alerting import send_slow_span
from tests.support.alert_log import RECEIVERS, alert_log, secrets_of
from tests.support.processes import Hub, eventually, running_hub, start_hub
from tests.support.receivers import Recorder, recording_in_a_thread

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

RULES = """version = 1
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = 2000
window = "{window}"
keep = "2s"
{escalates}
[route]
receivers = ["chat", "bot"]
group_wait = "1s"
group_interval = "1s"
repeat_interval = "4h"
[[route.routes]]
match = {{ severity = "critical" }}
receivers = ["pager", "bot"]
"""
WORSE = "critical_above_ms = 5000"
UNSEEN = 'escalate_after = "4s"'


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with recording_in_a_thread() as found:
        for name, value in secrets_of(found).items():
            monkeypatch.setenv(name, value)
        yield found


def write_rules(path: Path, recorder: Recorder, window: str, escalates: str, everything: str = '"chat", "bot"') -> None:
    text = RULES.format(window=window, escalates=escalates).replace('"chat", "bot"', everything)
    path.write_text(text + RECEIVERS.format(url=recorder.url))


def actions(recorder: Recorder, receiver: str) -> list[str]:
    return [each.action for each in alert_log(recorder) if each.receiver == receiver]


def the_incident(hub: Hub) -> dict[str, Any]:
    (found,) = hub.get("/api/v1/incidents", status="all")["incidents"]
    return dict(found)


def test_a_value_beyond_the_worse_limit_wakes_whoever_is_told_of_critical_ones(
    recorder: Recorder, tmp_path: Path
) -> None:
    rules, data = tmp_path / "alerts.toml", tmp_path / "data"
    write_rules(rules, recorder, "1h", WORSE)
    hub = start_hub(data, "--rules", str(rules))
    try:
        send_slow_span(hub)
        eventually(lambda: actions(recorder, "bot") == ["trigger"] and actions(recorder, "chat") == ["trigger"], 20)
        assert the_incident(hub)["severity"] == "warning"
    finally:
        hub.kill()
    with running_hub(data, "--rules", str(rules)) as again:
        send_slow_span(again, took_s=6)
        eventually(lambda: actions(recorder, "pager") == ["trigger"], 20)
        eventually(lambda: actions(recorder, "bot") == ["trigger", "escalate"], 20)
        escalated = the_incident(again)
        write_rules(rules, recorder, "1s", WORSE)
        eventually(lambda: actions(recorder, "pager") == ["trigger", "resolve"], 30)
        eventually(lambda: actions(recorder, "bot")[-1] == "resolve" and actions(recorder, "chat")[-1] == "resolve", 20)
        resolved = the_incident(again)
    why = "pf.trade.execute took 6,000.0 ms, more than 5000 ms"
    assert (escalated["severity"], escalated["status"]) == ("critical", "open")
    assert (escalated["escalated"]["from"], escalated["escalated"]["why"]) == ("warning", why)
    assert (resolved["severity"], resolved["status"]) == ("critical", "resolved")
    heard = alert_log(recorder)
    assert [actions(recorder, each) for each in ("pager", "bot", "chat")] == [
        ["trigger", "resolve"],
        ["trigger", "escalate", "resolve"],
        ["trigger", "trigger", "resolve"],
    ]
    for receiver in ("pager", "bot"):
        assert len({each.key for each in heard if each.receiver == receiver}) == 1
    said = f"escalated from warning to critical because {why}"
    assert said in recorder.to("/pager")[0].json["payload"]["summary"]
    assert recorder.to("/pager")[0].json["payload"]["severity"] == "critical"
    assert said in recorder.to("/chat")[1].body.decode()
    assert recorder.to("/bot")[1].json["firing"][0]["escalated"] == said


def test_what_nobody_acknowledges_is_the_same_pagerduty_alert_with_the_new_severity(
    recorder: Recorder, tmp_path: Path
) -> None:
    rules = tmp_path / "alerts.toml"
    write_rules(rules, recorder, "1h", UNSEEN, everything='"pager"')
    with running_hub(tmp_path / "data", "--rules", str(rules)) as hub:
        for agent in ("a", "b"):
            send_slow_span(hub, agent)
        eventually(lambda: len(hub.get("/api/v1/incidents", status="all")["incidents"]) == 2, 20)
        seen = next(each["id"] for each in hub.get("/api/v1/incidents")["incidents"] if each["agent"] == "b")
        httpx.post(f"{hub.url}/api/v1/incidents/{seen}/acknowledge", json={}).raise_for_status()
        eventually(lambda: len(recorder.to("/pager")) == 2, 30)
        severities = {each["agent"]: each["severity"] for each in hub.get("/api/v1/incidents")["incidents"]}
    assert severities == {"a": "critical", "b": "warning"}
    first, second = (post.json for post in recorder.to("/pager"))
    assert (first["event_action"], second["event_action"]) == ("trigger", "trigger")
    assert first["dedup_key"] == second["dedup_key"]
    assert (first["payload"]["severity"], second["payload"]["severity"]) == ("warning", "critical")
    assert second["payload"]["summary"].startswith("ESCALATED TO CRITICAL: slow (2 firing): ")
