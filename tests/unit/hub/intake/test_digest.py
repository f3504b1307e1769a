"""What was answered takes effect once, and what cannot is set aside: nothing that is sent stops the rest."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select

from fleaglass.hub.intake.digest import Digest
from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.issues.tables import seen_events
from fleaglass.hub.state import State
from fleaglass.hub.state.tables import client_reports
from fleaglass.hub.store import Store

NOW_NS = 1_796_032_800_000_000_000
NO_PROJECT = 77
HUGE = 2**31 - 1
EVENT = b'{}\n{"type":"event"}\n{"message":"about %d"}\n'


async def digested(queue: Queue, store: Store, state: State) -> None:
    """Let the digest run until nothing waits."""
    task = asyncio.create_task(Digest(queue, store, state, lambda: NOW_NS).run())
    await asyncio.wait_for(queue.caught_up(), 30)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_the_database_refuses_is_set_aside_and_what_came_with_it_takes_effect(
    tmp_path: Path, store: Store, state: State
) -> None:
    queue = Queue(tmp_path / "intake.db")
    for number, project in enumerate((1, NO_PROJECT, 1)):
        await queue.put(project, NOW_NS, EVENT % number)
    await digested(queue, store, state)
    assert (queue.waiting, await queue.set_aside_count()) == (0, 1)
    queue.close()
    with state.read() as connection:
        assert connection.execute(select(func.count()).select_from(seen_events)).scalar() == 2


async def test_what_clients_say_they_lost_adds_up_beyond_what_one_can_say(
    tmp_path: Path, store: Store, state: State
) -> None:
    queue = Queue(tmp_path / "intake.db")
    lost = b'{"discarded_events":[{"category":"error","reason":"odd\\u0000","quantity":%d}]}' % HUGE
    for _ in range(3):
        await queue.put(1, NOW_NS, b'{}\n{"type":"client_report"}\n%s\n' % lost)
        await digested(queue, store, state)
    assert await queue.set_aside_count() == 0
    queue.close()
    with state.read() as connection:
        said = connection.execute(select(client_reports.c.reason, client_reports.c.quantity)).all()
    assert said == [("odd\ufffd", 3 * HUGE)]
