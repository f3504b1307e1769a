"""All processes of a demo together, and the order in which they leave.

::

    agents      first: each ends its decision and delivers its last spans
    hub         then, so that it has them all
    sandbox     last, because a decision may need it to the end
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from fleaglass.cli._demo.processes import Child, ChildEnded, start

__all__ = ["Troupe"]

_AGENT_GRACE_S: Final = 20.0
"""A decision that waits for a slow venue and a researcher, and then 10 s for the last spans at worst."""
_SERVICE_GRACE_S: Final = 15.0


class Troupe:
    """Starts processes and leaves none behind: `stop` at the end, whatever happened."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        """Processes work and log in `folder`, with `env` unless they get one of their own."""
        self.agents: list[Child] = []
        self._services: list[Child] = []
        self._folder = folder
        self._env = env

    async def start_service(self, name: str, command: Sequence[str]) -> Child:
        """Start a process that prints a line of JSON when it is ready. Services stop in reverse order."""
        child = await start(name, command, folder=self._folder, env=self._env, speaks=True)
        self._services.append(child)
        return child

    async def start_agent(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start an agent."""
        child = await start(name, command, folder=self._folder, env=env)
        self.agents.append(child)
        return child

    def require(self, *, may_end: Sequence[Child] = ()) -> None:
        """Raise ChildEnded for a process that has ended; those that `may_end` may do so with exit code 0."""
        for child in (*self._services, *self.agents):
            code = child.process.returncode
            if code is not None and (code != 0 or child not in may_end):
                raise ChildEnded(child, code)

    async def restart_killed(self) -> list[Child]:
        """Start those agents again that somebody has killed, and return them."""
        killed = [agent for agent in self.agents if agent.was_killed]
        for agent in killed:
            await agent.start_again()
        return killed

    async def stop(self) -> None:
        """Stop all that still run, and wait until they are gone."""
        await self.stop_agents()
        for service in reversed(self._services):
            await service.stop(_SERVICE_GRACE_S)

    async def stop_agents(self) -> None:
        """Stop the agents, all at once."""
        await asyncio.gather(*(agent.stop(_AGENT_GRACE_S) for agent in self.agents))

    def kill(self) -> None:
        """Kill all at once, without asking; whoever waits in `stop` need not wait any more."""
        for child in (*self.agents, *self._services):
            child.kill()
