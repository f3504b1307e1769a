"""An event as a row of the store's `events`, under the hash that it is counted by, and what is read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.title import Title

__all__ = ["agent_of", "stored"]

_AGENT_TAGS: Final = ("agent_id", "agent.id", "agent")
_MOVED: Final = ("message", "dist", "sdk")
"""What has a field of its own in Event but no column: it goes into the body."""


def stored(event: Event, hash: str, title: Title) -> bytes:
    """The event as one line of JSON, which the engine reads."""
    body = {**event.body, **{name: getattr(event, name) for name in _MOVED}, "fingerprint": event.fingerprint}
    return orjson.dumps(
        {
            "hash": hash,
            "time": _moment(event.time_ns),
            "event_id": event.event_id,
            "project": event.project,
            "received": _moment(event.received_ns),
            "level": event.level,
            "type": title.type,
            "value": title.value,
            "title": title.title,
            "culprit": title.culprit,
            "agent": agent_of(event.tags),
            **{name: getattr(event, name) for name in _AS_THEY_ARE},
            "tags": event.tags,
            "body": orjson.dumps(body).decode(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


_AS_THEY_ARE: Final = (
    *("transaction", "release", "environment", "user", "platform", "server_name", "logger", "trace_id", "span_id"),
)


def agent_of(tags: Mapping[str, str]) -> str:
    """The agent that an event happened to, or "". Our own clients tag events with `agent_id`."""
    return next((tags[name] for name in _AGENT_TAGS if name in tags), "")


def _moment(time_ns: int) -> str:
    """Seconds with nine decimals, which the engine takes for a DateTime64(9)."""
    return f"{time_ns // 1_000_000_000}.{time_ns % 1_000_000_000:09d}"
