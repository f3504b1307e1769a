"""What goes into a log, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from fleaglass.ledger.entry import Kind
from fleaglass.ledger.storage.commit import Committer, Durable
from fleaglass.ledger.tree.merkle import leaf_hash

__all__ = ["Draft", "Receipt"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said: an `Entry` before the log has given it an index, an id and commitments."""

    kind: Kind
    t: str
    mono: str
    agent: str
    ref: str = ""
    op: str = ""
    trace: str = ""
    span: str = ""
    parent: str = ""
    strategy: str = ""
    release: str = ""
    environment: str = ""
    attributes: Mapping[str, str] = {}


class Receipt(msgspec.Struct, frozen=True, dict=True):
    """An entry was written.

    Attributes:
        index: in the log.
        id: of the entry; what an outcome says it answers.
        raw: its bytes.
        committer: brings it to the disk.
    """

    index: int
    id: str
    raw: bytes
    committer: Committer

    @cached_property
    def leaf_hash(self) -> bytes:
        """Of its bytes, as the tree has it."""
        return leaf_hash(self.raw)

    @cached_property
    def durable(self) -> Durable:
        """Done when it is on the disk: a ``concurrent.futures.Future`` that tasks may also await.

        Raises `LedgerWriteError`.
        """
        return self.committer.durable(self.index)
