"""Under `fleaglass run` a program has one agent: its own if it makes one, else the command's.

1. A Sentry server on loopback keeps what is said: sessions, check-ins, errors.
2. A program is run from a folder that is not its own.
3. What counts is who spoke, with which release, and how the run ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import FLEAGLASS, all_sent, dismiss_shipper
from tests.support.sentry_server import SentryServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]


@pytest.fixture
def server() -> Iterator[SentryServer]:
    with SentryServer() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the program is, with the stamp of its build."""
    found = tmp_path / "app"
    found.mkdir()
    (found / "fleaglass.release").write_text("stamped@1.0.0\n")
    yield found
    dismiss_shipper(found)


def start(
    server: SentryServer, folder: Path, body: str, *options: str, program: str = "my_agent.py"
) -> subprocess.Popen[str]:
    """The command, in another folder."""
    path = folder / program
    path.parent.mkdir(exist_ok=True)
    path.write_text(textwrap.dedent(body))
    (elsewhere := folder.parent / "elsewhere").mkdir()
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "SENTRY_", "OTEL_"))
    }
    environ |= {"FLEAGLASS_DSN": server.dsn, "FLEAGLASS_HOME": str(folder), "OTEL_TRACES_EXPORTER": "none"}
    environ["PYTHONPATH"] = os.pathsep.join([str(folder), environ.get("PYTHONPATH", "")])
    target = ["-m", program.removesuffix(".py").replace("/", ".")] if "/" in program else [str(path)]
    return subprocess.Popen(
        [*FLEAGLASS, "run", *options, *target],
        cwd=elsewhere,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], home: Path) -> int:
    """How it ended, once all that it left in its home is sent."""
    try:
        said = process.communicate(timeout=30)[1]
    finally:
        process.kill()
    assert "internal error" not in said
    all_sent(home)
    return process.returncode


def spoke(server: SentryServer) -> set[str]:
    """Everybody who said anything."""
    checked_in = {check_in["monitor_slug"].removeprefix("alive-") for check_in in server.check_ins}
    return {update["did"] for update in server.sessions} | checked_in | {event["user"]["id"] for event in server.events}


def run(server: SentryServer) -> list[tuple[str, str]]:
    """What became of the one session there was."""
    assert len({update["sid"] for update in server.sessions}) == 1
    return [(update["status"], update["attrs"]["release"]) for update in server.sessions]


OWN = """
import fleaglass
agent = fleaglass.init({arguments})
try:
    with agent.cycle():
        raise ValueError("odd")
except ValueError:
    pass
"""


@pytest.mark.parametrize(
    ("arguments", "options", "agent", "release"),
    [
        ("", [], "my-agent", "stamped@1.0.0"),
        ("", ["--agent-id", "momentum-7", "--release", "given@1"], "momentum-7", "given@1"),
        ("'my-own', release='own@1'", [], "my-own", "own@1"),
        ("'my-own'", ["--agent-id", "momentum-7", "--strategy", "vol"], "my-own", "stamped@1.0.0"),
    ],
)
def test_the_agent_that_the_program_makes_is_the_one(
    server: SentryServer, folder: Path, arguments: str, options: list[str], agent: str, release: str
) -> None:
    assert ended(start(server, folder, OWN.format(arguments=arguments), *options), folder) == 0
    assert spoke(server) == {agent}
    assert run(server) == [("ok", release), ("exited", release)]
    (event,) = server.events
    assert event["release"] == release
    assert event["tags"].get("strategy") == ("vol" if "--strategy" in options else None)


def test_it_is_the_one_that_crashes(server: SentryServer, folder: Path) -> None:
    body = "import fleaglass\nfleaglass.init('my-own', release='own@1')\nraise RuntimeError('bad day')\n"
    assert ended(start(server, folder, body), folder) == 1
    assert spoke(server) == {"my-own"}
    assert run(server) == [("ok", "own@1"), ("crashed", "own@1")]


@pytest.mark.parametrize("body", ["", "raise RuntimeError('bad day')", "import sys\nsys.exit(3)", "def f(:"])
def test_a_program_that_makes_none_is_called_after_its_file(server: SentryServer, folder: Path, body: str) -> None:
    ended(start(server, folder, body), folder)
    assert spoke(server) == {"my-agent"}
    status = "exited" if "raise" not in body and "def" not in body else "crashed"
    assert run(server) == [("ok", "stamped@1.0.0"), (status, "stamped@1.0.0")]


def test_a_module_s_release_is_beside_it(server: SentryServer, folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "fleaglass.release").rename(folder / "package" / "fleaglass.release")
    assert ended(start(server, folder, "", program="package/agent.py"), folder) == 0
    assert {update["did"] for update in server.sessions} == {"package.agent"}
    assert run(server)[-1] == ("exited", "stamped@1.0.0")


def test_sigterm_ends_the_session_wherever_the_agent_was_made(server: SentryServer, folder: Path) -> None:
    body = """
    import threading, time
    import fleaglass
    def work():
        fleaglass.init("my-own").flush(5)
        print("ready", flush=True)
    threading.Thread(target=work).start()
    time.sleep(30)
    """
    process = start(server, folder, body)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert ended(process, folder) == -signal.SIGTERM
    assert run(server) == [("ok", "stamped@1.0.0"), ("exited", "stamped@1.0.0")]
