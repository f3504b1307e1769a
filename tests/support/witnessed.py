"""A log in memory that is witnessed, and a witness that remembers in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.tree.keys import Ed25519Signer, VerifierKey
from fleaglass.ledger.tree.merkle import consistency_proof, leaf_hash, root_of
from fleaglass.ledger.tree.note import Signer, sign
from fleaglass.ledger.witness import AddCheckpoint, AddLog, Alarm, KnownLog, Seen, Witness

__all__ = ["COSIGNER", "ORIGIN", "History", "MemoryRecords", "memory_witness"]

ORIGIN = "fleaglass.ledger/vol-arb-1"
KEY = Ed25519Signer(ORIGIN, b"k" * 32)
COSIGNER = Cosigner("witness.example", b"w" * 32, lambda: 1_795_000_000)


@dataclass(frozen=True)
class History:
    """What a log says that happened. Two of one key that differ somewhere are a fork."""

    entries: Sequence[bytes]
    key: Ed25519Signer = KEY

    @classmethod
    def of(cls, text: str, key: Ed25519Signer = KEY) -> History:
        """An entry for each character."""
        return cls([each.encode() for each in text], key)

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.key.name, size, root_of(self._leaves[:size]))

    def note(self, size: int, *more: Signer) -> bytes:
        return sign(self.checkpoint(size).text, [self.key, *more])

    def request(self, old: int, size: int) -> AddCheckpoint:
        """As an honest log asks."""
        return AddCheckpoint(old, self.proof(old, size), self.note(size))

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        return tuple(consistency_proof(old, size, self._read)) if 0 < old <= size else ()

    @property
    def _leaves(self) -> list[bytes]:
        return [leaf_hash(each) for each in self.entries]

    def _read(self, level: int, start: int, count: int) -> list[bytes]:
        width = 1 << level
        return [root_of(self._leaves[n * width : (n + 1) * width]) for n in range(start, start + count)]


@dataclass
class MemoryRecords:
    """`Records` in memory."""

    keys: dict[str, VerifierKey] = field(default_factory=dict)
    checkpoints: list[Seen] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def log(self, origin: str) -> KnownLog | None:
        own = [each for each in self.checkpoints if each.checkpoint.origin == origin]
        newest = max(own, key=lambda each: each.checkpoint.size, default=None)
        return KnownLog(self.keys[origin], newest) if origin in self.keys else None

    def seen(self, origin: str, size: int) -> Seen | None:
        found = [each for each in self.checkpoints if (each.checkpoint.origin, each.checkpoint.size) == (origin, size)]
        return found[0] if found else None

    def trust(self, key: VerifierKey, instead_of: VerifierKey | None) -> bool:
        if self.keys.get(key.name) != instead_of:
            return False
        self.keys[key.name] = key
        return True

    def advance(self, before: Seen | None, after: Seen) -> bool:
        known = self.log(after.checkpoint.origin)
        if known is None or known.newest != before:
            return False
        self.checkpoints = [each for each in self.checkpoints if each.checkpoint != after.checkpoint] + [after]
        return True

    def alarm(self, alarm: Alarm) -> None:
        self.alarms.append(alarm)


def memory_witness(*histories: History) -> tuple[Witness, MemoryRecords]:
    """A witness that trusts the keys of these."""
    records = MemoryRecords()
    witness = Witness(records, COSIGNER)
    for history in histories:
        assert witness.add_log(AddLog(history.key.public).encode()).status == 200
    return witness, records
