"""A witness as a place, by C2SP's tlog-witness.

::

    old, proof, checkpoint ─▶ 200  a cosignature of it
                              409  it has another size: asked again, with the proof from there
                              404  it does not know the log: it is told the key, and asked again
                              403  it knows another key: it is told how the keys followed, and asked again

To be told a key (add-log) is ours: a hub and `fleaglass ledger witness` listen to it, and others say no once more.

What it has is asked for, not remembered: a first question with a wrong size gets the right one for an answer. If that
is more than the log has, or the proof does not hold, the log is not what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from fleaglass.ledger.anchoring.http import Post, Reply, post, server_of
from fleaglass.ledger.anchoring.log import AnchoredLog, NotAnchored
from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.reading import UnusableLog
from fleaglass.ledger.tree._text import decode_number
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.cosignature import witness_verifier
from fleaglass.ledger.tree.errors import NoteError, TreeError
from fleaglass.ledger.tree.keys import VerifierKey
from fleaglass.ledger.tree.note import Note, Signature, open_note
from fleaglass.ledger.witness.request import AddCheckpoint, AddLog

__all__ = ["WitnessPlace"]

_MOST_QUESTIONS: Final = 4
"""For one checkpoint: the size, a key, and the proof; another who anchors the same log may change the size once."""


@dataclass
class WitnessPlace:
    """A witness. Used by one thread at a time.

    Attributes:
        url: its submission prefix.
        key: what its cosignatures are verified with; None for a hub, which says so itself.
        headers: that let us in.
        post: how it is reached.
    """

    url: str
    key: VerifierKey | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    post: Post = post
    _old: int = 0
    """The size that it has, as far as is known here."""

    @property
    def name(self) -> str:
        """Without credentials."""
        shown = f"{server_of(self.url)}{urlsplit(self.url).path}"
        return f"{'hub' if self.key is None else 'witness'} {shown}"

    def hand(self, note: bytes, log: AnchoredLog) -> bytes:
        """Have a checkpoint cosigned; the note with the cosignatures. Raises `NotAnchored`."""
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        for _ in range(_MOST_QUESTIONS):
            if self._old > checkpoint.size:
                why = f"it has seen {self._old} entries of this log, which has {checkpoint.size}: it was rolled back"
                self._old = 0  # to be asked for again the next time
                raise NotAnchored(why, contradicts=True)
            reply = self._ask("add-checkpoint", self._question(note, checkpoint, log).encode())
            match reply.status:
                case 200:
                    self._old = checkpoint.size
                    return self._cosigned(note, reply)
                case 409 if (size := _size_in(reply)) is not None and size != self._old:
                    self._old = size
                case 404 | 403:
                    self._announce(log, _said(reply))
                case 422 | 409:
                    why = f"what it has seen of this log is not in it any more ({_said(reply)})"
                    raise NotAnchored(why, contradicts=True)
                case _:
                    raise NotAnchored(_said(reply))
        raise NotAnchored(_said(reply))

    def _question(self, note: bytes, checkpoint: Checkpoint, log: AnchoredLog) -> AddCheckpoint:
        try:
            return AddCheckpoint(self._old, tuple(log.proof(self._old, checkpoint.size)), note)
        except (TreeError, UnusableLog) as error:
            raise NotAnchored(f"no proof can be made for it: {error}") from None

    def _announce(self, log: AnchoredLog, before: str) -> None:
        """How each key of the log followed another, and the one that it has. ``before`` is what was said without."""
        try:
            told = [*log.handovers(), AddLog(VerifierKey.parse(log.vkey())).encode()]
        except (LedgerError, NoteError, OSError) as error:
            raise NotAnchored(f"the key cannot be told: {error}") from None
        replies = [self._ask("add-log", each) for each in told]
        if (last := replies[-1]).status != 200:
            raise NotAnchored(before if last.status == 404 else _said(last), contradicts=last.status == 409)

    def _ask(self, verb: str, body: bytes) -> Reply:
        try:
            return self.post(f"{self.url.rstrip('/')}/{verb}", body, self.headers)
        except OSError as error:
            raise NotAnchored(str(error)) from None

    def _cosigned(self, note: bytes, reply: Reply) -> bytes:
        try:
            lines = reply.body.decode().removesuffix("\n").split("\n")
            cosigned = Note.parse(note).with_signatures(map(Signature.parse, lines)).encode()
            if self.key is not None:
                open_note(cosigned, [witness_verifier(self.key)])
        except (NoteError, UnicodeDecodeError) as error:
            raise NotAnchored(f"its cosignature is none: {error}") from None
        return cosigned


def _size_in(reply: Reply) -> int | None:
    return decode_number(reply.body.decode("ascii", "replace").removesuffix("\n"))


def _said(reply: Reply) -> str:
    """The status, and the beginning of what it said, in one line of plain characters."""
    text = " ".join(reply.body[:300].decode("utf-8", "replace").split())
    return f"{reply.status} {''.join(filter(str.isprintable, text))}".strip()
