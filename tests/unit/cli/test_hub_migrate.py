"""`fleaglass hub migrate` where there is nothing to migrate; what it does is in tests/integration/test_up_server.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from fleaglass.cli._hub.migrate import command


def test_a_folder_without_a_store_is_told_and_not_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--data", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert f"there is no store in {tmp_path / 'none'}; name its folder with --data" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("by", ["option", "variable"])
def test_what_is_no_address_is_refused_without_its_password(by: str, tmp_path: Path) -> None:
    address = "clickhouse://me:hunter2-Tr0ub4dor@db/x?compress=yes"
    given = ["--store", address] if by == "option" else []
    done = CliRunner().invoke(command, ["--data", str(tmp_path), *given], env={"FLEAGLASS_STORE": address})
    assert done.exit_code == 2
    assert "not an engine's address: it has an option that is none of cluster, secure, password_file" in done.output
    assert "hunter2" not in done.output
