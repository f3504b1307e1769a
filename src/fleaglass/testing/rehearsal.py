"""What surrounds a program in a test: its agents are recorded like the recording's own, and none of them sends.

The recording has an agent from its beginning, for a test that makes none. It steps back when the program makes its own,
unless the test has begun to use it: what says nothing of its agent, such as a line of the log, is then the program's,
as in production.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fleaglass.recorder import Agent, OfflineSurroundings, Seams, init_offline

__all__ = ["Rehearsal"]


class Rehearsal(OfflineSurroundings):
    """The surroundings of one recording.

    Args:
        agent_id: the recording's name for its agent.
        arguments: what the test says of it; holds for what the program leaves open, too.
        seams: gives an agent of this id what it takes from outside.
    """

    def __init__(self, agent_id: str, arguments: Mapping[str, Any], seams: Callable[[str], Seams]) -> None:
        self._arguments = {**arguments, "agent_id": agent_id}
        self._seams = seams
        self._agents: list[Agent] = []
        self._stand_in = init_offline(agent_id, seams=seams(agent_id), **arguments)
        self._under_test: Agent | None = None

    @property
    def agent(self) -> Agent:
        """The agent under test: the program's first, if it has made one, else the recording's own."""
        if self._under_test is None:
            self._under_test = self._agents[0] if self._agents else self._stand_in
        return self._under_test

    def complete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the program says, then what the test says."""
        if arguments["agent_id"] is not None and self._under_test is None and not self._agents:
            self._stand_in.shutdown()
        given = {name: value for name, value in arguments.items() if value is not None}
        return {**arguments, **self._arguments, **given}

    def seams(self, agent_id: str) -> Seams:
        """The test's."""
        return self._seams(agent_id)

    def receive(self, agent: Agent) -> None:
        """One more agent, if it is not known."""
        if agent not in self._agents:
            self._agents.append(agent)

    def end(self) -> None:
        """No agent is left behind."""
        for agent in (self._stand_in, *self._agents):
            agent.shutdown()
