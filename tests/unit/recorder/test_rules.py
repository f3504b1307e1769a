"""An agent that is given a rules file judges what it can of it, and a broken file costs it nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import fleaglass
from fleaglass.recorder import guard
from fleaglass.testing import Recording, recording

RULES = """
version = 1
[[rule]]
name = "slow-model"
kind = "slow_span"
span = "pf.signal.analysis"
above_ms = 100
where.agent = "test-agent"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "alerts.toml"
    path.write_text(RULES)
    return path


def analyse(record: Recording, seconds: float) -> None:
    with record.agent.cycle(), record.agent.stage("signal.analysis"):
        record.clock.advance(seconds)


def test_a_rule_of_the_file_is_a_line_in_the_log_with_the_guides_fields(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with recording(rules=str(file)) as record:
        analyse(record, 0.25)
        analyse(record, 0.05)
    (line,) = [each for each in caplog.records if each.name == "pf.alerts"]
    assert line.getMessage() == "slow-model: pf.signal.analysis took 251.0 ms, the threshold is 100 ms"
    assert (line.rule, line.span_name, line.threshold_ms) == ("slow-model", "pf.signal.analysis", 100)  # type: ignore[attr-defined]


def test_init_takes_the_path_of_a_file(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with recording() as record:
        fleaglass.init("test-agent", rules=file)
        analyse(record, 0.25)
    assert [each.name for each in caplog.records] == ["pf.alerts"]


def test_a_broken_file_is_told_with_its_lines_and_the_agent_trades_on(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(RULES.replace("100", "'2s'"))
    with recording(rules=str(file)) as record:
        analyse(record, 0.25)
    assert len(record.spans) == 2
    assert caplog.messages == [
        f"no rule of {file} is judged here until it is put right:\n"
        f'{file}:7: rule "slow-model": above_ms: expected a number of milliseconds, got "2s"'
    ]


def test_a_file_that_is_not_there_is_told_and_the_agent_trades_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with recording(rules=str(tmp_path / "none.toml")) as record:
        analyse(record, 0.25)
    assert len(record.spans) == 2
    assert caplog.messages == [
        f"{tmp_path}/none.toml cannot be read: No such file or directory; no rule is judged here"
    ]
    assert not guard.swallowed
