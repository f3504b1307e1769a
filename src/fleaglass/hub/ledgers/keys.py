"""Whose signature a log's checkpoint must have: the public keys that the hub was given, by the log's origin.

Without one, that the entries lead to the root that the checkpoint names can be checked, and that the log's own key has
signed that root cannot. Whoever may write the files could then have changed both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.note import Note, Verifier

__all__ = ["Keys"]


@dataclass(frozen=True, slots=True)
class _Unchecked:
    """A key that nobody here has, and whose signature is let pass."""

    name: str
    key_id: bytes

    def verifies(self, text: bytes, signature: bytes) -> bool:
        return True


class Keys:
    """The keys that are known; several of one name after a rotation."""

    def __init__(self, known: Iterable[Ed25519Verifier] = ()) -> None:
        self._known = tuple(known)

    def of(self, note: bytes) -> tuple[Sequence[Verifier], bool]:
        """By whom a checkpoint must be signed, and whether such signatures can be checked. Raises `TreeError`."""
        parsed = Note.parse(note)
        origin = Checkpoint.parse(parsed.text).origin
        if known := [key for key in self._known if key.name == origin]:
            return known, True
        return [_Unchecked(each.name, each.key_id) for each in parsed.signatures if each.name == origin], False
