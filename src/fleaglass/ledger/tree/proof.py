"""A proof in one file, by C2SP's tlog-proof: that an entry is in a log, for who has only the log's public key.

::

    c2sp.org/tlog-proof@v1
    extra <base64>              ours: the entry itself. Nothing vouches for it until its hash has led to the root
    index 42
    <base64 of a hash>…         from the entry's sibling upward
                                an empty line
    <the checkpoint>            as the log and its witnesses signed it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass.ledger.tree._text import decode_base64, decode_number, encode_base64
from fleaglass.ledger.tree.errors import ProofError
from fleaglass.ledger.tree.merkle import HASH_BYTES

__all__ = ["MOST_HASHES", "SUFFIX", "TlogProof"]

SUFFIX: Final = ".tlog-proof"
MOST_HASHES: Final = 63
_FIRST: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """What the file says.

    Attributes:
        index: of the entry.
        hashes: the inclusion proof.
        checkpoint: the note, byte for byte.
        extra: the entry; empty if it is not there.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """The bytes of the file."""
        lines = [_FIRST]
        if self.extra:
            lines.append(_EXTRA + encode_base64(self.extra))
        lines.append(f"{_INDEX}{self.index}")
        lines += map(encode_base64, self.hashes)
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """From the bytes of a file. Raises `ProofError`; the checkpoint is not looked at."""
        head, blank, checkpoint = data.partition(b"\n\n")
        if not blank:
            raise ProofError("the proof has no empty line before its checkpoint")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise ProofError("the proof is not ASCII before its checkpoint") from None
        if first != _FIRST:
            raise ProofError(f"the file does not begin with {_FIRST}")
        extra = b""
        if lines and lines[0].startswith(_EXTRA):
            extra = _decoded(lines.pop(0).removeprefix(_EXTRA), "extra")
        if not lines or not lines[0].startswith(_INDEX):
            raise ProofError("the proof does not say of which index it is")
        index = decode_number(lines[0].removeprefix(_INDEX))
        if index is None:
            raise ProofError(f"{lines[0]!r} is not an index")
        if len(lines) - 1 > MOST_HASHES:
            raise ProofError(f"{len(lines) - 1} hashes are above the {MOST_HASHES} that a proof can have")
        hashes = tuple(_decoded(line, "a hash") for line in lines[1:])
        if any(len(each) != HASH_BYTES for each in hashes):
            raise ProofError(f"a hash is not of {HASH_BYTES} bytes")
        return cls(index, hashes, checkpoint, extra)


def _decoded(text: str, what: str) -> bytes:
    data = decode_base64(text)
    if not data:
        raise ProofError(f"{what} is not base64")
    return data
