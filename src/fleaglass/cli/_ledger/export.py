"""`fleaglass ledger export`: entries with their checkpoint, to hand to somebody else."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

import click
import msgspec

from fleaglass.cli._ledger._folder import LogFolder, log_argument
from fleaglass.cli._ledger._since import since_option
from fleaglass.ledger.storage.disclosures import Disclosure
from fleaglass.ledger.tree.tiles import Tile

__all__ = ["command"]

_PRIVATE: Final = 0o600


@click.command("export")
@log_argument
@since_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "tar"]),
    default="jsonl",
    show_default=True,
    help="jsonl: the checkpoint and the entries, a line each. tar: the log's files, which prove the entries.",
)
@click.option(
    "--disclose",
    "names",
    metavar="NAME",
    multiple=True,
    help="Also hand out the values of this field that the log has only as commitments; repeatable.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file, which must not be there yet, and only you may read.  [default: standard output]",
)
def command(
    log: LogFolder, since_ns: int | None, form: Literal["jsonl", "tar"], names: tuple[str, ...], output: Path | None
) -> None:
    """Write the entries of a ledger from some moment on, with the checkpoint that speaks of them.

    DIR is as in `fleaglass ledger verify`. A line of jsonl is an entry as it was hashed, byte for byte. A tar has the
    bundles of 256 that these entries are in, and the hashes of the whole log: who has it can prove each of them, and
    learns of the older ones nothing but their hashes. What the log holds as commitments stays so, unless it is named.

    Example: fleaglass ledger export ~/.local/state/fleaglass/ledger/vol-arb-1 --since 2026-11-01 -o november.jsonl
    """
    if form == "tar" and output is None and sys.stdout.isatty():
        raise click.UsageError("a tar is nothing for a terminal; name a file with --output")
    unsigned = log.unsigned()
    if unsigned and form == "tar":
        raise click.UsageError(f"{len(unsigned)} entries, none signed yet: there are no files to hand out but a jsonl")
    part = _part(log, unsigned, since_ns, names)
    with _writing(output) as file:
        (_write_lines if form == "jsonl" else _write_tar)(log, part, file)
    said = f"{len(part.entries)} of {part.size} entries, {len(part.disclosures)} values disclosed"
    click.echo(f"{said}{'; none signed yet' if unsigned else ''}", err=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is handed out: ``entries`` of the ``size`` that the checkpoint speaks of, and the bundles that have them."""

    checkpoint: bytes
    size: int
    entries: list[bytes]
    tiles: list[Tile]
    disclosures: list[Disclosure]


def _part(log: LogFolder, unsigned: list[bytes], since_ns: int | None, names: tuple[str, ...]) -> _Part:
    """From the first entry on that is not older: clocks are set back at times, and nothing is to be missing."""
    ids: set[str] = set()
    entries: list[bytes] = []
    tiles: dict[Tile, None] = {}
    checkpoint, size = (b"", len(unsigned)) if unsigned else log.signed()
    bundled = ((None, raw) for raw in unsigned) if unsigned else log.bundled(size)
    for index, (tile, raw) in enumerate(bundled):
        entry = log.entry(raw, index)
        if not entries and since_ns is not None and _is_older(entry.t, since_ns):
            continue
        if b"\n" in raw:
            raise click.UsageError(f"entry {index} of {log.files.home} is not in canonical form")
        ids.add(entry.id)
        entries.append(raw)
        if tile is not None:
            tiles[tile] = None
    disclosures = [one for one in log.disclosures() if one.entry in ids and one.name in names] if names else []
    if unknown := set(names) - {one.name for one in disclosures}:
        raise click.UsageError(f"there is no value of {', '.join(sorted(unknown))} that could be disclosed")
    return _Part(checkpoint, size, entries, list(tiles), disclosures)


def _is_older(t: str, since_ns: int) -> bool:
    """Whether an entry certainly is; what its time may be that is no number, nobody knows."""
    return t.isascii() and t.isdigit() and len(t) < 20 and int(t) < since_ns


def _write_lines(_: LogFolder, part: _Part, file: BinaryIO) -> None:
    file.write(msgspec.json.encode({"checkpoint": part.checkpoint.decode()}) + b"\n")
    file.writelines(raw + b"\n" for raw in part.entries)
    file.writelines(msgspec.json.encode({"disclosure": one}) + b"\n" for one in part.disclosures)


def _write_tar(log: LogFolder, part: _Part, file: BinaryIO) -> None:
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, "log/checkpoint", part.checkpoint)
        for tile in (*part.tiles, *(tile for tile in log.tiles(part.size) if tile.level != "entries")):
            _add(tar, f"log/{tile.path}", log.read(tile))
        if part.disclosures:
            rows = b"".join(msgspec.json.encode(one) + b"\n" for one in part.disclosures)
            _add(tar, "state/disclosures/all", rows)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), _PRIVATE
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def _writing(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        return
    try:
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            yield file
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from None
