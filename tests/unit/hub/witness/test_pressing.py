"""Which alarms of the hub as a witness somebody should look at now."""

from __future__ import annotations

from itertools import count

from fleaglass.hub.state import State
from fleaglass.hub.witness.pressing import Pressing, pressing
from fleaglass.hub.witness.records import SqlRecords
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.witness import Alarm, AlarmKind, Seen
from tests.support.witnessed import History

DAY = 86_400_000_000_000
LOGS = [History.of("abcdefgh", Ed25519Signer(f"fleaglass.ledger/{name}", b"k" * 32)) for name in ("one", "two")]


def _keep(state: State, at_ns: int, log: History, kind: AlarmKind, size: int) -> None:
    with state.write() as connection:
        records = SqlRecords(connection, lambda: at_ns)
        records.trust(log.key.public, None)
        note = log.note(size).decode()
        records.alarm(Alarm(kind, log.key.name, "held", note, log.checkpoint(size)))


def _pressing(state: State, now_ns: int) -> list[Pressing]:
    with state.read() as connection:
        return pressing(connection, now_ns)


def test_a_fork_presses_as_long_as_it_is_kept_and_the_others_for_a_day_after_they_were_last_seen(state: State) -> None:
    one, two = LOGS
    for at_ns, log, kind, size in ((1, one, "went_back", 2), (5, one, "went_back", 3), (7, two, "fork", 3)):
        _keep(state, at_ns, log, kind, size)  # type: ignore[arg-type]
    fork = Pressing(two.key.name, "fork", 7)
    assert _pressing(state, 8) == [fork, Pressing(one.key.name, "went_back", 1)]
    assert _pressing(state, 4 + DAY) == [fork, Pressing(one.key.name, "went_back", 5)]
    assert _pressing(state, 300 * DAY) == [fork]


def test_an_alarm_that_was_explained_does_not_press(state: State) -> None:
    log, times = LOGS[0], count(1)
    _keep(state, next(times), log, "unproved", 5)
    with state.write() as connection:
        records = SqlRecords(connection, times.__next__)
        assert records.advance(None, Seen(log.checkpoint(5), log.note(5)))
    assert _pressing(state, 9) == []
