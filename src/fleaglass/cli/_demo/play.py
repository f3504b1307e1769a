"""The demo from its first process to its last.

::

    sandbox, hub ──▶ accounts ──▶ agents ──▶ watch ──▶ (cycles done | Ctrl-C | a process ended) ──▶ stop everybody
                                    └◀─ killed ─┘
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from fleaglass.cli._demo import cast
from fleaglass.cli._demo.accounts import open_account
from fleaglass.cli._demo.processes import Child
from fleaglass.cli._demo.signals import on_signals
from fleaglass.cli._demo.status import StatusLine, read_status
from fleaglass.cli._demo.troupe import Troupe

__all__ = ["Addresses", "Ending", "Options", "play"]

_READY_S: Final = 60.0
_LOOK_S: Final = 0.25
_HTTP_TIMEOUT_S: Final = 5.0
_STOPPING: Final = "Stopping: every agent ends the decision it is in. A second Ctrl-C does not wait for that."


@dataclass(frozen=True, slots=True)
class Options:
    """How a demo runs. Port 0 takes a free one; `cycles` counts for each trading agent, None is endless."""

    folder: Path
    http_port: int
    grpc_port: int
    sandbox_port: int
    cycles: int | None
    exit: bool
    faults: bool
    seed: int

    @property
    def interval_s(self) -> float:
        """Pause between two decisions of an agent: to be watched, or to be done with."""
        return 0.05 if self.exit else 1.0

    @property
    def research_interval_s(self) -> float:
        """Pause between two looks of the research agent; each leaves a trace, so no more often than need be."""
        return 0.3 if self.exit else 3.0

    @property
    def market_speed(self) -> float:
        """The market keeps step with the agents."""
        return 4.0 if self.exit else 1.0

    @property
    def own_folder(self) -> Path:
        """Where the demo keeps its logs, beside the hub's store."""
        return self.folder / "demo"

    @property
    def home(self) -> Path:
        """Where the agents keep their journals and ledgers."""
        return cast.home(self.own_folder)

    @property
    def span_logs(self) -> list[Path]:
        """The files in which the agents count their spans."""
        return [cast.span_log(self.own_folder, role.agent_id) for role in (*cast.TRADERS, cast.RESEARCHER)]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo can be seen and reached."""

    ui: str
    otlp_grpc: str
    venue: str
    sandbox: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a demo ended: its UI's address if it got that far, and whether somebody stopped it."""

    ui: str | None
    interrupted: bool


async def play(
    options: Options, environ: Mapping[str, str], opened: Callable[[Addresses], None], line: StatusLine
) -> Ending:
    """Run the demo until its cycles are done or SIGINT, SIGTERM or SIGHUP ends it; a second signal ends it at once.

    `opened` is called when there is something to see. No process is left when this returns or raises. Raises
    ChildEnded when one ended that should run, TimeoutError when a service does not become ready, httpx.HTTPError when
    the sandbox opens no accounts, OSError when a process cannot be started.
    """
    options.own_folder.mkdir(parents=True, exist_ok=True)
    env = cast.clean_env(environ)
    troupe = Troupe(options.own_folder, env)
    seen: list[Addresses] = []

    def tell(addresses: Addresses) -> None:
        seen.append(addresses)
        opened(addresses)

    scenario = asyncio.create_task(_scenario(options, env, troupe, tell, line))
    with on_signals(lambda: troupe.kill() if scenario.done() else scenario.cancel()):
        try:
            await asyncio.wait({scenario})
            if scenario.cancelled():
                line.say(_STOPPING if seen else "Stopping.")
            elif seen and scenario.exception() is not None:
                line.say("Something went wrong; stopping the rest.")
        finally:
            await troupe.stop()
    if not scenario.cancelled():
        scenario.result()
    return Ending(seen[0].ui if seen else None, scenario.cancelled())


async def _scenario(
    options: Options,
    env: Mapping[str, str],
    troupe: Troupe,
    opened: Callable[[Addresses], None],
    line: StatusLine,
) -> None:
    addresses = await _open(options, troupe)
    async with httpx.AsyncClient(base_url=addresses.ui, timeout=_HTTP_TIMEOUT_S, trust_env=False) as hub:
        traders = await _send_in(options, env, troupe, addresses)
        opened(addresses)
        may_end = () if options.cycles is None else traders
        while await _are_at_work(troupe, traders, line, may_end):
            await _look(hub, line)
        await troupe.stop_agents()
        if not options.exit:
            line.say(f"All {options.cycles} cycles are done. {addresses.ui} stays up until Ctrl-C.")
        while not options.exit:
            troupe.require(may_end=troupe.agents)
            await _look(hub, line)


async def _open(options: Options, troupe: Troupe) -> Addresses:
    """Start sandbox and hub beside each other, and wait for both."""
    sandbox = await troupe.start_service(
        "the sandbox",
        cast.sandbox_command(
            options.sandbox_port,
            options.own_folder / "sandbox.db",
            seed=options.seed,
            speed=options.market_speed,
            faults=options.faults,
        ),
    )
    hub = await troupe.start_service(
        "the hub", cast.hub_command(options.http_port, options.grpc_port, options.folder, options.own_folder)
    )
    heard = await hub.ready(_READY_S)
    venue = await sandbox.ready(_READY_S)
    return Addresses(heard["ui"], heard["otlp_grpc"], venue["base_url"], venue["url"])


async def _send_in(options: Options, env: Mapping[str, str], troupe: Troupe, addresses: Addresses) -> list[Child]:
    """Start the agents, the one that is hired before the one that hires. Returns those that trade."""
    async with httpx.AsyncClient(base_url=addresses.sandbox, timeout=_HTTP_TIMEOUT_S, trust_env=False) as sandbox:
        accounts = {role: await open_account(sandbox, role.agent_id) for role in (cast.RESEARCHER, *cast.TRADERS)}
    agents: dict[cast.Role, Child] = {}
    for role, account in accounts.items():
        hired = role is cast.RESEARCHER
        interval_s = options.research_interval_s if hired else options.interval_s
        agents[role] = await troupe.start_agent(
            role.title,
            cast.agent_command(role, cycles=None if hired else options.cycles, interval_s=interval_s),
            cast.agent_env(
                env,
                account,
                venue=addresses.venue,
                hub=addresses.ui,
                folder=options.own_folder,
            ),
        )
    return [agents[role] for role in cast.TRADERS]


async def _are_at_work(troupe: Troupe, traders: list[Child], line: StatusLine, may_end: Sequence[Child]) -> bool:
    """Whether an agent that trades still runs. One that was killed begins anew, with all its cycles."""
    for agent in await troupe.restart_killed():
        line.say(f"{agent.name} was killed. It starts again, and asks the venue what became of what it had sent.")
    troupe.require(may_end=may_end)
    return any(trader.running for trader in traders)


async def _look(hub: httpx.AsyncClient, line: StatusLine) -> None:
    if line.due:
        asked_s = time.monotonic()
        if (status := await read_status(hub)) is not None:
            # The answer takes the hub longer the more it holds; this keeps it to a twentieth of the hub's time.
            line.show(str(status), pause_s=20 * (time.monotonic() - asked_s))
    await asyncio.sleep(_LOOK_S)
