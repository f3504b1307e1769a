"""A witness, by C2SP's tlog-witness: it signs each checkpoint of a log only if all that it signed before is in it.

::

    POST add-checkpoint    request ─▶ judge ─▶ cosigned ─▶ kept ─▶ answer        ours to sign, or why not
    POST add-log           announcement ─▶ a key for an origin that nobody knew, or the key after a rotation
                              judge ─▶ alarm, with both checkpoints, when a log shows two histories

    request        the two bodies, read and written
    records        what a witness has to remember, and the seam to where it does
    judge          pure: what was asked beside what is remembered
    witness        the two together: nothing is answered before it is kept
    key            the witness's own

A witness keeps one key for each origin that it trusts. Who has none for an origin answers 404. ours then takes the
first key that is announced for it, and from then on no other, unless the key before has signed beside it.
"""

from __future__ import annotations

from fleaglass.ledger.witness.judge import Answer
from fleaglass.ledger.witness.records import Alarm, AlarmKind, KnownLog, Records, Seen
from fleaglass.ledger.witness.request import AddCheckpoint, AddLog, RequestError
from fleaglass.ledger.witness.witness import Witness

__all__ = [
    "AddCheckpoint",
    "AddLog",
    "Alarm",
    "AlarmKind",
    "Answer",
    "KnownLog",
    "Records",
    "RequestError",
    "Seen",
    "Witness",
]
