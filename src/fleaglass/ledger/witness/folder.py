"""What a witness of its own remembers, in a folder; for one process and one thread at a time.

::

    <folder>/lock                    held by the witness that runs
             key                     its own, private
             <hash of an origin>/    vkey          the log's key, its name being the origin
                                     checkpoints   all that were cosigned, as `verify --anchor` reads them
                                     alarms        a line of JSON each
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.lines import Lines
from fleaglass.ledger.storage.notes import append_note, newest_note, notes_in
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import VerifierKey
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.witness.records import Alarm, KnownLog, Seen

__all__ = ["FolderRecords"]

_MOST_ALARM_BYTES: Final = 1 << 20
"""Of one log: some thousand alarms."""


@dataclass(frozen=True, slots=True)
class FolderRecords:
    """`Records` in files. Raises ``OSError``, `LedgerWriteError`.

    Attributes:
        folder: where they are.
        files: for writing them.
    """

    folder: Path
    files: Files

    @property
    def has_cosigned(self) -> bool:
        """Whether there is a cosignature of this witness."""
        return any(self.folder.glob("*/checkpoints"))

    def log(self, origin: str) -> KnownLog | None:
        """The log of an origin."""
        try:
            key = VerifierKey.parse((self._of(origin) / "vkey").read_text().removesuffix("\n"))
        except FileNotFoundError:
            return None
        note = newest_note(self._of(origin) / "checkpoints")
        return KnownLog(key, _seen(note) if note else None)

    def seen(self, origin: str, size: int) -> Seen | None:
        """The checkpoint of this size that was cosigned."""
        try:
            notes = notes_in((self._of(origin) / "checkpoints").read_bytes())
        except FileNotFoundError:
            return None
        return next((seen for seen in map(_seen, notes) if seen.checkpoint.size == size), None)

    def trust(self, key: VerifierKey, instead_of: VerifierKey | None) -> bool:
        """Trust a key for its origin."""
        known = self.log(key.name)
        if (None if known is None else known.key) != instead_of:
            return False
        folder = self._of(key.name)
        self.files.make_folder(folder)
        self.files.put({folder / "vkey": f"{key.text}\n".encode()})
        return True

    def advance(self, before: Seen | None, after: Seen) -> bool:
        """Remember the newest checkpoint of a log."""
        known = self.log(after.checkpoint.origin)
        if known is None or known.newest != before:
            return False
        append_note(self._of(after.checkpoint.origin) / "checkpoints", after.note)
        return True

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm, once; of those that anybody can cause, not more than there is room for."""
        said = {"kind": alarm.kind, "origin": alarm.origin, "held": alarm.held, "shown": alarm.shown}
        line, lines = msgspec.json.encode(said) + b"\n", Lines(self.files, self._of(alarm.origin) / "alarms")
        kept = lines.read()
        if line not in kept and len(kept) < _MOST_ALARM_BYTES:
            lines.add(line)

    def _of(self, origin: str) -> Path:
        return self.folder / sha256(origin.encode()).hexdigest()[:16]


def _seen(note: bytes) -> Seen:
    return Seen(Checkpoint.parse(Note.parse(note).text), note)
