"""What the recorder knows of an agent's ledger: how it is to be kept, and how that goes.

It writes none itself. That does `fleaglass.venue`, around each spend; what it keeps open for the agent it leaves here,
so that it ends with the agent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeAlias, TypeVar, cast

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

__all__ = ["Book", "Bookkeeping", "LedgerMode", "bookkeeping_for"]

LedgerMode: TypeAlias = Literal["off", "on", "strict"]


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
    """

    def __init__(
        self,
        mode: LedgerMode = "off",
        *,
        home: str | None = None,
        strategy: str = "",
        release: str = "",
        environment: str = "",
    ) -> None:
        self.mode = mode
        self.home = home
        self.strategy = strategy
        self.release = release
        self.environment = environment
        self.failed = 0
        """Entries that could not be written."""
        self._book: Book | None = None

    def book(self, make: Callable[[], BookT]) -> BookT:
        """What is kept open for the agent; made when it is first asked for."""
        with _MAKING:
            self._book = book = self._book or make()
        return cast("BookT", book)

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
    )
