"""`fleaglass ledger verify`: whether a log is whole, and since which entry nobody else could tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from fleaglass.cli._hub_api import token_option
from fleaglass.cli._ledger._anchors import cosigned_anchors, file_anchors, hub_anchors, kept
from fleaglass.cli._ledger._keys import check_log, policy_option, vkey_option
from fleaglass.ledger.reading import LogFiles, UnusableLog
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.verify import Verdict, verify

__all__ = ["command"]

_UNANCHORED = 3


@click.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@vkey_option
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file, or a folder of files, with checkpoints of this log that somebody else has kept; any number of them.",
)
@click.option(
    "--hub", metavar="URL", help="A hub that has witnessed this log: what it has cosigned is fetched from it."
)
@token_option
@policy_option
@click.option("--require-anchor", is_flag=True, help="Exit with 3 if nothing of the log is held elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(
    folder: Path,
    keys: tuple[Ed25519Verifier, ...],
    anchors: tuple[Path, ...],
    hub: str | None,
    token: str | None,
    policy: Policy | None,
    require_anchor: bool,
    as_json: bool,
) -> None:
    """Read all of a log, and say whether it is whole, or which entry is the first that cannot be believed.

    DIR is a log's folder, a copy of it, or the home of the log, in which it is log/. What was signed by the log's own
    key is only as good as its holder: a checkpoint that somebody else has kept shows that nothing before it was
    rewritten. Exit codes: 0 whole, 1 tampered with, 2 no log or wrong arguments, 3 whole, but --require-anchor and
    nothing of it is held elsewhere.

    Example: fleaglass ledger verify ledger/vol-arb-1 --vkey vol-arb-1.vkey --anchor mailed/checkpoint
    """
    files = LogFiles(folder)
    witnesses = () if policy is None else policy.witnesses.values()
    try:
        if keys or anchors or hub or policy or files.find_checkpoint() is not None:
            check_log(keys, policy)
        held = [anchor for path in anchors for anchor in file_anchors(path, files, keys, witnesses)]
        held += cosigned_anchors(files, keys, policy)
        if hub is not None:
            held += hub_anchors(hub, token, keys, witnesses)
        found = verify(files, keys, anchors=held, policy=policy)
    except UnusableLog as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        for line in (*_told(found, files.home.name), *_elsewhere(found, files)):
            click.echo(line)
    if not found.is_whole:
        raise click.exceptions.Exit(1)
    if require_anchor and not found.is_anchored:
        raise click.exceptions.Exit(_UNANCHORED)


def _told(found: Verdict, name: str) -> Iterator[str]:
    """The verdict in words; ``name`` is the folder's."""
    if not found.is_whole:
        yield f"{found.origin} was TAMPERED with" if found.origin else "the log was TAMPERED with, or is another's"
        if found.first_bad is not None:
            yield f"  the first entry that cannot be believed: {found.first_bad}"
        yield from (f"  {_entry(each.index)}{each.where}: {each.what}" for each in found.problems)
        return
    if found.is_unsigned:
        yield f"{name}: {found.tail} entries, none signed yet: whoever can write the disk can rewrite them unseen"
        yield "  its agent was stopped in its first second; they are signed when it runs again"
        yield f"  intents without an answer: {found.open_intents}"
        return
    yield f"{found.origin}: {found.size} entries, whole; root {found.root}"
    if found.anchored:
        yield f"  anchored: the first {found.anchored} entries are held elsewhere"
    else:
        yield "  self-signed only: operator rewrite NOT detectable"
    if found.anchored < found.size:
        yield f"  tail window: from entry {found.anchored}{_since(found)}, the key's holder can rewrite unseen"
    if found.quorum_missing:
        yield f"  the policy is not met: {found.quorum_missing}"
    if found.tail:
        yield f"  not folded yet: {found.tail} entries"
    if found.ahead:
        yield f"  not signed yet: {len(found.ahead)} files of a fold that goes on, or was interrupted"
    if found.newer:
        yield f"  of a newer form: {found.newer} entries, whose content a newer Fleaglass reads"
    yield f"  intents without an answer: {found.open_intents}"


def _elsewhere(found: Verdict, files: LogFiles) -> Iterator[str]:
    """Of a log that nobody was shown to hold anything of, who may."""
    if found.is_whole and not found.anchored:
        for source in sorted({each.source for each in kept(files)}):
            yield f"  by its own word {_printable(source)} holds a checkpoint: fetch it with --hub or --anchor"


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text)


def _entry(index: int | None) -> str:
    return "" if index is None else f"entry {index}: "


def _since(found: Verdict) -> str:
    if found.unanchored_since_ns is None:
        return ""
    try:
        moment = dt.datetime.fromtimestamp(found.unanchored_since_ns // 1_000_000_000, dt.UTC)
    except (OverflowError, ValueError):
        return ""
    return f" of {moment:%Y-%m-%dT%H:%M:%SZ}"
