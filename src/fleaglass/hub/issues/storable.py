"""Text as the state can keep it: PostgreSQL refuses U+0000, and what is longer than its column."""

from __future__ import annotations

from typing import Final

import msgspec

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.title import Title

__all__ = ["storable", "storable_event", "storable_title"]

_MOST: Final = {"release": 250, "environment": 200, "user": 200, "platform": 64}
"""Characters of the columns that hold an event's fields (tables.py)."""


def storable(text: str) -> str:
    """The text, with a replacement character for each U+0000."""
    return text.replace("\0", "\ufffd")


def storable_event(event: Event) -> Event:
    """The event, with those fields that the state keeps as it can."""
    kept = {name: storable(getattr(event, name))[:most] for name, most in _MOST.items()}
    changed = {name: value for name, value in kept.items() if value != getattr(event, name)}
    return msgspec.structs.replace(event, **changed) if changed else event


def storable_title(title: Title) -> Title:
    """The same of what a row shows."""
    return Title(storable(title.title), storable(title.culprit), storable(title.type), storable(title.value))
