"""What a place may want to know of the log beside its checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.keys import read_key
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.tree.merkle import consistency_proof

__all__ = ["AnchoredLog", "NotAnchored"]


class NotAnchored(Exception):
    """A place did not take a checkpoint. The message says why, in a few words.

    Attributes:
        contradicts: whether that is because what it has seen of this log is not in this log.
    """

    def __init__(self, message: str, *, contradicts: bool = False) -> None:
        super().__init__(message)
        self.contradicts = contradicts


@dataclass(frozen=True, slots=True)
class AnchoredLog:
    """A log on this disk."""

    layout: Layout

    def vkey(self) -> str:
        """Its public key, as text. Raises `LedgerKeyError`, and ``OSError`` where the private one is kept elsewhere."""
        return read_key(self.layout.key).public.text

    def proof(self, old: int, size: int) -> list[bytes]:
        """That its first ``old`` entries are the beginning of its first ``size``. Raises `TreeError`, `UnusableLog`."""
        return consistency_proof(old, size, LogFiles(self.layout.log).hashes(size)) if old else []

    def handovers(self) -> Iterator[bytes]:
        """From each key to the next, in their order: what a witness is told of it. Raises ``OSError``."""
        if self.layout.handovers.is_dir():
            for path in sorted(self.layout.handovers.iterdir()):
                yield path.read_bytes()
