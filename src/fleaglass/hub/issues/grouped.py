"""An event's hashes together with why it has them, in a sentence for the issue's page.

::

    grouped by in-app stack: agent.main.run › agent.trade.place; type TimeoutError › TradeError
    grouped by its fingerprint: TradeError, BTC, pf.trade
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass.hub.issues.event import Event, Frame
from fleaglass.hub.issues.fingerprint import fingerprint
from fleaglass.hub.issues.grouping import By, bases, hashes

__all__ = ["Grouped", "grouped"]

_SHOWN_FRAMES: Final = 3
_SHOWN_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Grouped:
    """`hashes` as grouping.hashes gives them; `why` starts with "grouped by"."""

    hashes: tuple[str, ...]
    why: str


def grouped(event: Event) -> Grouped:
    """The event's hashes, and why."""
    asked = fingerprint(event)
    reasons = [f"its fingerprint: {', '.join(map(_short, asked.values))}"] if asked.values else []
    if asked.kind != "custom":
        reasons.append(_default(event))
    return Grouped(hashes(event), f"grouped by {'; and '.join(reasons)}")


def _default(event: Event) -> str:
    basis = bases(event)[0]
    types = " › ".join(exception.type for exception in event.exceptions if exception.type)
    match basis.by:
        case "in-app stack" | "stack":
            return f"{basis.by}: {_frames(event, basis.by)}" + (f"; type {types}" if types else "")
        case "exception":
            return "type and value: " + _short(": ".join(filter(None, basis.parts[-2:])))
        case "message":
            return f"message: {_short(basis.parts[-1])}"
        case "nothing":
            return "nothing: it has no stack, no exception and no message"


def _frames(event: Event, by: By) -> str:
    """The innermost frames of the last exception that has such frames."""
    for frames in (*(exception.frames for exception in reversed(event.exceptions)), event.stack):
        names = [_name(frame) for frame in frames if frame.in_app or by == "stack"]
        if shown := list(dict.fromkeys(filter(None, names))):
            return ("… " if len(shown) > _SHOWN_FRAMES else "") + " › ".join(shown[-_SHOWN_FRAMES:])
    return "frames without a name"


def _name(frame: Frame) -> str:
    return _short(".".join(filter(None, (frame.module or frame.filename, frame.function))))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_TEXT else f"{text[: _SHOWN_TEXT - 1]}…"
