"""What a list shows of an issue: its title, where it happened, and its type and value.

The title is the last exception, `type: value`, else the message; of either the first line that says something. Where
is the transaction, else the frame that crashed: `function(module)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.frames import crash_frame

__all__ = ["Title", "title_of"]

_MOST: Final = 256
"""Characters of each field."""

_NO_TITLE: Final = "<unlabeled event>"
_NO_FUNCTION: Final = "<unknown>"


@dataclass(frozen=True, slots=True)
class Title:
    """What a row shows. `culprit`, `type` and `value` are empty when the event does not say."""

    title: str
    culprit: str
    type: str
    value: str


def title_of(event: Event) -> Title:
    """What a row shows of the issue that this event belongs to."""
    last = event.exceptions[-1] if event.exceptions else None
    kind, value = (_line(last.type), _line(last.value)) if last is not None else ("", "")
    named = ": ".join(filter(None, (kind, value))) or _line(event.message) or _NO_TITLE
    return Title(_cut(named), _cut(_culprit(event)), kind, value)


def _culprit(event: Event) -> str:
    if event.transaction:
        return _line(event.transaction)
    frame = crash_frame(event)
    if frame is None:
        return ""
    where = frame.module or frame.filename
    function = frame.function or (_NO_FUNCTION if where else "")
    return _line(f"{function}({where})" if where else function)


def _line(text: str) -> str:
    """The first line of text that is not blank."""
    return _cut(text.strip().partition("\n")[0].rstrip())


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
