"""All logs that the hub knows of, and the task that verifies them one after the other."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fleaglass.hub.ledgers.growth import Growth
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.places import Place, places_in
from fleaglass.hub.ledgers.verifying import Verified, is_due, verified
from fleaglass.hub.outage import Outage
from fleaglass.ledger.reading import UnusableLog
from fleaglass.ledger.tree.errors import TreeError

__all__ = ["Book", "Ledgers", "verifying"]

_LOOK_S: Final = 5.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Book:
    """One log: its files, what was read of it, and what came of verifying it, None until that was done."""

    place: Place
    growth: Growth
    verified: Verified | None = None


@dataclass(slots=True)
class Ledgers:
    """The logs below some folders. Threads may share it; everything it does waits for the disk.

    Args:
        folders: logs, or where logs are.
        keys: the public keys that are known.
    """

    folders: tuple[Path, ...] = ()
    keys: Keys = field(default_factory=Keys)
    _books: dict[str, Book] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def books(self) -> dict[str, Book]:
        """The logs that there are now, by name. Raises OSError for a folder that cannot be read."""
        places = places_in(self.folders)
        with self._lock:
            self._books = {name: self._book(place) for name, place in places.items()}
            return self._books

    def of_origin(self, origin: str) -> Book | None:
        """The log that calls itself so; the first, if there are copies. Raises OSError."""
        return next((book for book in self.books().values() if _origin(book.place) == origin), None)

    def verify(self, now_ns: Callable[[], int]) -> Iterable[Book]:
        """Verify each log for which it is time, and tell of it. Raises OSError."""
        for book in self.books().values():
            if is_due(book.verified, _note(book.place), now_ns()):
                book.verified = verified(book.place, self.keys, now_ns)
                yield book

    def _book(self, place: Place) -> Book:
        known = self._books.get(place.name)
        if known is not None and known.place.folder == place.folder:
            return known
        return Book(place, Growth(place))


@asynccontextmanager
async def verifying(ledgers: Ledgers, now_ns: Callable[[], int] = time.time_ns) -> AsyncIterator[None]:
    """Verify the logs, now and then, until the block ends."""
    task = asyncio.create_task(_for_ever(ledgers, now_ns))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _for_ever(ledgers: Ledgers, now_ns: Callable[[], int]) -> None:
    looking = Outage(_log, "looking for ledgers")
    troubles: dict[str, Outage] = {}
    while True:
        try:
            for book in await asyncio.to_thread(lambda: list(ledgers.verify(now_ns))):
                _tell(book, troubles.setdefault(book.place.name, Outage(_log, f"ledger {book.place.name}: verifying")))
        except OSError as error:
            looking.failed(str(error))
        else:
            looking.worked()
        await asyncio.sleep(_LOOK_S)


def _tell(book: Book, trouble: Outage) -> None:
    assert book.verified is not None, "it has just been verified"
    verdict = book.verified.verdict
    if verdict is None:
        return  # a log that has just begun has no checkpoint
    if verdict.problems:
        trouble.failed(f"{verdict.problems[0].where}: {verdict.problems[0].what}")
    else:
        trouble.worked()


def _note(place: Place) -> bytes:
    try:
        return place.checkpoint()
    except UnusableLog:
        return b""


def _origin(place: Place) -> str:
    try:
        return place.checkpoint_claimed().origin
    except (TreeError, UnusableLog):
        return ""
