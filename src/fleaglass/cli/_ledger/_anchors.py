"""`--anchor` and `--hub`: checkpoints of a log that were fetched back from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from fleaglass.cli._hub_api import get
from fleaglass.cli._ledger._keys import read
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.checkpoint import open_checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.note import Verifier
from fleaglass.ledger.verify import Anchor

__all__ = ["hub_anchors", "kept_anchors"]

_MOST_CHECKPOINTS = "200"


class _Checkpoint(msgspec.Struct):
    note: str


class _Checkpoints(msgspec.Struct):
    """What a hub has cosigned."""

    checkpoints: list[_Checkpoint]


def kept_anchors(
    path: Path, files: LogFiles, keys: Sequence[Ed25519Verifier], witnesses: Iterable[Verifier]
) -> list[Anchor]:
    """Those in a file, which has one checkpoint or many. Raises `click.UsageError`."""
    if any(path.resolve().is_relative_to(own.resolve()) for own in (files.folder, files.home / "state")):
        raise click.UsageError(f"{path} is in the log's own folder, and shows nothing: fetch one from outside")
    data = read(path)
    return _opened(str(path), list(notes_in(data)) or [data], keys, witnesses)


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
        raise click.UsageError(f"{name} is no checkpoint of this log: {why}")
    if skipped := len(notes) - len(anchors):
        click.echo(f"{name}: {skipped} of {len(notes)} checkpoints are not this log's, or of another key", err=True)
    return anchors
