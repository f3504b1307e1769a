"""The trail of an event: its newest 200 breadcrumbs, in the order they were sent, their times in Unix seconds."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.receive.bounds import BREADCRUMBS, MESSAGE_CHARS, VARS_CHARS, bounded
from fleaglass.hub.receive.reading import Notes, object_, text, values_of
from fleaglass.hub.receive.times import moment_ns

__all__ = ["breadcrumbs_of"]


def breadcrumbs_of(value: Any, notes: Notes, drift: int = 0) -> list[dict[str, Any]]:
    """The trail; `drift` is added to its times, as to the event's."""
    sent = values_of(value, "breadcrumbs", notes)
    first = max(0, len(sent) - BREADCRUMBS)
    crumbs = (_crumb(crumb, f"breadcrumbs.values.{at}", notes, drift) for at, crumb in enumerate(sent[first:], first))
    return [crumb for crumb in crumbs if crumb]


def _crumb(value: Any, name: str, notes: Notes, drift: int) -> dict[str, Any]:
    crumb = object_(value, name, notes)
    found: dict[str, Any] = {}
    for member in ("type", "category", "level", "message", "event_id"):
        sent = crumb.get(member)
        if sent and (said := text(sent, f"{name}.{member}", notes, MESSAGE_CHARS)):
            found[member] = said
    if data := object_(crumb.get("data"), f"{name}.data", notes):
        found["data"] = bounded(data, VARS_CHARS, 100, 5)
    sent = crumb.get("timestamp")
    moment = moment_ns(sent, drift)
    if moment is not None:
        found["timestamp"] = moment / 1e9
    elif sent is not None:
        notes.invalid(f"{name}.timestamp", sent, "expected seconds or ISO 8601")
    return found
