"""deploy/systemd holds units that systemd takes, and their command lines are those of Fleaglass."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from fleaglass.hub.access.policy import policy
from tests.support.command_lines import parsed

FOLDER = Path(__file__).parents[3] / "deploy/systemd"
UNITS = sorted(FOLDER.glob("*.service"))
PROGRAM = "/opt/fleaglass/bin/fleaglass"
ANALYZE = shutil.which("systemd-analyze")


def service(unit: Path) -> dict[str, str]:
    """Its [Service]; a setting that is there twice is refused."""
    parser = ConfigParser(interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    return dict(parser["Service"])


def words(unit: Path) -> list[str]:
    program, *arguments = shlex.split(service(unit)["ExecStart"])
    assert program == PROGRAM
    return arguments


def test_there_is_a_hub_and_a_shipper() -> None:
    assert [unit.name for unit in UNITS] == ["fleaglass-hub.service", "fleaglass-ship.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_command_line_is_one_that_fleaglass_takes_and_its_folder_is_the_units(unit: Path) -> None:
    params = parsed(words(unit)).params
    folder = params.get("data") or params["home"]
    assert folder.as_posix() == f"/var/lib/{service(unit)['StateDirectory']}"


def test_a_hub_behind_a_proxy_is_on_loopback_and_asks_for_tokens() -> None:
    params = parsed(words(FOLDER / "fleaglass-hub.service")).params
    decided = policy(params["host"], params["auth"], params["public_urls"])
    assert (params["host"], decided.asks) == ("127.0.0.1", True)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_wrong_arguments_do_not_start_it_again_and_again(unit: Path) -> None:
    assert (service(unit)["Restart"], service(unit)["RestartPreventExitStatus"]) == ("on-failure", "2")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_is_nobodys_root_and_has_no_secret_in_it(unit: Path) -> None:
    settings = service(unit)
    assert settings["User"] != "root"
    assert settings["CapabilityBoundingSet"] == ""
    assert settings["NoNewPrivileges"] == "yes"
    assert "Environment" not in settings


needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_it(unit: Path, tmp_path: Path) -> None:
    assert verified(unit.name, unit.read_text(), tmp_path) == []


@needs_systemd
def test_systemd_tells_of_a_setting_that_it_does_not_know(tmp_path: Path) -> None:
    """So its silence means something."""
    text = (FOLDER / "fleaglass-hub.service").read_text().replace("RestartSec=2", "RestartSecs=2")
    [complaint] = verified("fleaglass-hub.service", text, tmp_path)
    assert "RestartSecs" in complaint


def verified(name: str, text: str, folder: Path) -> list[str]:
    """What systemd-analyze has to say of a unit. It asks that the program be there: so another stands in for it."""
    assert ANALYZE is not None
    (folder / name).write_text(text.replace(PROGRAM, sys.executable))
    command = [ANALYZE, "verify", "--man=no", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    told = [line for line in (done.stdout + done.stderr).splitlines() if name in line]
    return told if told or done.returncode == 0 else [f"exit code {done.returncode}: {done.stderr}"]
