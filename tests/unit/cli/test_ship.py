"""`fleaglass ship` says what is wrong with what it is asked for."""

from __future__ import annotations

import socket
from pathlib import Path

from click.testing import CliRunner

from fleaglass.cli import cli


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(cli, ["ship", "--home", str(tmp_path), "--metrics-port", str(port)])
    assert done.exit_code == 2
    assert f"127.0.0.1:{port} cannot be listened at: Address already in use" in done.stderr
