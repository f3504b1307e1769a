"""An event's message: its template and what it became with its parameters filled in.

    "text"   {"message": "order %s", "params": ["o_1"]}   {"message": "order {id}", "params": {"id": 1}, "formatted": …}

Parameters are put in as text: their formats (`%08.2f`) are not followed, so that nothing can be made large by one.
"""

from __future__ import annotations

import re
from typing import Any, Final

from fleaglass.hub.receive.bounds import MESSAGE_CHARS, bounded, cut
from fleaglass.hub.receive.reading import Notes, plain, text

__all__ = ["message_of"]

_PLACE: Final = re.compile(r"%(?:\((\w{1,100})\))?[-#0 +]{0,5}\d{0,9}(?:\.\d{0,9})?[sdifrgxXeu]|\{(\w{0,100})\}|%%")


def message_of(logentry: Any, message: Any, notes: Notes) -> tuple[str, str]:
    """What it says, and its template: the same where there is none."""
    said = logentry if logentry is not None else message
    name = "message" if logentry is None else "logentry"
    if not isinstance(said, dict):
        whole = text(said, name, notes, MESSAGE_CHARS)
        return whole, whole
    template = text(said.get("message"), f"{name}.message", notes, MESSAGE_CHARS)
    formatted = text(said.get("formatted"), f"{name}.formatted", notes, MESSAGE_CHARS)
    formatted = formatted or cut(_filled(template, said.get("params")), MESSAGE_CHARS)
    return formatted, template or formatted


def _filled(template: str, params: Any) -> str:
    if not params or not isinstance(params, (list, dict)):
        return template
    params = bounded(params, 1_000, 100, 3)
    left = iter(params if isinstance(params, list) else ())

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        name = place[1] or place[2]
        value = next(left, place[0]) if isinstance(params, list) else params.get(name, place[0])
        shown = plain(value)
        return str(value) if shown is None else shown

    return _PLACE.sub(put, template)
