"""The tree as RFC 6962, section 2.1, writes it down: recursive, slow, and shorter than what it is the oracle of."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from fleaglass.ledger.tree.merkle import Read


def data(index: int) -> bytes:
    """Of a leaf: the first ``index % 33`` bytes of a hash, so that lengths differ and the first is empty."""
    return sha256(f"leaf-{index}".encode()).digest()[: index % 33]


def leaves(size: int) -> list[bytes]:
    return [sha256(b"\x00" + data(index)).digest() for index in range(size)]


def root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + root(hashes[:k]) + root(hashes[k:])).digest()


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), root(hashes[k:])]
    return [*path(index - k, hashes[k:]), root(hashes[:k])]


def consistency(size: int, hashes: Sequence[bytes], is_whole: bool = True) -> list[bytes]:
    if size == len(hashes):
        return [] if is_whole else [root(hashes)]
    k = split(len(hashes))
    if size <= k:
        return [*consistency(size, hashes[:k], is_whole), root(hashes[k:])]
    return [*consistency(size - k, hashes[k:], False), root(hashes[:k])]


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


def reader(hashes: Sequence[bytes]) -> Read:
    """Complete subtrees out of memory."""

    def read(level: int, start: int, count: int) -> list[bytes]:
        width = 1 << level
        found = [hashes[at * width : (at + 1) * width] for at in range(start, start + count)]
        assert all(len(each) == width for each in found), "only complete subtrees are stored"
        return [root(each) for each in found]

    return read
