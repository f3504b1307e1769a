"""Where a ledger meets the world: the disk, the clock, chance, and whoever holds the key."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fleaglass.ledger.storage.system import System
from fleaglass.ledger.tree.note import Signer

__all__ = ["Seams"]


@dataclass(frozen=True)
class Seams:
    """Where a ledger meets the world.

    Attributes:
        system: the disk.
        random: gives so many random bytes.
        wall_ns: now, in Unix nanoseconds; for what the ledger itself has to say.
        mono_ns: the same by a clock that never goes back.
        say: is told in a sentence what somebody should know.
        signer: signs checkpoints instead of a key in a file. Its name is the log's origin.
        commit_within_s: an entry is on the disk so long after it was written, if nobody waits for it.
        checkpoint_within_s: and under a checkpoint so long after.
    """

    system: System = field(default_factory=System)
    random: Callable[[int], bytes] = os.urandom
    wall_ns: Callable[[], int] = time.time_ns
    mono_ns: Callable[[], int] = time.monotonic_ns
    say: Callable[[str], None] = lambda _: None
    signer: Signer | None = None
    commit_within_s: float = 0.1
    checkpoint_within_s: float = 1.0
