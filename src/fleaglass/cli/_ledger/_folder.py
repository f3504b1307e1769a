"""A log's folder, read as it lies there: entries, checkpoint, disclosures. Nothing is verified here, nor locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.tree.tiles import Tile, tiles_for, unbundle

__all__ = ["Disclosure", "LogFolder", "log_argument", "logs_argument"]

_entry = msgspec.json.Decoder(Entry)


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """What one commitment stands for: ``salt`` is hexadecimal."""

    entry: str
    name: str
    salt: str
    value: str


_disclosure = msgspec.json.Decoder(Disclosure)


@dataclass(frozen=True, slots=True)
class LogFolder:
    """A log's static files, and the folder of what is private beside them, if that is there."""

    log: Path
    state: Path

    @classmethod
    def at(cls, path: Path) -> LogFolder:
        """From the folder of an agent's ledger, or of its static files alone."""
        home = path if (path / "log" / "checkpoint").exists() else None
        return cls(path / "log" if home else path, (home or path.parent) / "state")

    @property
    def checkpoint(self) -> bytes:
        """The signed note. Misuse: there is none."""
        return self._read("checkpoint")

    @property
    def size(self) -> int:
        """How many entries the checkpoint speaks of."""
        try:
            return Checkpoint.parse(Note.parse(self.checkpoint).text).size
        except TreeError as error:
            raise click.UsageError(f"{self.log / 'checkpoint'}: {error}") from None

    def raw_entries(self) -> Iterator[tuple[Tile, bytes]]:
        """The bytes of every entry, in their order, with the file that each is in."""
        for tile in self.tiles():
            if tile.level != "entries":
                break
            try:
                entries = unbundle(self._read(tile.path), tile.width)
            except TreeError as error:
                raise click.UsageError(f"{self.log / tile.path}: {error}") from None
            yield from ((tile, raw) for raw in entries)

    def entries(self) -> Iterator[Entry]:
        """What they say."""
        for index, (_, raw) in enumerate(self.raw_entries()):
            yield self.read_entry(raw, index)

    def read_entry(self, raw: bytes, index: int) -> Entry:
        """What one says."""
        try:
            return _entry.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise click.UsageError(f"entry {index} of {self.log}: {error}") from None

    def tiles(self) -> Iterator[Tile]:
        """All files of the log's size: entries first, then hashes."""
        return tiles_for(0, self.size)

    def read(self, tile: Tile) -> bytes:
        """One of them."""
        return self._read(tile.path)

    def disclosures(self) -> Iterator[Disclosure]:
        """Of committed values, as far as they are there and have not been erased."""
        folder = self.state / "disclosures"
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            for number, row in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
                try:
                    yield _disclosure.decode(row)
                except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                    raise click.UsageError(f"{path}, line {number}: {error}") from None

    def _read(self, name: str) -> bytes:
        path = self.log / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise click.UsageError(f"{path} cannot be read: {error.strerror}") from None


def _one(_: click.Context, __: click.Parameter, path: Path) -> LogFolder:
    return LogFolder.at(path)


def _several(_: click.Context, __: click.Parameter, paths: tuple[Path, ...]) -> tuple[LogFolder, ...]:
    return tuple(map(LogFolder.at, paths))


_path = click.Path(exists=True, file_okay=False, path_type=Path)
log_argument = click.argument("log", type=_path, callback=_one)
logs_argument = click.argument("logs", metavar="LOG...", nargs=-1, required=True, type=_path, callback=_several)
