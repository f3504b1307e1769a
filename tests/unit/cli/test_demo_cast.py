"""Who takes part: the commands are ones that exist, and nothing of the user's leads an agent away."""

from __future__ import annotations

import socket
from pathlib import Path

from fleaglass.cli import cli
from fleaglass.cli._demo import cast
from fleaglass.cli._demo.accounts import Account
from fleaglass.cli._demo.ports import is_free, usual_or_free
from fleaglass.sandbox.faults import parse_fault


def parsed(command: list[str]) -> dict[str, object]:
    """The parameters that our own command line makes of it, without running anything."""
    _, _, _, name, *arguments = command
    found = cli.get_command(cli.make_context("fleaglass", ["--help"], resilient_parsing=True), name)
    assert found is not None
    return found.make_context(name, arguments).params


def test_the_sandbox_is_started_with_faults_it_knows() -> None:
    command = cast.sandbox_command(0, Path("x.db"), seed=3, speed=4.0, faults=True)
    parameters = parsed(command)
    assert parameters["seed"] == 3
    assert parameters["speed"] == 4.0
    kinds = {fault.kind for fault in parameters["faults"]}  # type: ignore[attr-defined]
    assert kinds == {"latency", "error", "drop-ack"}


def test_without_faults_only_the_network_is_slow() -> None:
    (only,) = parsed(cast.sandbox_command(0, Path("x.db"), seed=3, speed=1.0, faults=False))["faults"]  # type: ignore[misc, attr-defined]
    assert only == parse_fault("latency=10ms-40ms")


def test_the_hub_is_started_on_the_given_ports() -> None:
    parameters = parsed(cast.hub_command(1, 2, Path("/data"), Path("/data/demo")))
    assert (parameters["http_port"], parameters["grpc_port"], parameters["data"]) == (1, 2, Path("/data"))


def test_an_agent_is_its_file_in_the_examples() -> None:
    for role in (*cast.TRADERS, cast.RESEARCHER):
        assert Path(cast.agent_command(role, cycles=None, interval_s=1)[1]).is_file()
    assert cast.agent_command(cast.RESEARCHER, cycles=3, interval_s=0.5)[2:] == ["--interval", "0.5", "--cycles", "3"]


def test_the_users_own_telemetry_settings_do_not_reach_the_agents() -> None:
    theirs = {
        "PATH": "/bin",
        "OTEL_SDK_DISABLED": "true",
        "FLEAGLASS_EXPORTER": "none",
        "SENTRY_RELEASE": "x",
        "http_proxy": "http://proxy:3128",
        "no_proxy": "example.com",
    }
    env = cast.clean_env(theirs)
    assert env == {"PATH": "/bin", "http_proxy": "http://proxy:3128", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def test_an_agent_finds_its_account_and_the_demos_hub() -> None:
    account = Account("a-1", "pf_live_secret", "w_1")
    env = cast.agent_env({}, account, venue="http://v/v1", hub="http://h", folder=Path("/demo"))
    assert env["PURPLE_FLEA_API_KEY"] == "pf_live_secret"
    assert env["PURPLE_FLEA_BASE_URL"] == "http://v/v1"
    assert env["FLEAGLASS_ENDPOINT"] == "http://h"
    assert env["FLEAGLASS_SPAN_LOG"] == "/demo/a-1.spans"
    assert env["FLEAGLASS_HOME"].startswith("/demo/"), "nothing is left in the home folder of who runs the demo"
    assert "secret" not in repr(account)


def test_a_usual_port_that_is_taken_is_given_up_unless_somebody_insists() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert usual_or_free(port, insist=False) == 0
        assert usual_or_free(port, insist=True) == port
    assert usual_or_free(port, insist=False) == port
