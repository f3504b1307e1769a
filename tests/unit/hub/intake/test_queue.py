"""What was put is there until it is done, in order, across a restart; and there is an end to what may wait."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from fleaglass.hub.intake.queue import Full, Queue

HOW_MANY = 200


async def test_what_is_put_is_taken_in_that_order_until_it_is_done(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await asyncio.gather(*(queue.put(1, number, b"%d" % number) for number in range(HOW_MANY)))
    first = await queue.take(150)
    assert [one.body for one in first] == [b"%d" % number for number in range(150)]
    assert await queue.take(150) == first
    await queue.done(first)
    assert [one.received_ns for one in await queue.take(150)] == list(range(150, HOW_MANY))
    assert queue.waiting == 50
    queue.close()


async def test_what_is_taken_together_has_so_many_bytes_at_most_unless_it_is_one(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    for size in (4, 5, 2, 30, 1):
        await queue.put(1, 1, bytes(size))
    sizes = []
    while queue.waiting:
        taken = await queue.take(9, most_bytes=10)
        sizes.append([len(one.body) for one in taken])
        await queue.done(taken)
    assert sizes == [[4, 5], [2], [30], [1]]
    queue.close()


async def test_what_was_answered_is_there_after_the_process_has_gone_without_a_word(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await queue.put(3, 7, b"kept")
    again = Queue(tmp_path / "intake.db")  # the first one is never closed
    assert [(one.project, one.received_ns, one.body) for one in await again.take(9)] == [(3, 7, b"kept")]
    assert again.identity == queue.identity
    assert again.waiting_bytes == 4
    again.close()
    queue.close()


async def test_what_clients_sent_is_for_the_owners_eyes_and_gone_from_the_disk_when_it_is_done(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await queue.put(1, 1, b"pf_live_canary_0123456789" * 40)
    assert {(tmp_path / name).stat().st_mode & 0o077 for name in ("intake.db", "intake.db-wal")} == {0}
    await queue.done(await queue.take(1))
    queue.close()
    assert b"canary" not in (tmp_path / "intake.db").read_bytes()


async def test_ids_are_never_used_twice_even_when_everything_is_done(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await queue.put(1, 1, b"a")
    taken = await queue.take(1)
    await queue.done(taken)
    await queue.put(1, 2, b"b")
    assert (await queue.take(1))[0].id > taken[0].id
    queue.close()


async def test_more_than_may_wait_is_refused_and_there_is_room_again_when_it_is_done(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db", most_bytes=10)
    await queue.put(1, 1, b"12345678")
    with pytest.raises(Full, match="8 bytes wait to be digested, of 10 that may"):
        await queue.put(1, 1, b"123")
    await queue.done(await queue.take(1))
    await queue.put(1, 1, b"123")
    queue.close()


async def test_who_waits_for_something_to_come_gets_it(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    taking = asyncio.ensure_future(queue.take(5))
    await asyncio.sleep(0)
    await queue.put(1, 1, b"came")
    assert [one.body for one in await taking] == [b"came"]
    queue.close()


async def test_what_is_set_aside_is_kept_with_the_reason_and_taken_no_more(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await queue.put(1, 1, b"odd")
    (odd,) = await queue.take(1)
    await queue.set_aside(odd, "a bug")
    assert queue.waiting == 0
    assert await queue.set_aside_count() == 1
    queue.close()
    with sqlite3.connect(tmp_path / "intake.db") as database:
        assert database.execute("SELECT body, reason FROM aside").fetchall() == [(b"odd", "a bug")]


async def test_a_failing_disk_is_told_to_everyone_who_waits_and_nothing_is_counted(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    with sqlite3.connect(tmp_path / "intake.db") as database:
        database.execute("DROP TABLE waiting")
    results = await asyncio.gather(queue.put(1, 1, b"a"), queue.put(1, 1, b"b"), return_exceptions=True)
    assert [type(result) for result in results] == [sqlite3.OperationalError] * 2
    assert queue.waiting_bytes == 0
    queue.close()


async def test_who_waits_for_what_is_here_does_not_wait_for_what_comes_meanwhile(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await queue.caught_up()
    await queue.put(1, 1, b"before")
    catching_up = asyncio.ensure_future(queue.caught_up())
    taken = await queue.take(1)
    await queue.put(1, 2, b"meanwhile")
    assert not catching_up.done()
    await queue.done(taken)
    await catching_up
    assert queue.waiting == 1
    queue.close()
