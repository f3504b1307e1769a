"""Cosignatures, by C2SP's tlog-cosignature: somebody else saw this checkpoint, at this time, as the newest.

::

    below the note    8 bytes: seconds since 1970, big-endian · the signature
    Ed25519 signs     "cosignature/v1\\n" "time <seconds>\\n" and the note's text
    ML-DSA-44 signs   "subtree/v1\\n\\0" · name of the witness · seconds · origin · 0 · size · root
                      each name with its length in one byte before it, each number in 8 bytes

The first is what most witnesses make today. The second also holds against quantum computers; it is checked, not made.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fleaglass.ledger.tree._text import MOST_NUMBER
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import (
    ED25519_COSIGNATURE,
    ML_DSA_44_COSIGNATURE,
    VerifierKey,
    ed25519_public,
    ed25519_sign,
    ed25519_verifies,
    key_id,
)
from fleaglass.ledger.tree.note import Verifier

__all__ = ["Cosigner", "Ed25519CosignatureVerifier", "MlDsa44CosignatureVerifier", "cosigned_s", "witness_verifier"]

_SECONDS: Final = struct.Struct(">Q")
_MOST_NAME_BYTES: Final = 255


def cosigned_s(signature: bytes) -> int | None:
    """When a cosignature says that it was made, in Unix seconds; None if it says nothing that can be."""
    if len(signature) <= _SECONDS.size:
        return None
    (time_s,) = _SECONDS.unpack_from(signature)
    return time_s if 0 < time_s <= MOST_NUMBER else None


def witness_verifier(key: VerifierKey) -> Verifier:
    """Checks the cosignatures of a witness. Raises `NoteError` for a key that is not a witness's."""
    if key.kind == ED25519_COSIGNATURE:
        return Ed25519CosignatureVerifier(key.name, key.public)
    if key.kind == ML_DSA_44_COSIGNATURE:
        return MlDsa44CosignatureVerifier(key.name, key.public)
    raise NoteError(f"the key of {key.name} is a log's; a witness's is meant")


@dataclass(frozen=True)
class Cosigner:
    """A `Signer` that says when; with Ed25519.

    Attributes:
        name: of the witness.
        seed: its private key, 32 bytes; to be used for nothing else, since what is signed does not name the witness.
        clock_s: tells the time in Unix seconds.
    """

    name: str
    seed: bytes = field(repr=False)
    clock_s: Callable[[], int]

    @property
    def public(self) -> VerifierKey:
        """What others verify with."""
        return VerifierKey(self.name, ED25519_COSIGNATURE, ed25519_public(self.seed))

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return self.public.key_id

    def sign(self, text: bytes) -> bytes:
        """The time and the signature."""
        time_s = self.clock_s()
        if not 0 < time_s <= MOST_NUMBER:
            raise NoteError(f"nothing can be cosigned at the time {time_s}")
        return _SECONDS.pack(time_s) + ed25519_sign(self.seed, _ed25519_message(time_s, text))


@dataclass(frozen=True)
class Ed25519CosignatureVerifier:
    """Checks what a `Cosigner` signed."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return key_id(self.name, ED25519_COSIGNATURE, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the witness has cosigned the text, at the time that the signature tells."""
        time_s = cosigned_s(signature)
        if time_s is None:
            return False
        return ed25519_verifies(self.public, _ed25519_message(time_s, text), signature[_SECONDS.size :])


@dataclass(frozen=True)
class MlDsa44CosignatureVerifier:
    """The same for ML-DSA-44. A time of 0 is refused as well: it would not say that the checkpoint was the newest."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return key_id(self.name, ML_DSA_44_COSIGNATURE, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the witness has cosigned the text, which is a checkpoint, at the time that the signature tells.

        Raises `NoteError` where the installed cryptography cannot tell: before 47, or on a backend without ML-DSA.
        """
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        time_s = cosigned_s(signature)
        if time_s is None:
            return False
        try:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

            key = MLDSA44PublicKey.from_public_bytes(self.public)
            key.verify(signature[_SECONDS.size :], _ml_dsa_message(self.name, time_s, Checkpoint.parse(text)))
        except (ImportError, UnsupportedAlgorithm):
            raise NoteError(f"cosignatures of {self.name} need a cryptography that has ML-DSA-44") from None
        except (InvalidSignature, ValueError):
            return False
        return True


def _ed25519_message(time_s: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time_s + text


def _ml_dsa_message(name: str, time_s: int, checkpoint: Checkpoint) -> bytes:
    """What is signed. Raises `ValueError` for names that it cannot hold."""
    names = [each.encode() for each in (name, checkpoint.origin)]
    if any(len(each) > _MOST_NAME_BYTES for each in names):
        raise ValueError("the name is too long")
    witness, origin = (bytes([len(each)]) + each for each in names)
    return b"".join(
        [
            b"subtree/v1\n\0",
            witness,
            _SECONDS.pack(time_s),
            origin,
            _SECONDS.pack(0),
            _SECONDS.pack(checkpoint.size),
            checkpoint.root,
        ]
    )
