"""An event of a size that a server takes: Sentry refuses one of more than a million bytes, and hears of no error then.

What is made here stays far below. What an author gives to ``capture``, logs or adds in a ``before_send`` may not. Then
the event goes out without what it can best do without, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fleaglass.recorder.sentry.items import Event

__all__ = ["fitted"]

_MAX_BYTES: Final = 1_000_000
_NOTE_BYTES: Final = 200
_MAX_TAGS: Final = 50
_MAX_TAG_CHARS: Final = 200
_ESSENTIAL: Final[tuple[str, ...]] = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "release",
    "environment",
    "transaction",
    "logger",
    "user",
    "exception",
    "logentry",
    "message",
    "fingerprint",
    "sdk",
)


def fitted(event: Event) -> Event:
    """The event if a server takes it, else as much of it as one does.

    Args:
        event: cleaned, so every text in it is bounded.
    """
    left_out: list[str] = []
    for what, without in _DISPENSABLE:
        if _size_bytes(event) <= _MAX_BYTES - _NOTE_BYTES:
            break
        event = without(event)
        left_out.append(what)
    if left_out:
        note = {"too_large": {"left_out": ", ".join(left_out)}}
        event = {**event, "contexts": {**_mapping(event.get("contexts")), **note}}
    return event


def _size_bytes(event: Event) -> int:
    from sentry_sdk.utils import json_dumps

    return len(json_dumps(event))


def _without_locals(event: Event) -> Event:
    return _with_frames(event, lambda frame: _but(frame, "vars"))


def _without_surroundings(event: Event) -> Event:
    return _with_frames(_but(event, "breadcrumbs"), lambda frame: _but(frame, "pre_context", "post_context"))


def _with_essentials(event: Event) -> Event:
    found: Event = {name: event[name] for name in _ESSENTIAL if name in event}
    tags = list(_mapping(event.get("tags")).items())[:_MAX_TAGS]
    found["tags"] = {name: str(value)[:_MAX_TAG_CHARS] for name, value in tags}
    found["contexts"] = {name: value for name, value in _mapping(event.get("contexts")).items() if name == "trace"}
    return _with_frames(found, lambda frame: _but(frame, "context_line"))


_DISPENSABLE: Final[tuple[tuple[str, Callable[[Event], Event]], ...]] = (
    ("local variables", _without_locals),
    ("breadcrumbs and source lines", _without_surroundings),
    ("all that is not essential", _with_essentials),
)


def _with_frames(event: Event, change: Callable[[Event], Event]) -> Event:
    exception = _mapping(event.get("exception"))
    values = [dict(value) for value in exception.get("values", ())]
    for value in values:
        if trace := value.get("stacktrace"):
            value["stacktrace"] = {**trace, "frames": [change(frame) for frame in trace["frames"]]}
    return {**event, "exception": {**exception, "values": values}} if values else event


def _mapping(value: object) -> Mapping[str, Any]:
    """What a hook of the author's may have made something else of."""
    return value if isinstance(value, Mapping) else {}


def _but(found: Event, *names: str) -> Event:
    return {name: value for name, value in found.items() if name not in names}
