"""What goes into a log, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from fleaglass.ledger.entry import Kind
from fleaglass.ledger.storage.commit import Durable

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


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry was written.

    Attributes:
        index: in the log.
        id: of the entry; what an outcome says it answers.
        leaf_hash: of its bytes, as the tree has it.
        durable: done when it is on the disk: a ``concurrent.futures.Future`` that tasks may also await. Raises
            `LedgerWriteError`.
    """

    index: int
    id: str
    leaf_hash: bytes
    durable: Durable
