"""What the hub remembers as a witness, in one write transaction: what was read there is still so when it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from fleaglass.hub.state import insert
from fleaglass.hub.witness.tables import witness_alarms, witness_checkpoints, witness_logs
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import VerifierKey
from fleaglass.ledger.witness import Alarm, KnownLog, Seen

__all__ = ["MOST_LOGS", "SqlRecords", "TooManyLogs"]

MOST_LOGS: Final = 10_000
"""An agent has one, and whoever may send could announce any number."""


class TooManyLogs(Exception):
    """No further log is taken."""


@dataclass(frozen=True, slots=True)
class SqlRecords:
    """`Records` in an open write transaction. Raises StateError.

    Attributes:
        connection: the transaction's.
        now_ns: Unix nanoseconds.
        raised: the alarms that were kept.
    """

    connection: Connection
    now_ns: Callable[[], int]
    raised: list[Alarm] = field(default_factory=list)

    def log(self, origin: str) -> KnownLog | None:
        """The log of an origin."""
        row = self._row(origin)
        if row is None:
            return None
        newest = self._seen(origin, witness_checkpoints.c.log == row.id)
        return KnownLog(VerifierKey.parse(row.vkey), newest)

    def seen(self, origin: str, size: int) -> Seen | None:
        """The checkpoint of this size that was cosigned."""
        row = self._row(origin)
        table = witness_checkpoints.c
        return None if row is None else self._seen(origin, (table.log == row.id) & (table.size == size))

    def trust(self, key: VerifierKey, instead_of: VerifierKey | None) -> bool:
        """Trust a key for its origin. Raises TooManyLogs."""
        row, now_ns = self._row(key.name), self.now_ns()
        if (None if row is None else row.vkey) != (None if instead_of is None else instead_of.text):
            return False
        if row is not None:
            changed = update(witness_logs).where(witness_logs.c.id == row.id)
            self.connection.execute(changed.values(vkey=key.text, key_since_ns=now_ns))
            return True
        if self.connection.execute(select(func.count()).select_from(witness_logs)).scalar_one() >= MOST_LOGS:
            raise TooManyLogs(f"{MOST_LOGS} logs are known here, and no more are taken")
        made = {"origin": key.name, "vkey": key.text, "added_ns": now_ns, "key_since_ns": now_ns}
        self.connection.execute(witness_logs.insert().values(made))
        return True

    def advance(self, before: Seen | None, after: Seen) -> bool:
        """Remember the newest checkpoint of a log."""
        checkpoint = after.checkpoint
        row = self._row(checkpoint.origin)
        if row is None or self._seen(checkpoint.origin, witness_checkpoints.c.log == row.id) != before:
            return False
        now_ns = self.now_ns()
        kept = {"note": after.note.decode(), "last_ns": now_ns}
        facts = {"log": row.id, "size": checkpoint.size, "root": checkpoint.root.hex(), "first_ns": now_ns}
        put = insert(self.connection, witness_checkpoints).values(**facts, **kept)
        self.connection.execute(put.on_conflict_do_update(index_elements=["log", "size"], set_=kept))
        alarms = witness_alarms.c
        about = alarms.log == row.id, alarms.kind == "unproved", alarms.subject == _subject(checkpoint)
        explained = update(witness_alarms).where(*about, alarms.explained_ns.is_(None))
        self.connection.execute(explained.values(explained_ns=now_ns))
        return True

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm, or count it once more."""
        row, now_ns = self._row(alarm.origin), self.now_ns()
        assert row is not None, "alarms are about logs that are known"
        digest = sha256(alarm.shown.encode()).hexdigest()
        subject = digest if alarm.checkpoint is None else _subject(alarm.checkpoint)
        facts = {"log": row.id, "kind": alarm.kind, "subject": subject, "held": alarm.held, "shown": alarm.shown}
        times = {"times": 1, "first_ns": now_ns, "last_ns": now_ns}
        put = insert(self.connection, witness_alarms).values(**facts, **times)
        again = {"times": witness_alarms.c.times + 1, "last_ns": now_ns}
        self.connection.execute(put.on_conflict_do_update(index_elements=["log", "kind", "subject"], set_=again))
        self.raised.append(alarm)

    def _row(self, origin: str) -> Any:
        return self.connection.execute(select(witness_logs).where(witness_logs.c.origin == origin)).first()

    def _seen(self, origin: str, where: Any) -> Seen | None:
        """The largest of these."""
        query = select(witness_checkpoints).where(where).order_by(witness_checkpoints.c.size.desc()).limit(1)
        row = self.connection.execute(query).first()
        if row is None:
            return None
        return Seen(Checkpoint(origin, row.size, bytes.fromhex(row.root)), row.note.encode())


def _subject(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.size} {checkpoint.root.hex()}"
