"""What a log's own machine has beside the served files: entries that were written, and are in no tile yet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.prove import size_in
from fleaglass.ledger.reading import CHECKPOINT, LogFiles, UnusableLog
from fleaglass.ledger.storage.wal import replay
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["is_unsigned", "tail_of"]

_TRIES: Final = 5
"""A segment goes when all of it is in tiles: perhaps between its being listed and being read."""


def tail_of(files: LogFiles, findings: Findings) -> list[tuple[int, bytes]]:
    """Index and bytes of each entry in the write-ahead log; none if there is no such log.

    To be read before the checkpoint: what a writer folds meanwhile is then in both, and nothing is in neither.
    Raises `UnusableLog` if it cannot be read.
    """
    state = files.home / "state"
    if not os.path.isdir(state):
        return []
    for _ in range(_TRIES):
        folded = _size(files)
        try:
            return [(record.seq, record.entry) for record in replay(state, folded).records]
        except FileNotFoundError:
            continue
        except PermissionError:
            return []  # who may only read what is served verifies that
        except LedgerDamaged as error:
            if _size(files) == folded:
                findings.add(None, "state", str(error))
                return []
        except OSError as error:
            raise UnusableLog(f"{state} cannot be read: {error.strerror}") from None
    raise UnusableLog(f"{state} changes faster than it can be read; try again")


def is_unsigned(files: LogFiles, tail: Sequence[tuple[int, bytes]]) -> bool:
    """Whether a log has all of its entries in its tail: its agent was killed in its first second.

    Raises `UnusableLog` if it has been signed, and its checkpoint is gone.
    """
    if files.find_checkpoint() is not None or not tail:
        return False
    if tail[0][0] or os.path.exists(files.home / "state/last-signed"):
        raise UnusableLog(
            f"{files.folder / CHECKPOINT} is missing, and this log has been signed: if the agent was killed before it "
            "was shown, the agent shows it when it starts again"
        )
    return True


def _size(files: LogFiles) -> int:
    """What the checkpoint says; whether it is to be believed is found out later."""
    note = files.find_checkpoint()
    try:
        return 0 if note is None else size_in(note)
    except TreeError:
        return 0
