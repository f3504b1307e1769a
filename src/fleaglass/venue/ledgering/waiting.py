"""Waiting for what another thread does: the disk's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeAlias

__all__ = ["Wait", "at_once", "in_event_loop"]

Wait: TypeAlias = "Callable[[Future[None], float], Awaitable[None]]"
"""Waits for a future, so many seconds at most. Raises ``TimeoutError``, and what the future raises."""


async def in_event_loop(future: Future[None], timeout_s: float) -> None:
    """For asynchronous programs: other tasks go on meanwhile."""
    await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)


async def at_once(future: Future[None], timeout_s: float) -> None:
    """For all others: the thread waits."""
    future.result(timeout_s)
