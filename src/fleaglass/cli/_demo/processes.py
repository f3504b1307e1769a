"""A child process: started in a group of its own, waited for, started again, and stopped whatever it takes.

A group of its own, because Ctrl-C goes to every process of the terminal's group at once: the agents would lose the
venue in the middle of an order. This way only the demo hears it, and stops the others in the right order.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["Child", "ChildEnded", "start"]

_LEASH: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")))
_LAST_LINES: Final = 12
_LAST_BYTES: Final = 16_384


class ChildEnded(Exception):
    """A process that should run has ended. The text names it and repeats the last that it wrote to stderr."""

    def __init__(self, child: Child, code: int) -> None:
        self.child = child
        self.code = code
        what = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        said = [f"  {line}" for line in child.last_lines()] or ["  (it wrote nothing to stderr)"]
        super().__init__("\n".join([f"{child.name} {what}; its last words:", *said]))


@dataclass(slots=True, eq=False)
class Child:
    """A process, and the next one when that was killed. `log` is the file its stderr goes to."""

    name: str
    process: Process
    log: Path
    spawn: Callable[[], Awaitable[Process]] = field(repr=False)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet, as far as is known."""
        return self.process.returncode is None

    @property
    def was_killed(self) -> bool:
        """Whether it ended by `kill -9`, or as the kernel does it when memory is short."""
        return self.process.returncode == -signal.SIGKILL

    async def start_again(self) -> None:
        """Start it as it was started before. Raises OSError."""
        self.process = await self.spawn()

    async def ready(self, timeout_s: float) -> dict[str, Any]:
        """The line of JSON that it prints once it can be used.

        Raises ChildEnded when it ends instead, and TimeoutError when it does neither.
        """
        assert self.process.stdout is not None, "BUG: its stdout is not read"
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), timeout_s)
        except TimeoutError:
            raise TimeoutError(f"{self.name} was not ready within {timeout_s:.0f} s") from None
        if not line:
            raise ChildEnded(self, await self.process.wait())
        said: dict[str, Any] = json.loads(line)
        return said

    async def stop(self, grace_s: float) -> None:
        """Ask it to stop, and kill it with all it started if it is still there `grace_s` seconds later."""
        if self.running:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), grace_s)
        self.kill()
        await self.process.wait()

    def kill(self) -> None:
        """Kill it and its group at once, if it still runs."""
        # Only while it is not reaped: afterwards the number may belong to somebody else.
        if self.running:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_lines(self) -> list[str]:
        """The end of what it wrote to stderr."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LAST_BYTES))
            return log.read().decode(errors="replace").splitlines()[-_LAST_LINES:]

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(number)


async def start(
    name: str, command: Sequence[str], *, folder: Path, env: Mapping[str, str], speaks: bool = False
) -> Child:
    """Start a process that works and logs in `folder`. Its stdout can be read if it `speaks`, else it is logged too."""
    log = folder / f"{name.replace(' ', '-')}.log"

    async def spawn() -> Process:
        with log.open("ab") as stderr:
            return await asyncio.create_subprocess_exec(
                *_LEASH,
                str(os.getpid()),
                *command,
                stdin=DEVNULL,
                stdout=PIPE if speaks else stderr,
                stderr=stderr,
                cwd=folder,
                env=dict(env),
                process_group=0,
            )

    return Child(name, await spawn(), log, spawn)
