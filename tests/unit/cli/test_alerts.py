"""`fleaglass alerts`: an owner begins a rules file, and is told what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.alerts.rules import default_text, schema
from fleaglass.cli import cli


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["alerts", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "alerts.toml"


def test_a_new_file_has_the_default_rules_and_passes(file: Path) -> None:
    assert run("init", str(file)).exit_code == 0
    assert file.read_text() == default_text()
    checked = run("check", str(file))
    assert (checked.exit_code, checked.stdout) == (0, f"{file}: 19 rules, 14 of them enabled\n")


def test_a_file_that_is_there_is_left_alone(file: Path) -> None:
    file.write_text("mine")
    refused = run("init", str(file))
    assert (refused.exit_code, file.read_text()) == (2, "mine")
    assert "is there already, and is left alone" in refused.stderr


def test_every_problem_has_file_line_and_expectation_and_the_answer_is_no(file: Path) -> None:
    file.write_text('version = 1\n[[rule]]\nname = "r"\nkind = "slow_span"\nspan = "x"\nabove_ms = "2s"\nfor = 5\n')
    refused = run("check", str(file))
    assert refused.exit_code == 1
    assert refused.stdout.splitlines() == [
        f'{file}:6: rule "r": above_ms: expected a number of milliseconds, got "2s"',
        f'{file}:7: rule "r": for: expected a duration such as "90s", "5m", "1h" or "7d", got 5',
    ]
    found = json.loads(run("check", str(file), "--json").stdout)
    assert (found["file"], found["usable"], found["rules"], found["warnings"]) == (str(file), False, [], [])
    assert [problem["line"] for problem in found["problems"]] == [6, 7]


def test_a_warning_does_not_make_the_answer_no(file: Path) -> None:
    file.write_text('version = 1\n[[rule]]\nname = "r"\nkind = "slow_span"\nspan = "my.model"\nabove_ms = 2\n')
    passed = run("check", str(file))
    assert passed.exit_code == 0
    assert passed.stdout.splitlines() == [
        f'{file}:5: rule "r": span: "my.model" is no span of Fleaglass\'s own; right if your agent makes it (warning)',
        f"{file}: 1 rules, 1 of them enabled",
    ]
    found = json.loads(run("check", str(file), "--json").stdout)
    assert (found["usable"], found["rules"], len(found["warnings"])) == (True, ["r"], 1)


def test_a_file_that_is_not_there_is_misuse(file: Path) -> None:
    missing = run("check", str(file))
    assert missing.exit_code == 2
    assert f"{file} cannot be read: No such file or directory" in missing.stderr


def test_the_schema_is_printed_for_editors() -> None:
    assert json.loads(run("schema").stdout) == json.loads(json.dumps(schema()))
