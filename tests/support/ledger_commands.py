"""`fleaglass ledger` and a log for its commands: the served files in a home, as its public key verifies them."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from fleaglass.cli import cli
from tests.support.ledger_logs import AGENT, KEY, entries, write_log

__all__ = ["DATA", "VKEY", "log_home", "run"]

VKEY = KEY.public.text
DATA = entries(300)


def log_home(folder: Path) -> Path:
    """The home of a log of these entries, below a folder."""
    home = folder / "ledger" / AGENT
    write_log(home / "log", DATA)
    return home


def run(*arguments: object) -> Result:
    """What a command does and says."""
    return CliRunner().invoke(cli, ["ledger", *map(str, arguments)])
