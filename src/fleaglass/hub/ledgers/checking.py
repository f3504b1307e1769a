"""One entry, checked there and then: its bytes are hashed, and the hash is followed up to the root that was signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.paging import Row, entries_tile
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.prove import check_proof, prove
from fleaglass.ledger.reading import LogFiles, UnreadableEntry, UnusableLog, read_entry
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.tree.proof import TlogProof
from fleaglass.ledger.tree.tiles import TILE_WIDTH, unbundle

__all__ = ["Checked", "Claim", "ClaimState", "Judged", "check", "judge", "related"]

_NEAR: Final = 8
"""Files on either side in which what belongs to an entry is looked for: 2,048 entries."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one entry.

    Attributes:
        index: its place.
        size: of the log, by the checkpoint that the entry was followed to.
        data: its bytes; empty if they cannot be read.
        entry: what they say; None if they are no entry.
        proof: that it is in the log; None if it cannot be proved, and `problem` says why.
        is_signed: whether the checkpoint's signature was checked too, which needs the log's public key.
        problem: what is wrong, in words.
    """

    index: int
    size: int
    data: bytes = b""
    entry: Entry | None = None
    proof: TlogProof | None = None
    is_signed: bool = False
    problem: str = ""


def check(place: Place, index: int, keys: Keys) -> Checked:
    """The entry at `index`, which the log has. Raises `UnusableLog`, and `TreeError` if it has no checkpoint."""
    size = place.checkpoint_claimed().size
    try:
        proof = prove(place, index)
        held = keys.of(proof.checkpoint, place)
        proved = check_proof(proof, held.verifiers)
    except TreeError as error:
        return _unproved(place, index, size, str(error))
    entry, problem = _read(proved.entry)
    return Checked(index, proved.signed.checkpoint.size, proved.entry, entry, proof, held.is_checked, problem)


def _unproved(place: Place, index: int, size: int, why: str) -> Checked:
    """What stands there all the same."""
    try:
        data = place.entry(index, size)
    except TreeError:
        return Checked(index, size, problem=why)
    return Checked(index, size, data, _read(data)[0], problem=why)


def _read(data: bytes) -> tuple[Entry | None, str]:
    """The entry; or why it is none."""
    try:
        return read_entry(data), ""
    except UnreadableEntry as error:
        return None, f"the entry cannot be read: {error}"


def related(files: LogFiles, size: int, index: int, entry: Entry) -> list[Row]:
    """What this entry answers, and what else answers that or this, as far as they are near.

    Raises `TreeError` for a file that is damaged, `UnusableLog`.
    """
    ids = [id_ for id_ in (entry.id, entry.ref) if id_]
    here, last = index // TILE_WIDTH, (size - 1) // TILE_WIDTH
    found: list[Row] = []
    for number in range(max(0, here - _NEAR), min(last, here + _NEAR) + 1):
        tile = entries_tile(number, size)
        data = files.need(tile)
        if any(id_.encode() in data for id_ in ids):
            for place, each in enumerate(unbundle(data, tile.width), number * TILE_WIDTH):
                if place != index and (other := _one_of(each, ids)) is not None:
                    found.append(Row(place, each, other))
    return found


def _one_of(data: bytes, ids: list[str]) -> Entry | None:
    """The entry, if it is one of these or answers one."""
    try:
        entry = read_entry(data)
    except UnreadableEntry:
        return None
    return entry if entry.ref in ids or entry.id in ids else None


ClaimState: TypeAlias = Literal["in", "differs", "waiting", "broken", "no_log"]
"""``in``: the leaf hash matches. ``differs``: another entry stands there. ``waiting``: no checkpoint speaks of it yet.
``broken``: the log cannot prove what stands there. ``no_log``: the hub has no log of that origin."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a span says: that entry `index` of the log `origin` is about it, and has this leaf hash (hexadecimal)."""

    trace_id: str
    span_id: str
    origin: str
    index: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is so; `says` is for people."""

    state: ClaimState
    says: str
    is_signed: bool = False


def judge(place: Place, claim: Claim, keys: Keys) -> Judged:
    """Whether what a span says is so."""
    try:
        size = place.checkpoint_claimed().size
        if claim.index >= size:
            says = f"entry {claim.index} is under no checkpoint yet; the log's newest speaks of {size}"
            return Judged("waiting", says)
        found = check(place, claim.index, keys)
    except (TreeError, UnusableLog) as error:
        return Judged("broken", f"the log cannot be read: {error}")
    if found.proof is None or found.entry is None:
        return Judged("broken", f"entry {claim.index} cannot be proved: {found.problem}")
    if leaf_hash(found.data).hex() != claim.leaf_hash:
        return Judged("differs", f"entry {claim.index} of the log has another leaf hash than the span says")
    if found.entry.trace != claim.trace_id:
        return Judged("differs", f"entry {claim.index} of the log is about another trace")
    return Judged("in", f"in the ledger at {claim.index}, leaf hash matches", found.is_signed)
