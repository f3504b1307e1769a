"""An agent's ledger as it lies in its folder, for commands that take it at its word: nothing is verified here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.prove import size_in
from fleaglass.ledger.reading import LogFiles, UnreadableEntry, UnusableLog, read_entry
from fleaglass.ledger.storage.disclosures import Disclosure, disclosures_in
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.tiles import Tile, tiles_for, unbundle
from fleaglass.ledger.verify import Findings, is_unsigned, tail_of

__all__ = ["LogFolder", "log_argument", "logs_argument"]


@dataclass(frozen=True, slots=True)
class LogFolder:
    """One ledger. Whatever cannot be read is misuse, told in one line."""

    files: LogFiles

    def signed(self) -> tuple[bytes, int]:
        """The checkpoint, and how many entries it speaks of."""
        with _misuse(self.files):
            note = self.files.checkpoint()
            return note, size_in(note)

    def unsigned(self) -> list[bytes]:
        """All entries of a log that has never signed any; of others, none."""
        tail = self._tail()
        with _misuse(self.files):
            return [raw for _, raw in tail] if is_unsigned(self.files, tail) else []

    def tiles(self, size: int) -> Iterator[Tile]:
        """All files of a log of this size: bundles of entries first, then hashes."""
        return tiles_for(0, size)

    def read(self, tile: Tile) -> bytes:
        """One of them."""
        with _misuse(self.files):
            return self.files.need(tile)

    def bundled(self, size: int) -> Iterator[tuple[Tile, bytes]]:
        """The bytes of each of the first entries, in their order, with the file that it is in."""
        for tile in self.tiles(size):
            if tile.level != "entries":
                return
            content = self.read(tile)
            with _misuse(self.files):
                entries = unbundle(content, tile.width)
            yield from ((tile, raw) for raw in entries)

    def entries(self) -> Iterator[Entry]:
        """What all entries say, those included that are written and in no tile yet."""
        tail = self._tail()  # before the checkpoint: so nothing is in neither
        with _misuse(self.files):
            size = 0 if is_unsigned(self.files, tail) else self.signed()[1]
        raw = (raw for _, raw in self.bundled(size))
        later = (raw for index, raw in tail if index >= size)
        for index, each in enumerate(chain(raw, later)):
            yield self.entry(each, index)

    def _tail(self) -> list[tuple[int, bytes]]:
        findings = Findings()
        with _misuse(self.files):
            tail = tail_of(self.files, findings)
        for problem in findings.sorted():
            raise click.UsageError(f"{self.files.home}: {problem.what}; fleaglass ledger verify says more")
        return tail

    def entry(self, raw: bytes, index: int) -> Entry:
        """What one says."""
        try:
            return read_entry(raw)
        except UnreadableEntry as error:
            raise click.UsageError(f"entry {index} of {self.files.home}: {error}") from None

    def disclosures(self) -> Iterator[Disclosure]:
        """Of committed values, as far as they are here and have not been erased."""
        path = Layout(self.files.home).disclosures
        with _misuse(self.files):
            yield from disclosures_in(path.read_bytes(), str(path)) if path.exists() else ()


@contextmanager
def _misuse(files: LogFiles) -> Iterator[None]:
    try:
        yield
    except (UnusableLog, LedgerDamaged) as error:
        raise click.UsageError(str(error)) from None
    except TreeError as error:
        raise click.UsageError(f"{files.folder}: {error}; fleaglass ledger verify says more") from None
    except OSError as error:
        raise click.UsageError(f"{error.filename or files.folder} cannot be read: {error.strerror}") from None


def _one(_: click.Context, __: click.Parameter, path: Path) -> LogFolder:
    return LogFolder(LogFiles(path))


def _several(_: click.Context, __: click.Parameter, paths: tuple[Path, ...]) -> tuple[LogFolder, ...]:
    return tuple(LogFolder(LogFiles(path)) for path in paths)


_path = click.Path(file_okay=False, path_type=Path)
log_argument = click.argument("log", metavar="DIR", type=_path, callback=_one)
logs_argument = click.argument("logs", metavar="DIR...", nargs=-1, required=True, type=_path, callback=_several)
