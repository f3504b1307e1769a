"""All logs that the hub knows of, and the task that verifies them one after the other."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

from fleaglass.hub.ledgers.growth import Growth
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.places import Place, places_in
from fleaglass.hub.ledgers.verifying import Verified, is_due, verified
from fleaglass.hub.outage import Outage
from fleaglass.ledger.reading import UnusableLog
from fleaglass.ledger.tree.errors import TreeError

__all__ = ["Book", "Ledgers", "Wrong", "verifying"]

_LOOK_S: Final = 5.0
_THREADS: Final = 3
"""One verifies, the others answer."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


Wrong: TypeAlias = Literal["", "tampered", "gone", "missing"]
"""Something that cannot be so in it; it had entries and cannot be verified any more; the hub has cosigned more."""


@dataclass(slots=True)
class Book:
    """One log.

    Attributes:
        place: its files.
        growth: what was read of it.
        verified: what came of verifying it; None until that was done.
        had_entries: whether it ever was whole and had entries.
        wrong: what is not as it should be; empty while nothing is known to be.
        since_ns: since when that is so, in Unix nanoseconds.
    """

    place: Place
    growth: Growth
    verified: Verified | None = None
    had_entries: bool = False
    wrong: Wrong = ""
    since_ns: int | None = None

    def take(self, verified: Verified) -> None:
        """It was verified."""
        verdict = verified.verdict
        self.had_entries |= verdict is not None and verdict.is_whole and verdict.size > 0
        wrong: Wrong = "tampered" if verified.is_tampered else "missing" if verified.missing else ""
        if verdict is None and self.had_entries:
            wrong = "gone"
        if wrong != self.wrong:
            self.since_ns = verified.at_ns if wrong else None
        self.wrong, self.verified = wrong, verified


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
    _ended: threading.Event = field(default_factory=threading.Event, init=False)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_THREADS, "fleaglass-ledgers"), init=False
    )

    async def reading(self, read: Callable[[], T]) -> T:
        """What waits for the disk, off the event loop, and on few threads: a disk that hangs holds up nothing else."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, read)

    def end(self) -> None:
        """Whoever reads a log ends at its next file."""
        self._ended.set()

    @property
    def known(self) -> dict[str, Book]:
        """The logs that there were when somebody last looked, by name. Waits for nothing."""
        return self._books

    def books(self) -> dict[str, Book]:
        """The logs that there are now, by name. Raises OSError for a folder that cannot be read."""
        places = places_in(self.folders, self._ended)
        with self._lock:
            self._books = {name: self._book(place) for name, place in places.items()}
            return self._books

    def by_origin(self) -> dict[str, Book]:
        """The logs by what they call themselves; the first, if there are copies. Raises OSError."""
        return {_origin(book.place): book for book in reversed(self.books().values())}

    def verify(self, now_ns: Callable[[], int]) -> Iterator[Book]:
        """Verify each log for which it is time, and tell of it. Raises OSError."""
        for book in self.books().values():
            if is_due(book.verified, _note(book.place), now_ns()):
                book.take(verified(book.place, self.keys, now_ns))
                yield book

    def _book(self, place: Place) -> Book:
        known = self._books.get(place.name)
        if known is not None and known.place.folder == place.folder:
            return known
        return Book(place, Growth(place))


Tell: TypeAlias = Callable[[Book], Awaitable[None]]


async def _nobody(_: Book) -> None:
    """Is told."""


@asynccontextmanager
async def verifying(
    ledgers: Ledgers, now_ns: Callable[[], int] = time.time_ns, tell: Tell = _nobody
) -> AsyncIterator[None]:
    """Verify the logs, now and then, until the block ends; nothing is read any more then.

    `tell` tells people of a log that is not as it should be, once until it is well again.
    """
    task = asyncio.create_task(_for_ever(ledgers, now_ns, tell))
    try:
        yield
    finally:
        ledgers.end()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _for_ever(ledgers: Ledgers, now_ns: Callable[[], int], tell: Tell) -> None:
    looking = Outage(_log, "looking for ledgers")
    troubles: dict[str, Outage] = {}
    while True:
        try:
            verified_now = ledgers.verify(now_ns)
            while (book := await ledgers.reading(partial(next, verified_now, None))) is not None:
                _tell(book, troubles.setdefault(book.place.name, Outage(_log, f"ledger {book.place.name}: verifying")))
                if book.verified is not None and book.since_ns == book.verified.at_ns:
                    await tell(book)
        except OSError as error:
            looking.failed(str(error))
        else:
            looking.worked()
        await asyncio.sleep(_LOOK_S)


def _tell(book: Book, trouble: Outage) -> None:
    assert book.verified is not None, "it has just been verified"
    verdict = book.verified.verdict
    if verdict is not None and verdict.problems:
        trouble.failed(f"{verdict.problems[0].where}: {verdict.problems[0].what}")
    elif book.wrong:
        trouble.failed(book.verified.why or f"{book.verified.missing} entries that this hub has cosigned are not there")
    elif verdict is not None:  # a log that has just begun has no checkpoint
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
