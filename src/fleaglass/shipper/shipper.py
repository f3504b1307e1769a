"""All journals of a home, sent where each of them belongs.

::

    every turn          answers are collected, then each journal does what it can (`shipment.py`)
    now and then        a look for journals that nobody ships yet

One thread reads and decides; the network is waited for in the threads of the links. A turn follows 50 ms after one in
which something moved, later when nothing does, and at once after an answer or ``wake``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from fleaglass.journal.format import FormatError
from fleaglass.journal.layout import SHIP_LOCK, journal_folders, remove_gone
from fleaglass.journal.records import Opened
from fleaglass.journal.route import Destination, SentryDestination, read_route
from fleaglass.shipper.batch import Outlet, Signal
from fleaglass.shipper.link import Link
from fleaglass.shipper.lock import FileLock
from fleaglass.shipper.metrics import Metric
from fleaglass.shipper.metrics.report import reports_of
from fleaglass.shipper.outage import Outage, Waits
from fleaglass.shipper.shipment import Now, Shipment, deliveries_of
from fleaglass.shipper.snapshots import snapshots_of

__all__ = ["MakeOutlet", "Shipper"]

MakeOutlet = Callable[[Destination, Signal], Outlet]

_T = TypeVar("_T")

_logger: Final = logging.getLogger("fleaglass.shipper")
_BUSY_S: Final = 0.05
_IDLE_S: Final = 0.2
_QUIET_AFTER_S: Final = 2.0
_SEARCH_EVERY_S: Final = 0.5
_AGAIN_S: Final = 5.0
_MAX_SAID: Final = 1_000


class Shipper:
    """Its methods are for one thread, but ``wake`` and ``stop``, which may be called from any.

    Args:
        home: the folder of all journals.
        make_outlet: the way to a destination for one signal.
        monotonic: a clock in seconds that never goes back.
        wall_ns: Unix nanoseconds.
    """

    def __init__(
        self,
        home: Path,
        make_outlet: MakeOutlet,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._home = home
        self._make_outlet = make_outlet
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._shipments: dict[Path, Shipment] = {}
        self._not_before_s: dict[Path, float] = {}
        self._left_alone: set[Path] = set()
        self._links: dict[tuple[bytes, Signal], Link] = {}
        self._outages: dict[bytes, Outage] = {}
        self._said: set[str] = set()
        self._searched_at_s = -_SEARCH_EVERY_S
        self._moved_at_s = monotonic()
        self._is_stopping = False
        self._woken = threading.Event()

    def run(self, until_idle_s: float | None = None, each_turn: Callable[[], bool] = lambda: True) -> None:
        """Ship until ``stop``.

        Args:
            until_idle_s: return when no agent has lived and nothing was left to send for so long, in seconds.
            each_turn: called after each turn; false ends it as well.
        """
        idle_since_s = self._monotonic()
        while not self._is_stopping:
            wait_s = self.turn()
            if not self.is_idle:
                idle_since_s = self._monotonic()
            elif until_idle_s is not None and self._monotonic() - idle_since_s >= until_idle_s:
                break
            if not each_turn():
                break
            self._woken.wait(wait_s)
            self._woken.clear()

    def wake(self) -> None:
        """There is something new: do not wait for the next turn."""
        self._searched_at_s = -_SEARCH_EVERY_S
        self._woken.set()

    def stop(self) -> None:
        """End ``run`` after the turn that it is in."""
        self._is_stopping = True
        self._woken.set()

    def close(self) -> None:
        """Leave all journals, as they are, to another shipper. What is under way is sent again, and recognised."""
        for link in self._links.values():
            link.close()
        for shipment in self._shipments.values():
            shipment.close()
        self._shipments.clear()

    @property
    def is_idle(self) -> bool:
        """Whether no agent lives, and nothing is left to send."""
        return not any(each.is_alive or each.has_more for each in self._shipments.values())

    @property
    def journals(self) -> int:
        """How many it ships."""
        return len(self._shipments)

    def metrics(self) -> list[tuple[Opened, str, list[Metric]]]:
        """Of each journal that has been read: what it is, its id, and its metrics as of now."""
        now_ns = self._wall_ns()
        known = (each.metrics(now_ns) for each in self._shipments.values())
        return [(found.opened, found.journal, [*found.derived, *found.own]) for found in known if found is not None]

    def turn(self) -> float:
        """Do all that can be done now; how long the next turn may wait, in seconds."""
        now = Now(self._monotonic(), self._wall_ns())
        has_moved = [link.collect(now.s) for link in self._links.values()]
        if now.s - self._searched_at_s >= _SEARCH_EVERY_S:
            self._searched_at_s = now.s
            self._search(now)
        there_is_more = False
        for folder, shipment in self._in_turn():
            there_is_more |= self._turn_of(folder, shipment, now)
        if there_is_more or any(has_moved) or any(each.has_more for each in self._shipments.values()):
            self._moved_at_s = now.s
        if there_is_more:
            return 0.0
        return _BUSY_S if now.s - self._moved_at_s < _QUIET_AFTER_S else _IDLE_S

    # Journals ----------------------------------------------------------------------------------------------------

    def _in_turn(self) -> list[tuple[Path, Shipment]]:
        """All, another one first each time: those that share a link take turns."""
        all_ = list(self._shipments.items())
        for folder, shipment in all_[:1]:
            del self._shipments[folder]
            self._shipments[folder] = shipment
        return all_

    def _turn_of(self, folder: Path, shipment: Shipment, now: Now) -> bool:
        there_is_more = self._with_care(folder, now, lambda: shipment.turn(now))
        if there_is_more is None or shipment.is_done:
            del self._shipments[folder]
            shipment.close()
        return bool(there_is_more)

    def _search(self, now: Now) -> None:
        """Take the journals that nobody ships."""
        try:
            remove_gone(self._home)
            found = list(journal_folders(self._home))
        except OSError as error:
            self._say(f"{self._home} cannot be read: {error}")
            return
        for folder in found:
            is_known = folder in self._shipments or folder in self._left_alone
            if not is_known and now.s >= self._not_before_s.get(folder, now.s):
                self._with_care(folder, now, partial(self._take, folder, now))

    def _take(self, folder: Path, now: Now) -> None:
        route = read_route(folder)
        deliveries = deliveries_of(route)
        if not deliveries:
            self._left_alone.add(folder)
            return
        lock = FileLock.take(folder / SHIP_LOCK)
        if lock is None:
            return
        try:
            all_ = [*deliveries, *reports_of(route), *snapshots_of(route)]
            links = {name: self._link(destination, signal) for name, signal, destination in all_}
            self._shipments[folder] = Shipment(folder, route, lock=lock, links=links, now_s=now.s, say=self._say)
        except BaseException:
            lock.release()
            raise

    def _with_care(self, folder: Path, now: Now, do: Callable[[], _T]) -> _T | None:
        """Do something with a journal. What is wrong with it stops no other."""
        try:
            return do()
        except FileNotFoundError:
            pass  # it is being made, or was shipped just now
        except (FormatError, ValueError) as error:  # a newer one's; a destination that makes no sense
            self._say(f"{folder.name} is left as it is: {error}")
            self._left_alone.add(folder)
        except OSError as error:
            self._say(f"{folder.name} cannot be shipped now, because {error}; it is tried again")
            self._not_before_s[folder] = now.s + _AGAIN_S
        except Exception:
            _logger.exception("internal error; %s is left as it is", folder.name)
            self._left_alone.add(folder)
        return None

    # Links -------------------------------------------------------------------------------------------------------

    def _link(self, destination: Destination, signal: Signal) -> Link:
        """One for all journals that send this signal to the same place with the same credentials."""
        place = msgspec.json.encode(msgspec.structs.replace(destination, name=""))
        key = place, signal
        if key not in self._links:
            outage = self._outages.setdefault(place, Outage(_named(destination), self._say_always))
            outlet = self._make_outlet(destination, signal)
            self._links[key] = Link(signal, outlet, outage, Waits(), self._woken.set)
        return self._links[key]

    def _say_always(self, message: str) -> None:
        _logger.warning("%s", message)

    def _say(self, message: str) -> None:
        """Once."""
        if message not in self._said and len(self._said) < _MAX_SAID:
            self._said.add(message)
            _logger.warning("%s", message)


def _named(destination: Destination) -> str:
    """Name and address, without credentials, of its first server."""
    if isinstance(destination, SentryDestination):
        address: str | None = destination.dsn
    else:
        address = destination.traces or destination.logs or destination.metrics
    parts = urlsplit(address or "")
    more = f" and {len(destination.others)} more" if destination.others else ""
    return f"{destination.name} ({parts.scheme}://{parts.netloc.rpartition('@')[2]}{more})"
