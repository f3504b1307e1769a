"""A rules file is in force as soon as it is saved, unless it is broken."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from fleaglass.alerts.rules.defaults import default_rules
from fleaglass.hub.alerting.rulebook import Rulebook

GOOD = """version = 1
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = 2000
"""


def names(rules: Rulebook) -> list[str]:
    return [rule.name for rule in rules.book.rules]


def test_without_a_file_the_default_rules_hold() -> None:
    rules = Rulebook(None)
    assert rules.book == default_rules()
    assert not rules.look(1)


def test_a_file_that_changes_is_in_force_and_one_that_does_not_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(GOOD)
    rules = Rulebook(file)
    assert [rules.look(1), rules.look(2)] == [True, False]
    assert names(rules) == ["slow"]
    file.write_text(GOOD.replace('"slow"', '"slower"'))
    assert rules.look(3)
    assert names(rules) == ["slower"]


def test_a_file_that_says_the_same_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(GOOD)
    rules = Rulebook(file)
    rules.look(1)
    os.utime(file, ns=(5, 5))
    assert not rules.look(2)
    file.write_text("# a comment\n" + GOOD)
    assert not rules.look(3)


def test_a_broken_file_leaves_the_last_good_one_in_force_and_says_why_and_since_when(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(GOOD)
    rules = Rulebook(file)
    rules.look(1)
    with caplog.at_level(logging.WARNING):
        for now_ns, text in ((2, GOOD.replace("2000", '"2s"')), (4, GOOD.replace("slow_span", "fast_span"))):
            file.write_text(text)
            assert not rules.look(now_ns)
            assert not rules.look(now_ns + 1)
            assert names(rules) == ["slow"]
            assert rules.problem is not None
            assert rules.problem.since_ns == 2
            assert f"{file}:" in rules.problem.says
        file.write_text(GOOD)
        assert not rules.look(6), "the same rules as before"
    assert rules.problem is None
    assert len(caplog.records) == 3


@pytest.mark.parametrize("bytes_", [None, b"\xff\xfe", b""])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_crash(tmp_path: Path, bytes_: bytes | None) -> None:
    file = tmp_path / "alerts.toml"
    if bytes_ is not None:
        file.write_bytes(bytes_)
    rules = Rulebook(file)
    assert not rules.look(1)
    assert rules.problem is not None
    assert str(file) in rules.problem.says
    assert rules.book == default_rules()
    file.write_text(GOOD)
    assert rules.look(2)
    assert rules.problem is None
