"""Waiting for what another thread does, such as the disk's; and doing something beside what the agent does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from contextvars import Context
from typing import Any, Protocol, TypeAlias, TypeVar

__all__ = ["Beside", "InEventLoop", "InThreads", "Wait", "at_once", "in_event_loop", "run"]

T = TypeVar("T")

Wait: TypeAlias = "Callable[[Future[None], float], Awaitable[None]]"
"""Waits for a future, so many seconds at most. Raises ``TimeoutError``, and what the future raises."""


async def in_event_loop(future: Future[None], timeout_s: float) -> None:
    """For asynchronous programs: other tasks go on meanwhile."""
    await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)


async def at_once(future: Future[None], timeout_s: float) -> None:
    """For all others: the thread waits."""
    future.result(timeout_s)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise AssertionError("BUG: a step of the venue's client waits for an event loop")


Work: TypeAlias = "Callable[[], Coroutine[Any, Any, None]]"


class Beside(Protocol):
    """Does work that nobody waits for, outside of all spans."""

    def begin(self, work: Work) -> None:
        """Do it from now on."""

    async def end(self) -> None:
        """The client is closed."""


class InEventLoop:
    """As tasks of the event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Work) -> None:
        """Do it from now on."""
        task = asyncio.get_running_loop().create_task(work(), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Cancel what is not done, as far as it is this loop's."""
        loop = asyncio.get_running_loop()
        for task in [task for task in self._tasks if task.get_loop() is loop]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class InThreads:
    """By threads, each of which ends when it meets that the client is closed."""

    def begin(self, work: Work) -> None:
        """Do it from now on."""
        threading.Thread(target=self._run, args=(work,), name="fleaglass-ledger-beside", daemon=True).start()

    async def end(self) -> None:
        """Nothing to wait for."""

    @staticmethod
    def _run(work: Work) -> None:
        run(work())
