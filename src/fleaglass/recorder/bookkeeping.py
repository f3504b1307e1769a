"""What the recorder knows of an agent's ledger: how it is to be kept, and how that goes.

It writes none itself. That does `fleaglass.venue`, around each spend; what it keeps open for the agent it leaves here,
so that it ends with the agent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias, TypeVar, cast

from fleaglass._forks import Lock
from fleaglass.destinations import places, server_of
from fleaglass.journal.route import OtlpDestination
from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

__all__ = ["Anchors", "Book", "Bookkeeping", "LedgerMode", "bookkeeping_for"]

LedgerMode: TypeAlias = Literal["off", "on", "strict"]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Who gets the ledger's checkpoints.

    Attributes:
        lines: the places, as the setting has them.
        hub: address of the hub that gets what is recorded; empty if none does.
        hub_headers: that let us in there.
        hub_certificate: file with the CA certificates to trust there; the system's by default.
        escrows: whether the newest also goes with each escrow.
    """

    lines: tuple[str, ...] = ()
    hub: str = ""
    hub_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hub_certificate: str | None = None
    escrows: bool = True


class Book(Protocol):
    """What is kept open."""

    def close(self) -> None:
        """The agent ends."""


BookT = TypeVar("BookT", bound=Book)
_MAKING: Final = Lock()


class Bookkeeping:
    """Of one agent. Without arguments: it keeps no ledger.

    Args:
        mode: whether its spends are recorded, and whether those that cannot be are refused.
        home: the folder that its ledger is in; None if there is none to be had.
        strategy: its name for its strategy.
        release: of the agent.
        environment: it is deployed in.
        anchors: who gets its ledger's checkpoints.
    """

    def __init__(
        self,
        mode: LedgerMode = "off",
        *,
        home: str | None = None,
        strategy: str = "",
        release: str = "",
        environment: str = "",
        anchors: Anchors = Anchors(),
    ) -> None:
        self.mode = mode
        self.home = home
        self.strategy = strategy
        self.release = release
        self.environment = environment
        self.anchors = anchors
        self.failed = 0
        """Entries that could not be written."""
        self._book: Book | None = None

    def book(self, make: Callable[[], BookT]) -> BookT:
        """What is kept open for the agent; made when it is first asked for."""
        if self._book is None:
            with _MAKING:
                self._book = self._book or make()
        return cast("BookT", self._book)

    def close(self) -> None:
        """The agent ends."""
        if self._book is not None:
            with guard("closing the ledger"):
                self._book.close()


def bookkeeping_for(settings: Settings) -> Bookkeeping:
    """What an agent with these settings needs."""
    return Bookkeeping(
        cast("LedgerMode", settings.ledger),
        home=settings.home,
        strategy=settings.strategy or "",
        release=settings.release or "",
        environment=settings.environment,
        anchors=_anchors(settings),
    )


def _anchors(settings: Settings) -> Anchors:
    hub = _hub_of(settings)
    lines = settings.ledger_anchors
    if lines is None:
        lines = () if hub is None else ("hub",)
    escrows = settings.ledger_anchors != ()
    if hub is None or hub.traces is None:
        return Anchors(lines, escrows=escrows)
    return Anchors(lines, server_of(hub.traces), hub.headers, hub.certificate, escrows)


def _hub_of(settings: Settings) -> OtlpDestination | None:
    """The first hub among the destinations; what listens on this machine may be one."""
    for place in places(settings) if settings.exporter == "otlp" else ():
        to = place.destination
        if to.snapshots and to.protocol == "http/protobuf" and not place.problem:
            return to
    return None
