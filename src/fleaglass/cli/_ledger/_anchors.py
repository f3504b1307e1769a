"""`--anchor`, `--hub` and `--policy`: checkpoints of a log that others hold, or that nobody else can have cosigned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import click
import msgspec

from fleaglass.cli._hub_api import get
from fleaglass.cli._ledger._keys import read
from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.anchors import KeptAnchor
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.lines import read_lines
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.checkpoint import open_checkpoint
from fleaglass.ledger.tree.errors import NoteError, TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.note import Verifier, open_note
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.verify import Anchor

__all__ = ["cosigned", "cosigned_anchors", "file_anchors", "hub_anchors", "kept"]

_MOST_CHECKPOINTS = "200"


class _Checkpoint(msgspec.Struct):
    note: str


class _Checkpoints(msgspec.Struct):
    """What a hub has cosigned."""

    checkpoints: list[_Checkpoint]


def file_anchors(
    path: Path, files: LogFiles, keys: Sequence[Ed25519Verifier], witnesses: Iterable[Verifier]
) -> list[Anchor]:
    """Those in a file, which has one checkpoint or many, or in all files of a folder. Raises `click.UsageError`."""
    if any(path.resolve().is_relative_to(own.resolve()) for own in (files.folder, files.home / "state")):
        raise click.UsageError(f"{path} is in the log's own folder, and shows nothing: fetch one from outside")
    found: list[bytes] = []
    for each in sorted(path.iterdir()) if path.is_dir() else [path]:
        data = read(each)
        found += list(notes_in(data)) or [data]
    return _opened(str(path), found, keys, witnesses)


def hub_anchors(
    hub: str, token: str | None, keys: Sequence[Ed25519Verifier], witnesses: Iterable[Verifier]
) -> list[Anchor]:
    """Those that a hub has cosigned; none if it does not know the log. Raises `click.UsageError`."""
    try:
        query = {"origin": keys[0].name, "limit": _MOST_CHECKPOINTS}
        found = get(hub, "/api/v1/witness/checkpoints", query, token, _Checkpoints)
    except click.ClickException as error:
        raise click.UsageError(f"no checkpoints came from {hub}: {error.message}") from None
    if not found.checkpoints:
        return []
    return _opened(f"hub {hub}", [each.note.encode() for each in found.checkpoints], keys, witnesses)


def cosigned(files: LogFiles, policy: Policy) -> list[bytes]:
    """The checkpoints that the log's owner has kept, and that the policy's quorum has cosigned; the oldest first.

    They count though they lie beside the log: a witness's cosignature is made by nobody else.
    """
    return [note for each in kept(files) if _is_met(policy, note := each.note.encode())]


def kept(files: LogFiles) -> list[KeptAnchor]:
    """What the log's owner has noted of who holds a checkpoint; the oldest first. Nothing of it is certain."""
    path = Layout(files.home).anchors
    try:
        return list(read_lines(path.read_bytes(), KeptAnchor, str(path)))
    except OSError:  # a copy has none
        return []
    except LedgerDamaged as error:
        click.echo(f"what was kept of others cannot be read: {error}", err=True)
        return []


def cosigned_anchors(files: LogFiles, keys: Sequence[Ed25519Verifier], policy: Policy | None) -> list[Anchor]:
    """The same as anchors, as far as the log's keys have signed them."""
    notes = [] if policy is None or not policy.quorum else cosigned(files, policy)
    anchors = []
    for note in notes:
        with suppress(TreeError):  # of a key before this one
            anchors.append(Anchor("a cosigned checkpoint", open_checkpoint(note, keys).checkpoint))
    return anchors


def _is_met(policy: Policy, note: bytes) -> bool:
    try:
        return not policy.missing(open_note(note, policy.witnesses.values()).signed_by)
    except NoteError:
        return False


def _opened(
    name: str, notes: Sequence[bytes], keys: Sequence[Ed25519Verifier], witnesses: Iterable[Verifier]
) -> list[Anchor]:
    """Those that the log has signed: a file may have those of others too, and of keys before this one."""
    anchors: list[Anchor] = []
    witnesses, why = list(witnesses), ""
    for note in notes:
        try:
            anchors.append(Anchor(name, open_checkpoint(note, keys, witnesses).checkpoint))
        except TreeError as error:
            why = why or str(error)
    if not anchors:
        raise click.UsageError(f"{name} is no checkpoint of this log{why and ': '}{why}")
    if skipped := len(notes) - len(anchors):
        click.echo(f"{name}: {skipped} of {len(notes)} checkpoints are not this log's, or of another key", err=True)
    return anchors
