"""A person can read a journal: while it is written, after its agent died, and from a copied folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from fleaglass.cli import cli
from fleaglass.journal import MONEY, Route
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import State
from fleaglass.shipper import NotNow
from tests.unit.journal.desk import only_folder
from tests.unit.shipper.bench import HUB, SENTRY, T0, Recorded, agent, ended, envelope, killed, put, ship, started


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["journal", *arguments, "--home", str(home)])


def listed(home: Path) -> Any:
    (line,) = run(home, "list", "--json").stdout.splitlines()
    return json.loads(line)


def test_the_list_says_whose_a_journal_is_and_what_waits_for_whom(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, ended(1), ended(2), envelope(3))
    found = listed(tmp_path)
    assert (found["agent_id"], found["end"]) == ("vol-arb-1", "running")
    assert found["waiting"] == {"hub/traces": 2, "hub/logs": 0, "sentry/envelopes": 1}
    ship(tmp_path, {"hub/traces": Recorded(*[NotNow("refused")] * 99)})
    found = listed(tmp_path)
    assert found["waiting"] == {"hub/traces": 2, "hub/logs": 0, "sentry/envelopes": 0}
    assert found["down"] == {"hub/traces": "refused"}
    assert "2 wait for hub/traces" in run(tmp_path, "list").stdout


def test_the_list_says_how_an_agent_ended(tmp_path: Path) -> None:
    journal = agent(tmp_path / "died")
    killed(journal)
    assert listed(tmp_path / "died")["end"] == "died"
    agent(tmp_path / "clean").end()
    assert listed(tmp_path / "clean")["end"] == "clean"


def test_a_journal_is_shown_as_lines_while_it_is_written(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, started(1), State(T0, b'{"balance_usd":5}'))
    lines = run(tmp_path, "show", only_folder(tmp_path).name[:6]).stdout.splitlines()
    assert [line.split()[1] for line in lines[2:]] == ["SpanStarted", "State"]
    assert "name=agent.decision_cycle" in lines[2]
    assert lines[2].startswith("2023-11-14T22:13:20.000000Z")
    assert '"balance_usd": 5' in lines[3]


def test_a_copied_folder_is_shown_as_json_without_its_keys(tmp_path: Path) -> None:
    journal = agent(tmp_path / "home", HUB, SENTRY)
    put(journal, ended(1), envelope(2))
    journal.append(99, b"\x01", MONEY)
    journal.end()
    copy = tmp_path / "copy"
    copy.mkdir()
    for _, path in segments_in(only_folder(tmp_path / "home")):
        shutil.copy(path, copy)
    shown = run(tmp_path / "nowhere", "show", str(copy), "--json")
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [each["kind"] for each in records] == ["Opened", "Scope", "SpanEnded", "Envelope", "99", "CleanEnd"]
    assert records[2]["span_id"] == "0000000000000001"
    assert records[3]["item"] == {"number": 2}
    assert shown.exit_code == 0


def test_damage_is_said_beside_what_can_be_read(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1, chars=99), ended(2))
    ((_, path),) = segments_in(only_folder(tmp_path))
    path.write_bytes(path.read_bytes().replace(b"x" * 99, b"y" * 99))
    shown = run(tmp_path, "show", only_folder(tmp_path).name, "--json")
    assert [json.loads(line)["kind"] for line in shown.stdout.splitlines()] == ["Opened", "Scope", "SpanEnded"]
    assert "segment 1 is damaged at" in shown.stderr
    assert shown.exit_code == 1


def test_a_name_that_no_journal_or_more_than_one_has_is_misuse(tmp_path: Path) -> None:
    agent(tmp_path)
    agent(tmp_path)
    for name in ("2023", "2024"):
        assert run(tmp_path, "show", name).exit_code == 2


def test_a_newer_journal_is_told_in_one_line(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    journal.end()
    folder = only_folder(tmp_path)
    (folder / "route.json").write_bytes(Route(agent_id="a").encode().replace(b'"version":1', b'"version":2'))
    (line,) = run(tmp_path, "list").stderr.splitlines()
    assert "is of format 2" in line
