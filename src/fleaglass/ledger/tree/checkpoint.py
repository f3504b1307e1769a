"""Checkpoints, by C2SP's tlog-checkpoint: how many entries a log has, and the root of their tree, as a note's text.

::

    fleaglass.ledger/vol-arb-1                       origin: which log; also the name of its key
    300                                              size
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root

C2SP allows lines of extensions after these; a Fleaglass log has none, and none are accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleaglass.ledger.tree._text import decode_base64, decode_number, encode_base64
from fleaglass.ledger.tree.errors import CheckpointError, NoteError
from fleaglass.ledger.tree.merkle import HASH_BYTES
from fleaglass.ledger.tree.note import Opened, Verifier, open_note

__all__ = ["Checkpoint", "Signed", "open_checkpoint"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself.

    Attributes:
        origin: which log.
        size: how many entries it has.
        root: of their tree; 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """From the text of a note. Raises `CheckpointError`."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError:
            raise CheckpointError("the checkpoint is not UTF-8") from None
        if len(lines) != 4 or lines[3]:
            raise CheckpointError(f"a checkpoint has three lines, origin, size and root; this has {len(lines) - 1}")
        origin, size_text, root_text, _ = lines
        size, root = decode_number(size_text), decode_base64(root_text)
        if not origin:
            raise CheckpointError("the checkpoint does not say of which log it is")
        if size is None:
            raise CheckpointError(f"the checkpoint's size is {size_text!r}, which is no plain number of entries")
        if root is None or len(root) != HASH_BYTES:
            raise CheckpointError(f"the checkpoint's root is {root_text!r}, which is not base64 of {HASH_BYTES} bytes")
        return cls(origin, size, root)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that its log has signed.

    Attributes:
        checkpoint: what it says.
        opened: the note that it came in, with the known keys that signed it.
    """

    checkpoint: Checkpoint
    opened: Opened


def open_checkpoint(data: bytes, keys: Sequence[Verifier], witnesses: Iterable[Verifier] = ()) -> Signed:
    """A checkpoint of a log, from a note.

    Args:
        data: the note.
        keys: the log's, pinned out of band; one, or more after a rotation. Their name is the origin.
        witnesses: other keys that are known; a false signature of one makes the note false.

    Raises:
        NoteError: if the note cannot be read, has a false signature, or the log has not signed it.
        CheckpointError: if its text is no checkpoint, or is that of another log.
    """
    opened = open_note(data, [*keys, *witnesses])
    by_log = [key for key in opened.signed_by if key in keys]
    if not by_log:
        raise NoteError("the log itself has not signed this checkpoint; only witnesses have")
    checkpoint = Checkpoint.parse(opened.note.text)
    if all(key.name != checkpoint.origin for key in by_log):
        raise CheckpointError(f"the checkpoint is of the log {checkpoint.origin!r}, and the key of {by_log[0].name!r}")
    return Signed(checkpoint, opened)
