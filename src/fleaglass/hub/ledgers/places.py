"""Which logs there are in the folders that the hub was told of. Looked up anew each time, since agents begin logs.

A folder is a log, or has logs in it: a ledger's home (``ledger/<agent>/``), or the home of all that Fleaglass keeps.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

from fleaglass.ledger.reading import CHECKPOINT, LogFiles, UnusableLog
from fleaglass.ledger.reconcile.saved import FOLDER
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note

__all__ = ["Place", "places_in"]


class Place(LogFiles):
    """The served files of a log, and nothing else that lies beside them but the reports that somebody saved.

    Args:
        folder: of the log.
        ended: once it is set, nothing more is read: whoever reads much ends early.

    Attributes:
        reports: the folder of these; it may not be there.
        title: the name of the log's home, which is the agent's.
        name: the same; with ``@2`` and so on behind it if there are several of that name.
    """

    def __init__(self, folder: Path, ended: Event | None = None) -> None:
        super().__init__(folder)
        self._ended = ended or Event()
        self.title = self.name = _printable(self.home.name)
        self.reports = self.home / FOLDER
        self.home = Path(os.devnull)  # nothing is below it, so that no reader looks for what the agent has in private

    def checkpoint_claimed(self) -> Checkpoint:
        """What the log says of itself; whether its key has signed that is not looked at. `TreeError`, `UnusableLog`."""
        return Checkpoint.parse(Note.parse(self.checkpoint()).text)

    def paths(self) -> list[str]:
        """Of every file below ``tile/``, within the folder and with slashes."""
        return [_printable(path) for path in super().paths()]

    def _bytes(self, path: str) -> bytes | None:
        if self._ended.is_set():
            raise UnusableLog("the hub ends")
        try:
            return super()._bytes(path)
        except UnusableLog as error:
            raise UnusableLog(_printable(str(error))) from None


def places_in(folders: Iterable[Path], ended: Event | None = None) -> dict[str, Place]:
    """The logs of these folders by name, in the order of the folders. Raises OSError for one that cannot be read."""
    found: dict[str, Place] = {}
    for log in dict.fromkeys(log.resolve() for folder in folders for log in _logs(folder)):
        place, number = Place(log, ended), 1
        while place.name in found:
            number += 1
            place.name = f"{place.title}@{number}"
        found[place.name] = place
    return found


def _logs(folder: Path) -> Iterator[Path]:
    if _is_log(folder):
        yield folder
        return
    within = folder / "ledger"
    home = within if within.is_dir() else folder
    if home.is_dir():
        yield from (each for each in sorted(home.iterdir()) if _is_log(each))


def _is_log(folder: Path) -> bool:
    try:
        return (folder / "log").is_dir() or (folder / CHECKPOINT).is_file()
    except PermissionError:
        return True  # another user's: it is shown, and that it cannot be read


def _printable(name: str) -> str:
    """A name of the file system, which may be of any bytes, as text that goes into an answer."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
