"""What a witness is asked.

::

    old 300                          add-checkpoint, as tlog-witness has it: size of the checkpoint that it has
    PlRNCrwHpqhGrupue0L7gx…          hashes of the proof that those are the beginning of these; none if old is 0
                                     an empty line
    <the checkpoint>                 as the log signed it

    <vkey>                           add-log, which is ours: a log's public key
                                     after a rotation: an empty line,
    <a checkpoint>                   and the one that the key before has signed together with this one
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass.ledger.tree._text import decode_base64, decode_number, encode_base64
from fleaglass.ledger.tree.errors import NoteError, TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.merkle import HASH_BYTES
from fleaglass.ledger.tree.proof import MOST_HASHES

__all__ = ["MOST_BYTES", "AddCheckpoint", "AddLog", "RequestError"]

MOST_BYTES: Final = 64 * 1024
"""Of a body. The longest proof and 100 signatures take 15,000."""

_MOST_VKEY_BYTES: Final = 400
"""Some 60 of them are not the name. tlog-cosignature has at most 255 bytes for that."""

_OLD: Final = "old "


class RequestError(TreeError):
    """The body is not what a witness is asked."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The body of add-checkpoint.

    Attributes:
        old: the size of the checkpoint that the witness has; 0 if none.
        proof: that those entries are the beginning of the checkpoint's.
        note: the checkpoint, byte for byte.
    """

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The bytes."""
        head = [f"{_OLD}{self.old}", *map(encode_base64, self.proof)]
        return "\n".join(head).encode() + b"\n\n" + self.note

    @classmethod
    def parse(cls, data: bytes) -> AddCheckpoint:
        """From the bytes. Raises `RequestError`; the checkpoint is not looked at."""
        head, blank, note = _bounded(data).partition(b"\n\n")
        if not blank:
            raise RequestError("there is no empty line before the checkpoint")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise RequestError("what precedes the checkpoint is not ASCII") from None
        old = decode_number(first.removeprefix(_OLD)) if first.startswith(_OLD) else None
        if old is None:
            raise RequestError("the first line is not `old` and a number of entries")
        if len(lines) > MOST_HASHES:
            raise RequestError(f"{len(lines)} hashes are above the {MOST_HASHES} that a proof can have")
        proof = tuple(map(decode_base64, lines))
        hashes = tuple(each for each in proof if each is not None and len(each) == HASH_BYTES)
        if len(hashes) != len(lines):
            raise RequestError(f"a line of the proof is not base64 of {HASH_BYTES} bytes")
        return cls(old, hashes, note)


@dataclass(frozen=True, slots=True)
class AddLog:
    """The body of add-log.

    Attributes:
        key: of the log; its name is the origin.
        note: a checkpoint that the key before has signed beside it; empty for a log's first key.
    """

    key: VerifierKey
    note: bytes = b""

    def encode(self) -> bytes:
        """The bytes."""
        return self.key.text.encode() + b"\n" + (b"\n" + self.note if self.note else b"")

    @classmethod
    def parse(cls, data: bytes) -> AddLog:
        """From the bytes. Raises `RequestError`; the checkpoint is not looked at."""
        line, _, rest = _bounded(data).partition(b"\n")
        try:
            key = VerifierKey.parse(line.decode())
            Ed25519Verifier.of(key)
        except (NoteError, UnicodeDecodeError) as error:
            raise RequestError(f"the first line is no log's public key: {error}") from None
        if len(line) > _MOST_VKEY_BYTES:
            raise RequestError(f"the key has {len(line)} bytes, above the {_MOST_VKEY_BYTES} that are read")
        if rest and not rest.startswith(b"\n"):
            raise RequestError("there is no empty line after the key")
        return cls(key, rest[1:])


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise RequestError(f"{len(data)} bytes are above the {MOST_BYTES} that are read")
    return data
