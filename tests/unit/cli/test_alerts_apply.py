"""`fleaglass alerts apply` and `export`: what is done is told, and what cannot be said as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.alerts.rules import default_text
from fleaglass.cli.alerts import command
from tests.support.answering import Asked, answering
from tests.support.grafana_api import TOKEN as GRAFANA_TOKEN
from tests.support.grafana_api import FakeGrafana
from tests.support.sentry_alerts_api import ORG, PROJECT, TOKEN, FakeSentryAlerts

SLOW = """
version = 1
[[rule]]
name = "slow-trade"
kind = "slow_span"
span = "pf.trade.execute"
above_ms = 2000
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "alerts.toml"
    path.write_text(SLOW)
    return path


def run(*arguments: object, **environ: str) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)], env=environ)


@pytest.mark.parametrize(
    ("to", "files"),
    [
        ("prometheus", ["fleaglass.rules.yml"]),
        ("alertmanager", ["alertmanager.yml"]),
        ("sentry", ["fleaglass.sentry.json"]),
        (
            "grafana",
            [
                "alerting/fleaglass-contact-points.yaml",
                "alerting/fleaglass-policies.yaml",
                "alerting/fleaglass-rules.yaml",
                "dashboards/fleaglass.yaml",
                "dashboards/fleaglass/fleaglass-escrow.json",
                "dashboards/fleaglass/fleaglass-execution.json",
                "dashboards/fleaglass/fleaglass-pnl.json",
                "dashboards/fleaglass/fleaglass-wallets.json",
                "datasources/fleaglass.yaml",
            ],
        ),
    ],
)
def test_export_writes_the_files_and_names_them(rules: Path, tmp_path: Path, to: str, files: list[str]) -> None:
    out = tmp_path / "out"
    done = run("export", rules, "--to", to, "--out", out)
    assert done.exit_code == 0, done.output
    assert sorted(done.stdout.split()) == [str(out / name) for name in files]
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == files


def test_strict_exits_with_1_when_something_cannot_be_said(rules: Path, tmp_path: Path) -> None:
    assert run("export", rules, "--to", "prometheus", "--out", tmp_path, "--strict").exit_code == 0
    rules.write_text(default_text())
    done = run("export", rules, "--to", "prometheus", "--out", tmp_path, "--strict")
    assert done.exit_code == 1
    assert "prometheus: key-refused: impossible: counters say how many failed" in done.stderr
    assert run("export", rules, "--to", "prometheus", "--out", tmp_path).exit_code == 0


def test_apply_to_sentry_is_done_once(rules: Path) -> None:
    server = FakeSentryAlerts()
    with answering(server.answer) as url:
        environ = {"SENTRY_AUTH_TOKEN": TOKEN, "SENTRY_ORG": ORG, "SENTRY_PROJECT": PROJECT, "SENTRY_URL": url}
        dry = run("apply", rules, "--to", "sentry", "--dry-run", **environ)
        assert dry.stdout.startswith('would create detector "fleaglass slow-trade"')
        assert server.writes == []
        assert run("apply", rules, "--to", "sentry", **environ).exit_code == 0
        again = run("apply", rules, "--to", "sentry", **environ)
    assert (again.stdout, again.stderr.splitlines()[0]) == ("", "2 unchanged")
    assert TOKEN not in dry.output
    assert not server.faults


def test_apply_to_grafana_is_done_once(rules: Path) -> None:
    server = FakeGrafana()
    with answering(server.answer) as url:
        environ = {"GRAFANA_TOKEN": GRAFANA_TOKEN, "GRAFANA_URL": url}
        first = run("apply", rules, "--to", "grafana", **environ)
        assert 'create rule "slow-trade"' in first.stdout
        assert run("apply", rules, "--to", "grafana", **environ).stdout == ""


def test_apply_to_prometheus_writes_its_file_and_has_it_read(rules: Path, tmp_path: Path) -> None:
    asked: list[Asked] = []
    file = tmp_path / "fleaglass.rules.yml"

    def reload(each: Asked) -> tuple[int, None]:
        asked.append(each)
        return 200, None

    with answering(reload) as url:
        arguments = ("apply", rules, "--to", "prometheus", "--rules-file", file, "--url", url)
        assert run(*arguments, "--dry-run").stdout == f"would create rule file {file}\n"
        assert not file.exists()
        assert run(*arguments).exit_code == 0
        assert run(*arguments).stdout == ""
    assert [(each.method, each.path) for each in asked] == [("POST", "/-/reload")]
    assert "alert: slow-trade" in file.read_text()


def test_a_reload_that_is_refused_is_told(rules: Path, tmp_path: Path) -> None:
    with answering(lambda _: (403, "Lifecycle API is not enabled.")) as url:
        done = run("apply", rules, "--to", "prometheus", "--rules-file", tmp_path / "r.yml", "--url", url)
    assert done.exit_code == 1
    assert "needs --web.enable-lifecycle" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "sentry"), "name the organisation with --org"),
        (("--to", "sentry", "--org", ORG), "name a project with --project"),
        (("--to", "sentry", "--org", ORG, "--project", PROJECT), "set SENTRY_AUTH_TOKEN to a token"),
        (("--to", "grafana"), "name the server with --url"),
        (("--to", "grafana", "--url", "http://127.0.0.1:1"), "set GRAFANA_TOKEN to a token"),
        (("--to", "prometheus"), "with --rules-file"),
    ],
)
def test_what_is_missing_is_misuse(rules: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("apply", rules, *arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_broken_rules_file_is_misuse_and_nothing_is_asked(rules: Path) -> None:
    rules.write_text("version = 2")
    done = run("apply", rules, "--to", "grafana", "--url", "http://127.0.0.1:1", GRAFANA_TOKEN="x")
    assert done.exit_code == 2
    assert f"{rules}:1:" in done.output


def test_a_secret_that_is_not_there_is_misuse(rules: Path) -> None:
    route = '[route]\nreceivers = ["chat"]\n[receivers.chat]\ntype = "slack"\nurl = { env = "SLACK_WEBHOOK_URL" }\n'
    rules.write_text(SLOW + route)
    with answering(FakeGrafana().answer) as url:
        done = run("apply", rules, "--to", "grafana", "--url", url, GRAFANA_TOKEN=GRAFANA_TOKEN)
    assert done.exit_code == 2
    assert "SLACK_WEBHOOK_URL is not set" in done.output


def test_exported_bodies_are_those_that_are_sent(rules: Path, tmp_path: Path) -> None:
    run("export", rules, "--to", "sentry", "--out", tmp_path)
    exported = json.loads((tmp_path / "fleaglass.sentry.json").read_text())
    assert [each["name"] for each in exported["detectors"]] == ["fleaglass slow-trade"]
    assert [each["name"] for each in exported["workflows"]] == ["[fleaglass agents] slow-trade"]
