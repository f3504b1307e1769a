"""Who answers as the hub's witness: its key from the data folder, and the state database.

Without its key the hub goes on with everything else, and says why it cosigns nothing. It never makes another key in
place of one that was used: cosignatures that agents hold would become worthless without a word.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from fleaglass.hub.state import State, StateError
from fleaglass.hub.witness.records import SqlRecords, TooManyLogs
from fleaglass.hub.witness.tables import witness_checkpoints
from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.witness import Alarm, Answer, KnownLog, Witness
from fleaglass.ledger.witness.judge import text_answer
from fleaglass.ledger.witness.key import cosigner_in

__all__ = ["Desk", "open_desk"]

_FOLDER: Final = "witness"
_SECOND_NS: Final = 1_000_000_000

Tell: TypeAlias = Callable[[Alarm, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Desk:
    """The witness of a hub.

    Attributes:
        state: where it remembers.
        cosigner: its key; None if there is none to be had.
        why_not: then, why.
        now_ns: Unix nanoseconds.
        tell: tells people of an alarm, at a time.
    """

    state: State
    cosigner: Cosigner | None
    why_not: str
    now_ns: Callable[[], int]
    tell: Tell

    async def answer(self, ask: Callable[[Witness, bytes], Answer], body: bytes) -> Answer:
        """What the witness says to ``body``; ``ask`` is one of its methods. Raises StateError."""
        cosigner = self.cosigner
        if cosigner is None:
            return text_answer(503, f"this hub cosigns nothing: {self.why_not}")

        def answered(connection: Connection) -> tuple[Answer, list[Alarm]]:
            records = SqlRecords(connection, self.now_ns)
            try:
                return ask(Witness(records, cosigner), body), records.raised
            except TooManyLogs as error:
                return text_answer(403, str(error)), []

        answer, alarms = await self.state.writing(answered)
        for alarm in alarms:
            await self.tell(alarm, self.now_ns())
        return answer

    def known(self, origin: str) -> KnownLog | None:
        """The key that is trusted for a log, and what was cosigned of it; None if it is not known. Waits for the disk.

        Raises OSError where the state database does not answer: a log is not judged by half of what is known of it.
        """
        try:
            with self.state.read() as connection:
                return SqlRecords(connection, self.now_ns).log(origin)
        except StateError as error:
            raise OSError(f"the state database does not answer: {error}") from None


def open_desk(data: Path, state: State, now_ns: Callable[[], int], tell: Tell) -> Desk:
    """The witness of a hub whose folder is ``data``. Raises StateError."""
    with state.read() as connection:
        has_cosigned = connection.execute(select(witness_checkpoints.c.log).limit(1)).first() is not None
    try:
        cosigner = cosigner_in(
            data / _FOLDER,
            has_cosigned=has_cosigned,
            random=os.urandom,
            clock_s=lambda: now_ns() // _SECOND_NS,
        )
    except (LedgerError, OSError) as error:
        return Desk(state, None, str(error), now_ns, tell)
    return Desk(state, cosigner, "", now_ns, tell)
