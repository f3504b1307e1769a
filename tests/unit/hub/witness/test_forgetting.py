"""What a hub that witnesses keeps, and for how long."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fleaglass.hub.state import State
from fleaglass.hub.witness import forgetting
from fleaglass.hub.witness.forgetting import forget
from fleaglass.hub.witness.records import SqlRecords
from fleaglass.hub.witness.tables import witness_alarms, witness_checkpoints
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.witness import Alarm, AlarmKind, Seen
from tests.support.witnessed import History

DAY = 86_400_000_000_000
ONE, TWO = (History.of("abcdefghij", Ed25519Signer(f"fleaglass.ledger/{name}", b"k" * 32)) for name in ("one", "two"))


def _cosign(state: State, log: History, *days: int) -> None:
    """A checkpoint of one entry more on each of these days."""
    with state.write() as connection:
        before = None
        for size, day in enumerate(days, 1):
            records = SqlRecords(connection, lambda now_ns=day * DAY: now_ns)  # type: ignore[misc]
            records.trust(log.key.public, None)
            after = Seen(log.checkpoint(size), log.note(size))
            assert records.advance(before, after)
            before = after


def _alarm(state: State, day: int, log: History, kind: AlarmKind, size: int) -> None:
    with state.write() as connection:
        alarm = Alarm(kind, log.key.name, "held", log.note(size).decode(), log.checkpoint(size))
        SqlRecords(connection, lambda: day * DAY).alarm(alarm)


def _sizes(state: State, log: History) -> list[int]:
    with state.read() as connection:
        records = SqlRecords(connection, lambda: 0)
        return [size for size in range(1, 11) if records.seen(log.key.name, size) is not None]


def _alarms(state: State) -> list[tuple[str, str]]:
    with state.read() as connection:
        table = witness_alarms.c
        rows = connection.execute(select(table.kind, table.subject).order_by(table.id))
        return [(kind, subject.split(" ")[0]) for kind, subject in rows]


def _forget(state: State, day: int) -> None:
    with state.write() as connection:
        forget(connection, day * DAY)


def test_a_checkpoint_is_kept_for_400_days_and_the_newest_of_each_log_for_ever(state: State) -> None:
    _cosign(state, ONE, 1, 2, 3)
    _cosign(state, TWO, 1)
    _forget(state, 402)
    assert (_sizes(state, ONE), _sizes(state, TWO)) == ([2, 3], [1])
    _forget(state, 9_000)
    assert (_sizes(state, ONE), _sizes(state, TWO)) == ([3], [1])
    with state.read() as connection:
        known = SqlRecords(connection, lambda: 0).log(ONE.key.name)
    assert known is not None
    assert known.newest == Seen(ONE.checkpoint(3), ONE.note(3))


def test_of_many_checkpoints_of_a_log_the_newest_are_kept(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_CHECKPOINTS", 3)
    _cosign(state, ONE, *[1] * 5)
    _cosign(state, TWO, *[1] * 3)
    _forget(state, 1)
    assert (_sizes(state, ONE), _sizes(state, TWO)) == ([3, 4, 5], [1, 2, 3])


def test_an_alarm_is_kept_for_400_days_after_it_was_last_seen(state: State) -> None:
    _cosign(state, ONE, 1)
    _alarm(state, 1, ONE, "fork", 2)
    _alarm(state, 1, ONE, "fork", 3)
    _alarm(state, 5, ONE, "fork", 2)
    _forget(state, 403)
    assert _alarms(state) == [("fork", "2")]
    _forget(state, 406)
    assert _alarms(state) == []


def test_many_alarms_of_one_kind_push_out_none_of_another_or_about_another_log(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "MOST_ALARMS", 2)
    _cosign(state, ONE, 1)
    _cosign(state, TWO, 1)
    _alarm(state, 1, ONE, "fork", 1)
    _alarm(state, 1, TWO, "went_back", 1)
    for size in (2, 3, 4, 5):
        _alarm(state, 2, ONE, "went_back", size)
    _alarm(state, 3, ONE, "went_back", 2)
    _forget(state, 3)
    assert _alarms(state) == [("fork", "1"), ("went_back", "1"), ("went_back", "2"), ("went_back", "5")]


def test_where_there_is_nothing_nothing_is_forgotten(state: State) -> None:
    _forget(state, 1)
    with state.read() as connection:
        assert connection.execute(select(witness_checkpoints)).all() == []
