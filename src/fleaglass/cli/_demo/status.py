"""The line that lives: what the agents did so far, as the hub tells it.

On a terminal the line rewrites itself; anywhere else a new line now and then says that it goes on.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final

import httpx

__all__ = ["Status", "StatusLine", "read_status"]

_CLEAR_TO_END: Final = "\x1b[K"
_OFTEN_S: Final = 1.0
_SELDOM_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Status:
    """Sums over all agents; `pnl_usd` is realised, before fees."""

    cycles: int = 0
    traded: int = 0
    pnl_usd: Decimal = Decimal(0)
    spans: int = 0
    errors: int = 0

    def __str__(self) -> str:
        """One line for a person."""
        money = f"{'-' if self.pnl_usd < 0 else '+'}${abs(self.pnl_usd):,.2f}"
        return (
            f"{self.cycles:,} cycles · {self.traded:,} with orders · P&L {money} · "
            f"{self.spans:,} spans · {self.errors:,} errors"
        )


async def read_status(http: httpx.AsyncClient) -> Status | None:
    """Ask the hub, whose address `http` has; None when it does not answer, which a status line can live with."""
    try:
        answer = await http.get("/api/v1/agents")
        answer.raise_for_status()
        agents: list[dict[str, Any]] = answer.json()["agents"]
    except httpx.HTTPError:
        return None
    return Status(
        cycles=sum(one["cycles"] for one in agents),
        traded=sum(one["traded"] for one in agents),
        pnl_usd=sum((Decimal(one["pnl_usd"]) for one in agents), Decimal(0)),
        spans=sum(one["span_count"] for one in agents),
        errors=sum(one["errors"] for one in agents),
    )


class StatusLine:
    """One line of a stream, shown again and again. A terminal that was closed is not an error: the demo still ends."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._every_s = _OFTEN_S if self._terminal else _SELDOM_S
        self._next_s = time.monotonic() + self._every_s
        self._open = False

    @property
    def due(self) -> bool:
        """Whether it is time to show something new."""
        return time.monotonic() >= self._next_s

    def show(self, text: str, pause_s: float = 0.0) -> None:
        """Put the text where the last one was, cut to the terminal's width; elsewhere below it.

        The next one is due after `pause_s` seconds at the earliest.
        """
        self._next_s = time.monotonic() + max(self._every_s, pause_s)
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"\r{text[:width]}{_CLEAR_TO_END}")
            self._open = True
        else:
            self._write(f"{text}\n")

    def say(self, text: str) -> None:
        """Leave the line as it stands, and write this below it."""
        self._write(f"\n{text}\n" if self._open else f"{text}\n")
        self._open = False

    def _write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()
