"""The Merkle tree of RFC 6962, section 2.1: roots, proofs that are made, and proofs that are checked.

::

    size 7            root            a leaf is SHA-256(00 + data), a node SHA-256(01 + left + right);
                   /        \\         the left side is always the largest power of two below the size
                  ·          ·
                /   \\      /   \\
               ·     ·    ·     6
              / \\   / \\  / \\
             0   1 2   3 4  5

A proof is the siblings on the way from a place up to the root. `_siblings` finds them for a proof that is made and for
one that is checked. What is stored are complete subtrees only; `Read` gives them, from tiles or from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from fleaglass.ledger.tree.errors import ProofError

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Frontier",
    "Read",
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_at",
    "root_of",
]

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

Read: TypeAlias = Callable[[int, int, int], list[bytes]]
"""``read(level, start, count)``: the hashes of ``count`` complete subtrees of 2^level leaves each, from the one with
the number ``start``, counted from the left among those of its level."""


def leaf_hash(data: bytes) -> bytes:
    """Of one entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Of a tree with these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


class Frontier:
    """The right edge of a growing tree: all that is needed to append and to tell the root, in O(log size) memory.

    Args:
        size: leaves so far.
        peaks: the roots of the complete subtrees that they make up, from the left and largest.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        assert len(self._peaks) == size.bit_count(), "a peak for each bit of the size"

    @classmethod
    def at(cls, size: int, read: Read) -> Frontier:
        """Of a tree that is stored."""
        return cls(size, _peaks(0, size, read))

    def append(self, leaf: bytes) -> None:
        """One more leaf hash at the right."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Of the tree as it is now."""
        return _joined(self._peaks) if self._peaks else EMPTY_ROOT


def root_at(size: int, read: Read) -> bytes:
    """The root that the tree had when it had ``size`` leaves."""
    return Frontier.at(size, read).root()


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """That leaf ``index`` is in the tree of ``size``: hashes from its sibling upward. Raises `ProofError`."""
    if not 0 <= index < size:
        raise ProofError(f"a log of {size} entries has none with the index {index}")
    return [_range_root(each, read) for each in _siblings(index, index + 1, size)]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the entry with this leaf hash is at ``index`` of the tree of ``size`` and ``root``. Raises `ProofError`."""
    if not 0 <= index < size:
        raise ProofError(f"a log of {size} entries has none with the index {index}")
    siblings = _siblings(index, index + 1, size)
    _check_count(proof, len(siblings))
    _check_bytes((leaf, *proof))
    computed = leaf
    for sibling, other in zip(siblings, proof, strict=True):
        computed = node_hash(other, computed) if sibling.is_left else node_hash(computed, other)
    if computed != root:
        raise ProofError(f"entry {index} does not lead to the root of the {size} entries")


def consistency_proof(size1: int, size2: int, read: Read) -> list[bytes]:
    """That the tree of ``size1`` is the beginning of that of ``size2``. Raises `ProofError`."""
    _check_sizes(size1, size2)
    start = _start_of_last_part(size1, size2)
    siblings = _siblings(start, size1, size2)
    seed = [_range_root(_Range(start, size1), read)] if start else []
    return seed + [_range_root(each, read) for each in siblings]


def check_consistency(size1: int, root1: bytes, size2: int, root2: bytes, proof: Sequence[bytes]) -> None:
    """That the tree of ``size1`` and ``root1`` is the beginning of that of ``size2``. Raises `ProofError`."""
    _check_sizes(size1, size2)
    start = _start_of_last_part(size1, size2)
    siblings = _siblings(start, size1, size2)
    _check_count(proof, len(siblings) + bool(start))
    _check_bytes(proof)
    old, *above = proof if start else (root1, *proof)  # of a whole left side, the root is known
    new = old
    for sibling, other in zip(siblings, above, strict=True):
        if sibling.is_left:
            old = node_hash(other, old)
            new = node_hash(other, new)
        else:
            new = node_hash(new, other)
    if old != root1:
        raise ProofError(f"the proof does not lead to the root of the first {size1} entries")
    if new != root2:
        raise ProofError(f"the first {size1} entries are not the beginning of the {size2}")


@dataclass(frozen=True, slots=True)
class _Range:
    """The leaves from ``start`` to before ``end``; whether, as a sibling, they are to the left."""

    start: int
    end: int
    is_left: bool = False


def _siblings(start: int, end: int, size: int) -> list[_Range]:
    """What is beside the subtree from ``start`` to before ``end``, and beside each above it, up to the root."""
    left, right = 0, size
    found = []
    while (left, right) != (start, end):
        middle = _split(left, right)
        if end <= middle:
            found.append(_Range(middle, right))
            right = middle
        else:
            found.append(_Range(left, middle, is_left=True))
            left = middle
    return found[::-1]


def _start_of_last_part(size1: int, size2: int) -> int:
    """Where the rightmost subtree of the tree of ``size1`` begins that the tree of ``size2`` has as well."""
    left, right = 0, size2
    while right != size1:
        middle = _split(left, right)
        if size1 <= middle:
            right = middle
        else:
            left = middle
    return left


def _split(left: int, right: int) -> int:
    """Where a subtree of two leaves or more divides."""
    return left + (1 << (right - left - 1).bit_length() - 1)


def _range_root(leaves: _Range, read: Read) -> bytes:
    return _joined(_peaks(leaves.start, leaves.end, read))


def _peaks(start: int, end: int, read: Read) -> list[bytes]:
    """The complete subtrees that make up a range, from the largest; its start is a multiple of the largest."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks += read(level, start >> level, 1)
        start += 1 << level
    return peaks


def _joined(peaks: Sequence[bytes]) -> bytes:
    *others, root = peaks
    for peak in reversed(others):
        root = node_hash(peak, root)
    return root


def _check_sizes(size1: int, size2: int) -> None:
    if not 0 < size1 <= size2:
        raise ProofError(f"nothing can be proved of {size1} entries as the beginning of {size2}")


def _check_count(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofError(f"the proof has {len(proof)} hashes instead of {expected}")


def _check_bytes(hashes: Iterable[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(f"a hash is not of {HASH_BYTES} bytes")
