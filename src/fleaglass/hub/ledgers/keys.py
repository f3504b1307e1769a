"""Whose signature a log's checkpoint must have: the public keys that the hub was given, by the log's origin; else the
one that the hub, as its witness, has trusted. And what the hub itself has cosigned of the log.

Without a key, that the entries lead to the root that the checkpoint names can be checked, and that the log's own key
has signed that root cannot. Whoever may write the files could then have changed both. So a log is not taken at its word
either when it has another name than the folder that it lies in, and the hub has a key of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import CheckpointError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.note import Note, Verifier
from fleaglass.ledger.witness import KnownLog

__all__ = ["Held", "Keys", "Witnessed"]

_ORIGIN: Final = "fleaglass.ledger/"

Witnessed: TypeAlias = Callable[[str], KnownLog | None]
"""What the hub, as a witness, knows of the log of an origin."""


@dataclass(frozen=True, slots=True)
class _Unchecked:
    """A key that nobody here has, and whose signature is let pass."""

    name: str
    key_id: bytes

    def verifies(self, text: bytes, signature: bytes) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Held:
    """What a checkpoint is held against.

    Attributes:
        verifiers: by whom it must be signed.
        is_checked: whether such signatures can be checked.
        cosigned: the newest that the hub has cosigned of this log.
    """

    verifiers: Sequence[Verifier]
    is_checked: bool
    cosigned: Checkpoint | None = None


class Keys:
    """The keys that are known; several of one name after a rotation. `witnessed` has more, by the log's origin."""

    def __init__(self, known: Iterable[Ed25519Verifier] = (), witnessed: Witnessed = lambda _: None) -> None:
        self._known = tuple(known)
        self._witnessed = witnessed

    def beside(self, witnessed: Witnessed) -> Keys:
        """These, and for origins of which there is none here, those of a witness."""
        return Keys(self._known, witnessed)

    def of(self, note: bytes, place: Place) -> Held:
        """What the checkpoint of a log is held against. Raises `TreeError`."""
        parsed = Note.parse(note)
        origin = Checkpoint.parse(parsed.text).origin
        known, cosigned = self._for(origin)
        if known:
            return Held(known, True, cosigned)
        if self._for(usual := f"{_ORIGIN}{place.title}")[0]:
            raise CheckpointError(f"the log calls itself {origin}, and this is the folder of {usual}")
        return Held([_Unchecked(each.name, each.key_id) for each in parsed.signatures if each.name == origin], False)

    def _for(self, origin: str) -> tuple[list[Ed25519Verifier], Checkpoint | None]:
        """The keys of an origin, and what was cosigned of a log with such a key."""
        known = [key for key in self._known if key.name == origin]
        seen = self._witnessed(origin)
        if seen is None:
            return known, None
        trusted = Ed25519Verifier.of(seen.key)
        if known and trusted not in known:
            return known, None  # who announced it first had another key than the one that the hub was given
        return known or [trusted], seen.newest.checkpoint if seen.newest else None
