"""Events, frames and exceptions for tests: only what a test is about has to be said."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.issues.event import Event, Exc, Frame

__all__ = ["app", "event", "lib", "raised"]


def event(**fields: Any) -> Event:
    return Event(**{"event_id": "0" * 32, "project": 1, "time_ns": 0, "received_ns": 0, **fields})


def app(name: str, source: str = "", **fields: Any) -> Frame:
    """A frame of the agent's own: `module.function`."""
    module, _, function = name.rpartition(".")
    return Frame(**{"module": module, "function": function, "context_line": source, "in_app": True, **fields})


def lib(name: str, source: str = "", **fields: Any) -> Frame:
    """A frame of a library."""
    return app(name, source, **{"in_app": False, **fields})


def raised(kind: str, *frames: Frame, value: str = "") -> Exc:
    return Exc(type=kind, value=value, frames=frames)
