"""The one pass over a log that verifies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fleaglass.ledger.reading import CHECKPOINT, LogFiles, read_entry
from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.errors import TileError, TreeError
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.tree.note import Verifier
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, entries_of
from fleaglass.ledger.verify.anchors import Anchor, look_at_anchors, quorum_missing
from fleaglass.ledger.verify.climb import Climb
from fleaglass.ledger.verify.said import Said
from fleaglass.ledger.verify.strays import look_at_strays
from fleaglass.ledger.verify.tail import is_unsigned, tail_of
from fleaglass.ledger.verify.verdict import Findings, Verdict

__all__ = ["verify"]

_TAIL = "state/wal"


def verify(
    files: LogFiles,
    keys: Sequence[Verifier],
    *,
    anchors: Sequence[Anchor] = (),
    policy: Policy | None = None,
) -> Verdict:
    """Reads all of a log and says whether it is whole.

    Args:
        files: the log.
        keys: its public keys, pinned out of band; more than one after a rotation. A log that has never signed anything
            has none yet.
        anchors: checkpoints from elsewhere.
        policy: whose cosignatures make the log's own checkpoint an anchor.

    Raises `UnusableLog` if there is no log, or it cannot be read. What is wrong with it is in the verdict.
    """
    findings = Findings()
    tail = tail_of(files, findings)
    if is_unsigned(files, tail):
        return _unsigned(files, tail, anchors, findings)
    try:
        signed = open_checkpoint(files.checkpoint(), keys, () if policy is None else policy.witnesses.values())
    except TreeError as error:
        findings.add(None, CHECKPOINT, str(error))
        return Verdict(problems=findings.sorted())
    checkpoint, size = signed.checkpoint, signed.checkpoint.size
    said = Said(findings)
    _walk(files, checkpoint, said, findings)
    written = _go_on(tail, size, said)
    said.end()
    ahead = look_at_strays(files, size, findings)
    missing = quorum_missing(policy, signed)
    agreed = look_at_anchors(anchors, size, files.hashes(size), findings)
    anchored = 0 if findings else max(agreed, size if missing == "" else 0)
    problems = findings.sorted()
    return Verdict(
        origin=checkpoint.origin,
        size=size,
        root=checkpoint.root.hex(),
        problems=problems,
        first_bad=problems[0].index if problems else None,
        anchored=anchored,
        anchors=0 if findings else len(anchors),
        quorum_missing=missing or "",
        unanchored_since_ns=None if findings or anchored == size else _moment_ns(files.entry(anchored, size)),
        open_intents=said.open_intents,
        newer=said.newer,
        ahead=ahead,
        tail=written - size,
    )


def _unsigned(
    files: LogFiles, tail: Sequence[tuple[int, bytes]], anchors: Sequence[Anchor], findings: Findings
) -> Verdict:
    """Of a log that has no checkpoint yet."""
    said = Said(findings)
    written = _go_on(tail, 0, said)
    said.end()
    look_at_anchors(anchors, 0, files.hashes(0), findings)
    problems = findings.sorted()
    return Verdict(
        problems=problems,
        first_bad=problems[0].index if problems else None,
        open_intents=said.open_intents,
        newer=said.newer,
        tail=written,
    )


def _walk(files: LogFiles, checkpoint: Checkpoint, said: Said, findings: Findings) -> None:
    """Every entry up to the root."""
    climb = Climb(files.tile, findings)
    for tile in _bundles(checkpoint.size):
        if findings.is_full:
            return
        entries = _entries(files, tile, findings)
        if climb.take([leaf_hash(entry) for entry in entries], tile.width):
            where = tile.path
            for index, entry in enumerate(entries, tile.first_entry(0)):
                said.take(index, entry, where)
        else:
            said.skip(tile.width)
    root = climb.root(checkpoint.size)
    if root != checkpoint.root and not findings:  # otherwise it is what follows from them
        findings.add(
            None, CHECKPOINT, "the entries and hashes agree, and have another root than the one that was signed"
        )


def _go_on(tail: Iterable[tuple[int, bytes]], size: int, said: Said) -> int:
    """What is written and not folded; how many entries the log has with it."""
    for index, data in tail:
        if index >= size:
            said.take(index, data, _TAIL)
            size = index + 1
    return size


def _bundles(size: int) -> Iterator[Tile]:
    for start in range(0, size, TILE_WIDTH):
        yield Tile("entries", start // TILE_WIDTH, min(TILE_WIDTH, size - start))


def _entries(files: LogFiles, tile: Tile, findings: Findings) -> list[bytes]:
    """Of a file, up to where it is damaged."""
    found: list[bytes] = []
    data = files.tile(tile)
    try:
        if data is None:
            raise TileError("it is missing")
        for entry in entries_of(data, tile.width):
            found.append(entry)
    except TileError as error:
        findings.add(tile.first_entry(min(len(found), tile.width - 1)), tile.path, str(error))
    return found


def _moment_ns(entry: bytes) -> int | None:
    """When an entry says that it was."""
    try:
        return int(read_entry(entry).t)
    except ValueError:
        return None
