"""The messages that wait, in `notifications`: at most one for each group, which says what is true now.

    put ─▶ waiting ─▶ begun ─▶ sent                     its receiver took it
              ▲          └───▶ waiting, later           it could not be reached: again after a while (sender.py)
              └── resend ────▶ dead                     it was refused, or a day has passed: a person may send it again
           └─▶ dropped                                  not true any more, and nobody had been told

While it waits, what has changed replaces what it says; what came and went unheard is gathered in one message for its
receiver, `passed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from fleaglass.hub.alerting.notify.groups import Action, Told
from fleaglass.hub.alerting.notify.rows import incident_rows, read_group, tell_group
from fleaglass.hub.alerting.tables import incident_activity, notifications

__all__ = [
    "GIVE_UP_NS",
    "Note",
    "begin",
    "drop",
    "due",
    "failures",
    "finish",
    "note",
    "pass_on",
    "postpone",
    "put",
    "revive",
    "waiting",
]

GIVE_UP_NS: Final = 24 * 3600 * 1_000_000_000
"""How long a message is tried."""


@dataclass(frozen=True, slots=True)
class Note:
    """One row of `notifications`. `id` is None until it is kept."""

    id: int | None
    key: str
    receiver: str
    action: Action
    firing: tuple[int, ...]
    resolved: tuple[int, ...]
    attempts: int = 0
    next_ns: int = 0
    created_ns: int = 0

    @property
    def delivery(self) -> str:
        """The same for each attempt, so that a receiver knows what it has already."""
        return f"{self.key[:16]}-{self.id}"

    @property
    def all(self) -> tuple[int, ...]:
        """Every incident that it names."""
        return tuple(sorted({*self.firing, *self.resolved}))


_COLUMNS: Final = [notifications.c[name] for name in Note.__dataclass_fields__]
_UNTRIED: Final = {"status": "waiting", "attempts": 0}
_WAITING: Final = (notifications.c.status == "waiting") & ~notifications.c.is_test


def waiting(connection: Connection) -> dict[str, Note]:
    """What waits, by the key of its group."""
    return {note.key: note for note in _notes(connection, _WAITING)}


def due(connection: Connection, now_ns: int) -> dict[str, list[Note]]:
    """What is to be sent now, for each receiver: what was tried least comes first, and what has passed last.

    So a message at which its receiver always fails holds up no other.
    """
    found: dict[str, list[Note]] = {}
    for note in sorted(_notes(connection, _WAITING & (notifications.c.next_ns <= now_ns)), key=_order):
        found.setdefault(note.receiver, []).append(note)
    return found


def note(connection: Connection, id: int) -> Note:
    """The one with this number, which there must be."""
    return _notes(connection, notifications.c.id == id)[0]


def put(connection: Connection, note: Note, now_ns: int) -> None:
    """Keep what there is to say; of a kept one, what it says now."""
    said = {"action": note.action, "firing": list(note.firing), "resolved": list(note.resolved)}
    if note.id is not None:
        _change(connection, note, said)
        return
    new = {"key": note.key, "receiver": note.receiver, "is_test": False, "created_ns": now_ns, **_UNTRIED}
    connection.execute(insert(notifications).values(**new, **said, next_ns=note.next_ns or now_ns))


def drop(connection: Connection, note: Note, now_ns: int) -> None:
    """It is not true any more."""
    _change(connection, note, {"status": "dropped", "done_ns": now_ns, "problem": "no longer true"})


def pass_on(connection: Connection, receiver: str, ids: Iterable[int], now_ns: int) -> None:
    """These came and went before the receiver could be told; the message that names them goes out after all others."""
    key = hashlib.sha256(f"passed {receiver}".encode()).hexdigest()
    known = waiting(connection).get(key)
    if known is None:
        query = select(func.max(notifications.c.next_ns)).where(_WAITING, notifications.c.receiver == receiver)
        known = Note(None, key, receiver, "passed", (), (), next_ns=connection.execute(query).scalar() or now_ns)
    put(connection, replace(known, resolved=tuple(sorted({*known.resolved, *ids}))), now_ns)
    _log(connection, ids, now_ns, "not_told", f"{receiver}: it was over before the receiver could be told")


def begin(connection: Connection, note: Note) -> None:
    """An attempt begins: from now on the receiver may have it, whatever happens to this process."""
    _change(connection, note, {"attempts": note.attempts + 1})


def finish(
    connection: Connection, note: Note, now_ns: int, escalated: Set[int] = frozenset(), refused: str | None = None
) -> None:
    """It was taken, or never will be: `refused` says why. Either way its group goes on from there.

    `escalated`: of which incidents it said so.

    One that is taken shows that the receiver can be reached, and brings forward what else waits for it.
    """
    status = "sent" if refused is None else "dead"
    _change(connection, note, {"status": status, "done_ns": now_ns, "problem": refused})
    group = read_group(connection, note.key)
    told = group.told if group else Told()
    if group is not None:
        tell_group(connection, note.key, told.after(note.action, frozenset(note.firing), now_ns, escalated))
    news = {*note.resolved, *set(note.firing) - told.firing, *escalated - told.escalated}
    if note.action == "acknowledge":
        news = set(note.firing)
    if refused is not None:
        _log(connection, news, now_ns, "not_told", f"{note.receiver}: {refused}")
        return
    _log(connection, news, now_ns, "told", f"{note.receiver}: {note.action}")
    _change_all(connection, note.receiver, {"next_ns": now_ns})


def failures(connection: Connection, receiver: str) -> int:
    """How many attempts have been made of what waits for a receiver."""
    query = select(func.sum(notifications.c.attempts)).where(_WAITING, notifications.c.receiver == receiver)
    return connection.execute(query).scalar() or 0


def postpone(connection: Connection, note: Note, until_ns: int, problem: str) -> None:
    """The receiver could not be reached: everything that waits for it is tried later."""
    _change(connection, note, {"problem": problem})
    _change_all(connection, note.receiver, {"next_ns": until_ns})


def revive(connection: Connection, note: Note, now_ns: int) -> None:
    """A dead one waits again, for another day. Those that it told of and that are open count as untold."""
    still_open = {row["id"] for row in incident_rows(connection, note.firing) if row["status"] == "open"}
    group = read_group(connection, note.key)
    if group is not None:
        told = group.told
        firing, escalated = told.firing - still_open, told.escalated - still_open
        told = replace(told, firing=firing, escalated=escalated, is_acknowledged=False)
        tell_group(connection, note.key, told)
    if not still_open:
        note = replace(note, action="resolve" if note.firing else note.action, firing=(), resolved=note.all)
    put(connection, note, now_ns)
    _change(connection, note, {**_UNTRIED, "next_ns": now_ns, "created_ns": now_ns, "done_ns": None, "problem": None})


def _order(note: Note) -> tuple[bool, int, int]:
    return note.action == "passed", note.attempts, note.id or 0


def _notes(connection: Connection, which: Any) -> list[Note]:
    rows = connection.execute(select(*_COLUMNS).where(which)).mappings()
    return [Note(**{**row, "firing": tuple(row["firing"]), "resolved": tuple(row["resolved"])}) for row in rows]


def _change(connection: Connection, note: Note, values: Mapping[str, Any]) -> None:
    connection.execute(update(notifications).where(notifications.c.id == note.id).values(**values))


def _change_all(connection: Connection, receiver: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(notifications).where(_WAITING, notifications.c.receiver == receiver).values(**values))


def _log(connection: Connection, ids: Iterable[int], now_ns: int, kind: str, text: str) -> None:
    rows = [{"incident": each, "at_ns": now_ns, "kind": kind, "actor": None, "text": text} for each in sorted(set(ids))]
    if rows:
        connection.execute(insert(incident_activity), rows)
