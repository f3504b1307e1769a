"""Alertmanager's own tool takes the exported configuration, and sends each alert where the rules file says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from fleaglass.alerts.rules.model import (
    Duration,
    Email,
    Inhibition,
    LogLine,
    Mute,
    PagerDuty,
    Route,
    RuleBook,
    Secret,
    Slack,
)
from fleaglass.provision.prometheus.alertmanager import alertmanager
from fleaglass.provision.yaml import yaml

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed"),
]

BOOK = RuleBook(
    version=1,
    receivers={
        "log": LogLine(),
        "chat": Slack(url=Secret(env="SLACK_WEBHOOK_URL")),
        "pager": PagerDuty(routing_key=Secret(file="/etc/pager/key")),
        "desk": Email(
            to=("a@example.com", "b@example.com"),
            sender="fleaglass@example.com",
            host="smtp.example.com",
            user="fleaglass",
            password=Secret(env="SMTP_PASSWORD"),
        ),
    },
    route=Route(
        receivers=("log",),
        group_by=("rule", "agent"),
        group_wait=Duration(2),
        repeat_interval=Duration(3600),
        routes=(
            Route(match={"severity": "critical"}, receivers=("pager", "chat")),
            Route(
                match={"severity": ("error", "warning")},
                receivers=("chat",),
                routes=(Route(match={"agent": 'odd"name|\\'}, receivers=("desk",)),),
            ),
            Route(
                match={"severity": "info"},
                routes=(
                    Route(match={"rule": "p99-order"}, receivers=("desk",), continue_=True),
                    Route(match={"rule": ("p99-order", "slow-trade")}, receivers=("chat",)),
                ),
            ),
        ),
    ),
    inhibitions=(
        Inhibition(source={"rule": "session-crash"}, target={"rule": ("no-order", "no-cycle")}, equal=("agent",)),
    ),
    mutes=(
        Mute(match={"severity": "warning"}, times=("mon-fri 22:00-06:00", "sat,sun"), timezone="Europe/Berlin"),
        Mute(match={"agent": "night-owl"}, times=("09:00-17:00",)),
    ),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml(alertmanager(BOOK)))
    return path


def amtool(*arguments: str) -> str:
    done = subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_configuration_is_taken(config: Path) -> None:
    said = amtool("check-config", str(config))
    assert "SUCCESS" in said
    assert "1 inhibit rules" in said


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({"severity": "critical", "rule": "slow-trade"}, "pager+chat"),
        ({"severity": "warning", "agent": "night-owl"}, "chat"),
        ({"severity": "error", "agent": 'odd"name|\\'}, "desk"),
        ({"severity": "info", "rule": "p99-order"}, "desk,chat"),
        ({"severity": "info", "rule": "p99-order", "agent": "night-owl"}, "desk,chat"),
        ({"severity": "info", "rule": "slow-trade"}, "chat"),
        ({"severity": "info", "rule": "busy"}, "log"),
        ({"agent": "night-owl"}, "log"),
    ],
)
def test_an_alert_goes_where_the_rules_file_sends_it(config: Path, labels: dict[str, str], receivers: str) -> None:
    said = [f'{name}="{value.translate({34: chr(92) + chr(34), 92: chr(92) * 2})}"' for name, value in labels.items()]
    amtool("config", "routes", "test", f"--config.file={config}", f"--verify.receivers={receivers}", *said)
