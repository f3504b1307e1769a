"""A task that waits is woken, however its waiting and the end of what it waits for fall together."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

from fleaglass.ledger.storage.loops import LoopWaiters


class DoneRightAfter(Future[None]):
    """It is done by another thread as soon as somebody has looked whether it is."""

    def __init__(self, waiters: LoopWaiters) -> None:
        super().__init__()
        self._loops = waiters
        self.other: threading.Thread | None = None

    def done(self) -> bool:
        is_done = super().done()
        if self.other is None:
            self.other = threading.Thread(target=self._finish)
            self.other.start()
            self.other.join(0.2)  # it gets as far as it can
        return is_done

    def _finish(self) -> None:
        self.set_result(None)
        self._loops.wake()


async def test_a_commit_that_ends_while_a_task_begins_to_wait_wakes_it() -> None:
    waiters = LoopWaiters()
    future = DoneRightAfter(waiters)
    await asyncio.wait_for(waiters.wait(future), 30)
    assert future.other is not None
    future.other.join()
