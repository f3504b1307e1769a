"""Which logs there are in the folders that the hub was told of. Looked up anew each time, since agents begin logs.

A folder is a log, or has logs in it: a ledger's home (``ledger/<agent>/``), or the home of all that Fleaglass keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from fleaglass.ledger.reading import CHECKPOINT, LogFiles
from fleaglass.ledger.reconcile.saved import FOLDER
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note

__all__ = ["Place", "places_in"]


class Place(LogFiles):
    """The served files of a log, and nothing else that lies beside them but the reports that somebody saved.

    Attributes:
        reports: the folder of these; it may not be there.
        name: of the log's home; with ``@2`` and so on behind it if there are several of that name.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name = self.home.name
        self.reports = self.home / FOLDER
        self.home = self.folder  # so that no reader looks for what the agent has in private

    def checkpoint_claimed(self) -> Checkpoint:
        """What the log says of itself; whether its key has signed that is not looked at. `TreeError`, `UnusableLog`."""
        return Checkpoint.parse(Note.parse(self.checkpoint()).text)


def places_in(folders: Iterable[Path]) -> dict[str, Place]:
    """The logs of these folders by name, in the order of the folders. Raises OSError for one that cannot be read."""
    found: dict[str, Place] = {}
    for log in dict.fromkeys(log.resolve() for folder in folders for log in _logs(folder)):
        place = Place(log)
        number, plain = 1, place.name
        while place.name in found:
            number += 1
            place.name = f"{plain}@{number}"
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
