"""What a witness has to remember, and the seam to where it does: a database, or a folder of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import VerifierKey

__all__ = ["Alarm", "AlarmKind", "KnownLog", "Records", "Seen"]

AlarmKind: TypeAlias = Literal["fork", "went_back", "unproved", "other_key"]
"""What is not as it should be.

``fork``: the log has signed two checkpoints of one size with different roots; the two are proof of it.
``went_back``: it shows a state before the newest, which was never seen: it was restored or cut, or came late.
``unproved``: it could not show that what it had is in what it has.
``other_key``: a key was announced for an origin that has one, and that one has not signed beside it.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that was cosigned.

    Attributes:
        checkpoint: what it says.
        note: the note, with the signatures that were verified and our own.
    """

    checkpoint: Checkpoint
    note: bytes


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that is trusted to sign for its origin.

    Attributes:
        key: its public key.
        newest: the checkpoint that was cosigned last.
    """

    key: VerifierKey
    newest: Seen | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was seen, with the evidence.

    Attributes:
        kind: what is wrong.
        origin: the log.
        held: what the witness has: a note, or a vkey.
        shown: what it was shown instead: the same.
        checkpoint: what ``shown`` says; None if it is a key.
    """

    kind: AlarmKind
    origin: str
    held: str
    shown: str
    checkpoint: Checkpoint | None = None


class Records(Protocol):
    """Where it is remembered. What a method has done is on the disk when it returns."""

    def log(self, origin: str) -> KnownLog | None:
        """The log of an origin."""

    def seen(self, origin: str, size: int) -> Seen | None:
        """The checkpoint of this size that was cosigned."""

    def trust(self, key: VerifierKey, instead_of: VerifierKey | None) -> bool:
        """Trust a key for the origin that is its name. False, and nothing is done, unless the one before is this."""

    def advance(self, before: Seen | None, after: Seen) -> bool:
        """Remember the newest checkpoint of a log. False, and nothing is done, unless the newest is ``before``.

        Alarms that were about this checkpoint's not having been proved are over.
        """

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm; one that is kept already is counted."""
