"""`fleaglass demo` refuses what makes no sense before it starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli.demo import command


def demo(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--exit"], "--exit needs --cycles"),
        (["--cycles", "0"], "0 is not in the range x>=1"),
        (["--cycles", "many"], "'many' is not a valid integer"),
        (["--http-port", "70000"], "70000 is not in the range 0<=x<=65535"),
        (["--data", "/proc/nothing/here"], "the folder /proc/nothing/here cannot be used"),
    ],
)
def test_misuse_is_told(arguments: list[str], why: str) -> None:
    done = demo(*arguments)
    assert done.exit_code == 2
    assert why in done.stderr
    assert done.stdout == ""


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """It counts what is stored, so spans of an earlier run would be taken for strays."""
    (tmp_path / "mine").write_text("keep")
    done = demo("--data", str(tmp_path))
    assert done.exit_code == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_help_says_what_cycles_means() -> None:
    said = " ".join(demo("--help").stdout.split())
    assert "Decisions of each trading agent" in said
    assert "fleaglass demo --cycles 40 --exit --json" in said
