"""Everything that runs when agents trade: a venue, a shipper, a hub that can be killed, and agents that play acts.

    agents ─▶ journals ─▶ shipper ─▶ hub ─▶ receivers
       └▶ venue, whose faults make their day

Each is a process of its own, and ends with the stage.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx

from tests.support.processes import FLEAGLASS, eventually, start_hub

__all__ = ["Played", "Stage"]

_PROGRAM: Final = Path(__file__).parents[1] / "integration" / "programs" / "bad_day.py"
_OURS: Final = ("FLEAGLASS_", "OTEL_", "SENTRY_")


@dataclass(frozen=True)
class Played:
    """What came of an act. Unix nanoseconds.

    Attributes:
        ended_ns: when it had ended.
        broken_ns: rules that the agent itself found broken meanwhile, and when the span ended that broke them.
        noticed_ns: when it said so.
    """

    ended_ns: int
    broken_ns: Mapping[str, int] = field(default_factory=dict)
    noticed_ns: Mapping[str, int] = field(default_factory=dict)


class Stage:
    """A block with all of it. `cast` names the agents, with the USD that they begin with; `rules` is text."""

    def __init__(self, folder: Path, rules: str, cast: Mapping[str, int]) -> None:
        self._folder = folder
        self._cast = cast
        self._port = _free_port()
        self._agents: dict[str, subprocess.Popen[str]] = {}
        self._stack = ExitStack()
        self._rules = folder / "alerts.toml"
        self._rules.write_text(rules)

    def __enter__(self) -> Self:
        with self._stack:
            self.hub = self._start_hub()
            self._stack.callback(lambda: _end(self.hub.process))
            sandbox = self._start(*FLEAGLASS, "sandbox", "--port", "0", "--json", "--rate-limit", "0", "--speed", "0")
            self.venue = json.loads(_line(sandbox))["url"]
            self._accounts = {agent: self.pay_in(agent, usd) for agent, usd in self._cast.items()}
            self._start(*FLEAGLASS, "ship", "--home", str(self._folder / "home"))
            self.begin(*self._cast)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def begin(self, *agents: str) -> None:
        """Start these, and return when their sessions are open."""
        for agent in agents:
            self._agents[agent] = self._start(sys.executable, str(_PROGRAM), agent, env=self._environment())
        for agent in agents:
            assert _line(self._agents[agent]) == "ready\n", f"{agent} did not begin"

    def play(self, agent: str, act: str) -> Played:
        """Have an agent play an act to its end."""
        self._cue(agent, act)
        return Played(**json.loads(_line(self._agents[agent])))

    def die(self, agent: str, act: str) -> Played:
        """Kill an agent in an act in which it has placed its first order."""
        self._cue(agent, act)
        eventually(lambda: self._orders(agent), 10)
        time.sleep(0.5)  # until the answer has arrived
        self._agents.pop(agent).kill()
        self.control("faults", {"faults": []})
        return Played(time.time_ns())

    def leave(self) -> None:
        """All agents end, as they should."""
        for agent in self._agents.values():
            agent.communicate(timeout=20)
            assert agent.returncode == 0

    def kill_hub(self) -> Played:
        """Kill the hub, and return when another listens in its place; when that one began is the end of the act."""
        self.hub.kill()
        self.hub = self._start_hub()
        return Played(time.time_ns())

    def pay_in(self, agent: str, usd: int) -> Any:
        """Pay into an agent's account, which is opened if there is none; the account."""
        return self.control("accounts", {"agent_id": agent, "credit_usd": usd})

    def control(self, switch: str, body: Any) -> Any:
        """Use one of the venue's own switches."""
        return httpx.post(f"{self.venue}/_sandbox/{switch}", json=body).raise_for_status().json()

    def _orders(self, agent: str) -> Any:
        books = httpx.get(f"{self.venue}/_sandbox/books", params={"agent_id": agent}).raise_for_status()
        return books.json()["agents"][agent]["orders"]

    def _cue(self, agent: str, act: str) -> None:
        stdin = self._agents[agent].stdin
        assert stdin is not None
        stdin.write(f"{act}\n")
        stdin.flush()

    def _start_hub(self) -> Any:
        return start_hub(self._folder / "hub", "--http-port", str(self._port), "--rules", str(self._rules))

    def _start(self, *command: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._stack.callback(_end, process)
        return process

    def _environment(self) -> dict[str, str]:
        setup = {"accounts": self._accounts, "control": self.venue, "rules": str(self._rules)}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            "BAD_DAY": json.dumps(setup),
            "FLEAGLASS_ENDPOINT": self.hub.url,
            "FLEAGLASS_HOME": str(self._folder / "home"),
            "FLEAGLASS_SHIPPER": "off",
        }


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _end(process: subprocess.Popen[str]) -> None:
    """Whatever state it is in."""
    process.terminate()
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _free_port() -> int:
    """The hub is found at the same place after it was killed."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
