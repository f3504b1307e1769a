"""Tasks of event loops that wait for futures of another thread.

``asyncio.wrap_future`` wakes a loop once for each future: of 64 that are done at once, that is a system call and a
change of threads 64 times over, which costs a third of what group commit brings. Here a loop is woken once.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

__all__ = ["LoopWaiters"]


class LoopWaiters:
    """Those who wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Future[None], asyncio.Future[None]]] = []

    async def wait(self, future: Future[None]) -> None:
        """Wait until it is done, whatever comes of it."""
        import asyncio  # agents without a loop do not load it

        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if future.done():
                return
            self._waiting.append((future, woken))
        await woken

    def wake(self) -> None:
        """Wake those whose future is done."""
        by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
        with self._lock:
            waiting, self._waiting = self._waiting, []
            for future, woken in waiting:
                if future.done():
                    by_loop[woken.get_loop()].append(woken)
                else:
                    self._waiting.append((future, woken))
        for loop, group in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed, and nobody waits in it any more
                loop.call_soon_threadsafe(_wake, group)


def _wake(group: list[asyncio.Future[None]]) -> None:
    for woken in group:
        if not woken.done():
            woken.set_result(None)
