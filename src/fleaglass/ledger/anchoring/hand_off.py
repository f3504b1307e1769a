"""The checkpoint that goes with an escrow: who is hired keeps it, and so the hirer cannot rewrite what precedes it.

It comes from a stranger. Whether its signature is good is asked when it is needed, by who has that log's vkey; here it
only has to be a checkpoint, and small.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.notes import append_note
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.note import Note

__all__ = ["Foreign", "incoming", "keep_foreign", "outgoing"]

_MOST_BYTES: Final = 1_024
_MOST_FILES: Final = 1_000
"""So many logs of others are kept. Each costs whoever wants to fill the disk an escrow."""
_MOST_KEPT_BYTES: Final = 1 << 20
"""Of each: some 4,000 checkpoints."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A checkpoint of somebody else's log, as it came."""

    checkpoint: Checkpoint
    note: bytes


def outgoing(note: bytes) -> str:
    """What to put into an escrow's metadata: the checkpoint as text, some 200 bytes, signed by its log alone.

    Empty for an empty log. Raises `TreeError` for bytes that are no checkpoint.
    """
    if not note:
        return ""
    parsed = Note.parse(note)
    origin = Checkpoint.parse(parsed.text).origin
    return Note(parsed.text, tuple(each for each in parsed.signatures if each.name == origin)).encode().decode()


def incoming(text: object) -> Foreign | None:
    """What the other side put there; None if it is no checkpoint, or larger than one is."""
    if not isinstance(text, str) or len(text) > _MOST_BYTES:
        return None
    try:
        note = text.encode()
        return Foreign(Checkpoint.parse(Note.parse(note).text), note)
    except (TreeError, UnicodeEncodeError):
        return None


def keep_foreign(layout: Layout, foreign: Foreign) -> Path | None:
    """Keep it among what this agent's log knows of others. Raises ``OSError``.

    Returns:
        The file with all of that log's; None if there are too many already, of logs or of this one's.
    """
    folder = layout.foreign_anchors
    folder.mkdir(0o700, exist_ok=True)
    path = folder / sha256(foreign.checkpoint.origin.encode()).hexdigest()[:16]
    if not path.exists() and sum(1 for _ in folder.iterdir()) >= _MOST_FILES:
        return None
    held = path.read_bytes() if path.exists() else b""
    if foreign.note in held:  # of several escrows each is read again and again, also by later processes
        return path
    if len(held) >= _MOST_KEPT_BYTES:
        return None
    append_note(path, foreign.note)
    return path
