"""Three hubs before one store and one state: none of them is special, and any of them may be killed at any time.

The store is a front that answers as a ClickHouse server does (tests/support/clickhouse_front.py), the state a real
PostgreSQL.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.integration.test_alerting import send_slow_span
from tests.support.alert_log import RECEIVERS, alert_log, secrets_of
from tests.support.processes import Hub, all_sent, eventually, sending, start_hub
from tests.support.receivers import Recorder, recording_in_a_thread
from tests.support.state import ENGINES, new_postgres
from tests.support.stores import front, migrated

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(240),
    pytest.mark.skipif("postgresql" not in ENGINES, reason="no PostgreSQL: scripts/with-postgres.sh"),
]

MANY = 3
CYCLES = 300
KILLS = 6
AGENT = f"""
import time
import fleaglass
agent = fleaglass.init("many-hubs")
for number in range({CYCLES}):
    try:
        with agent.cycle(market="BTC/USD"):
            if number % 10 == 0:
                raise ValueError(f"case {{chr(97 + number // 10 % 26)}}{{chr(97 + number // 260)}}")
    except ValueError:
        pass
    print(number, flush=True)
    time.sleep(0.05)
"""
RULES = """version = 1
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = 2000
window = "{window}"
keep = "2s"
[route]
receivers = ["bot", "pager"]
group_wait = "1s"
group_interval = "1s"
repeat_interval = "4h"
"""


@dataclass
class Hubs:
    """Each with a data folder and ports of its own, which it has again after it was killed."""

    folder: Path
    options: tuple[str, ...]
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(MANY)])
    running: dict[int, Hub] = field(default_factory=dict)

    def start(self, number: int) -> None:
        port = ("--http-port", str(self.ports[number]))
        self.running[number] = start_hub(self.folder / f"hub-{number}", *self.options, *port)

    def kill(self, number: int) -> None:
        self.running.pop(number).kill()

    @property
    def addresses(self) -> str:
        return ",".join(f"http://127.0.0.1:{port}" for port in self.ports)

    @property
    def leaders(self) -> list[int]:
        return [number for number, hub in self.running.items() if leads(hub)]

    def stop(self) -> None:
        for hub in self.running.values():
            hub.process.terminate()
        for hub in self.running.values():
            hub.process.wait(30)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def leads(hub: Hub) -> bool:
    return "fleaglass_hub_leads 1" in httpx.get(f"{hub.url}/metrics", timeout=10).text.splitlines()


@pytest.fixture
def hubs(tmp_path: Path) -> Iterator[Hubs]:
    (tmp_path / "alerts.toml").write_text("version = 1\n")
    with front(tmp_path / "server") as store:
        migrated(store)
        options = ("--store", store, "--state", new_postgres(), "--rules", str(tmp_path / "alerts.toml"))
        found = Hubs(tmp_path, options)
        for number in range(MANY):
            found.start(number)
        try:
            yield found
        finally:
            found.stop()


def write_rules(folder: Path, recorder: Recorder, window: str) -> None:
    (folder / "alerts.toml").write_text(RULES.format(window=window) + RECEIVERS.format(url=recorder.url))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with recording_in_a_thread() as found:
        for name, value in secrets_of(found).items():
            monkeypatch.setenv(name, value)
        yield found


def test_what_is_recorded_is_there_once_while_hubs_are_killed_again_and_again(hubs: Hubs) -> None:
    chance = random.Random(8)
    environ = {**os.environ, **sending(), "FLEAGLASS_HUB": hubs.addresses}
    with subprocess.Popen([sys.executable, "-c", AGENT], env=environ, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        for line in agent.stdout:
            if int(line) % (CYCLES // KILLS) == CYCLES // KILLS - 1:
                number = chance.randrange(MANY)
                hubs.kill(number)
                hubs.start(number)
    assert agent.returncode == 0
    all_sent(Path(os.environ["FLEAGLASS_HOME"]))
    there = list(hubs.running.values())
    for hub in there:
        eventually(lambda hub=hub: hub.get("/api/v1/status")["intake"]["waiting"] == 0, 30)
    told = [hub.get("/api/v1/status") for hub in there]
    assert [(each["spans"], each["intake"]["aside"]) for each in told] == [(CYCLES, 0)] * MANY
    counted = [[(each["title"], each["events"]) for each in hub.get("/api/v1/issues")["issues"]] for hub in there]
    assert [sum(events for _, events in each) for each in counted] == [CYCLES // 10] * MANY


def test_a_leader_that_is_killed_in_the_middle_of_an_incident_has_a_follower_that_ends_it_once(
    hubs: Hubs, recorder: Recorder, tmp_path: Path
) -> None:
    hubs.stop()
    write_rules(tmp_path, recorder, "1h")
    for number in range(MANY):
        hubs.start(number)  # the receivers' secrets are in their environment now
    first = eventually(lambda: hubs.leaders, 20)
    assert len(first) == 1
    follower = next(number for number in hubs.running if number not in first)
    send_slow_span(hubs.running[follower])
    eventually(lambda: Counter(each.action for each in alert_log(recorder)) == {"trigger": 2}, 30)
    # A message whose hub is killed before it has written that it was taken is sent once more, with the same key.
    eventually(lambda: told(hubs.running[follower]) == 2, 20)
    hubs.kill(first[0])
    second = eventually(lambda: hubs.leaders, 15)
    assert len(second) == 1
    time.sleep(5)  # for whoever would tell of it again
    write_rules(tmp_path, recorder, "1s")
    eventually(lambda: Counter(each.action for each in alert_log(recorder)) == {"trigger": 2, "resolve": 2}, 30)
    time.sleep(3)
    heard = Counter((each.receiver, each.action) for each in alert_log(recorder))
    assert heard == {(who, what): 1 for who in ("bot", "pager") for what in ("trigger", "resolve")}


def told(hub: Hub) -> int:
    """How many receivers are known to have heard of the only incident."""
    (incident,) = hub.get("/api/v1/incidents", status="all")["incidents"]
    activity = hub.get(f"/api/v1/incidents/{incident['id']}")["activity"]
    return sum(line["kind"] == "told" for line in activity)


def test_pages_are_served_by_whoever_is_left(hubs: Hubs) -> None:
    send_slow_span(hubs.running[0])
    for number in (0, 1):
        hubs.kill(number)
        for left in hubs.running.values():
            assert len(left.get("/api/v1/traces")["traces"]) == 1
            assert left.get("/api/v1/issues")["issues"] == []
    eventually(lambda: hubs.leaders == [2], 15)
