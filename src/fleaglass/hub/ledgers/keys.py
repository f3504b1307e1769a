"""Whose signature a log's checkpoint must have: the public keys that the hub was given, by the log's origin; else the
one that the hub, as its witness, has trusted.

Without one, that the entries lead to the root that the checkpoint names can be checked, and that the log's own key has
signed that root cannot. Whoever may write the files could then have changed both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
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
    """The keys that are known; several of one name after a rotation. `trusted` has more, by the log's origin."""

    def __init__(
        self, known: Iterable[Ed25519Verifier] = (), trusted: Callable[[str], VerifierKey | None] = lambda _: None
    ) -> None:
        self._known = tuple(known)
        self._trusted = trusted

    def beside(self, trusted: Callable[[str], VerifierKey | None]) -> Keys:
        """These, and for origins of which there is none here, those."""
        return Keys(self._known, trusted)

    def of(self, note: bytes) -> tuple[Sequence[Verifier], bool]:
        """By whom a checkpoint must be signed, and whether such signatures can be checked. Raises `TreeError`."""
        parsed = Note.parse(note)
        origin = Checkpoint.parse(parsed.text).origin
        if known := [key for key in self._known if key.name == origin]:
            return known, True
        if (trusted := self._trusted(origin)) is not None:
            return [Ed25519Verifier.of(trusted)], True
        return [_Unchecked(each.name, each.key_id) for each in parsed.signatures if each.name == origin], False
