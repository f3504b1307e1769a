"""Stacks: frames as they are shown, bounded from both ends, and as grouping looks at them.

As it is shown a frame keeps its source lines and local variables; grouping gets only what identifies it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fleaglass.hub.issues.event import Frame
from fleaglass.hub.receive.bounds import (
    FRAMES,
    LINE_CHARS,
    LINES,
    NAME_CHARS,
    TEXT_CHARS,
    VARS_CHARS,
    both_ends,
    bounded,
    cut,
)
from fleaglass.hub.receive.reading import Notes, list_of, number, object_, text

__all__ = ["frames_of", "stack_of"]

_NAMES: Final = {
    "function": TEXT_CHARS // 16,
    "raw_function": TEXT_CHARS // 16,
    "module": NAME_CHARS,
    "filename": LINE_CHARS,
    "abs_path": 4 * LINE_CHARS,
    "package": LINE_CHARS,
    "context_line": LINE_CHARS,
    "platform": NAME_CHARS,
}
"""Member -> most characters."""
_MOST_VARS: Final = 50
_VARS_DEPTH: Final = 4


def stack_of(value: Any, name: str, notes: Notes, most: int = FRAMES) -> dict[str, Any] | None:
    """A stack to show: `{"frames": […]}`, and `frames_omitted` with how many are missing in its middle."""
    sent = list_of(object_(value, name, notes).get("frames"), f"{name}.frames", notes)
    if not sent:
        return None
    frames = [_frame(frame, f"{name}.frames.{at}", notes) for at, frame in enumerate(both_ends(sent, most))]
    stack: dict[str, Any] = {"frames": [frame for frame in frames if frame]}
    if len(sent) > most:
        stack["frames_omitted"] = len(sent) - most
    return stack


def _frame(value: Any, name: str, notes: Notes) -> dict[str, Any]:
    frame = object_(value, name, notes)
    found: dict[str, Any] = {}
    for member, sent in frame.items():
        if sent is None:
            continue
        if member in _NAMES:
            found[member] = text(sent, f"{name}.{member}", notes, _NAMES[member])
        elif member in ("lineno", "colno"):
            found[member] = number(sent, f"{name}.{member}", notes)
        elif member == "pre_context":
            found[member] = _lines(sent, f"{name}.{member}", notes)[-LINES:]
        elif member == "post_context":
            found[member] = _lines(sent, f"{name}.{member}", notes)[:LINES]
        elif member == "vars":
            found[member] = bounded(sent, VARS_CHARS, _MOST_VARS, _VARS_DEPTH)
        elif member == "in_app" and isinstance(sent, bool):
            found[member] = sent
    return found


def _lines(value: Any, name: str, notes: Notes) -> list[str]:
    sent = list_of(value, name, notes)
    return [cut(line, LINE_CHARS) if isinstance(line, str) else "" for line in both_ends(sent, 2 * LINES)]


def frames_of(stack: Any) -> tuple[Frame, ...]:
    """The frames of a stack that `stack_of` has made, as grouping looks at them."""
    frames: Iterable[dict[str, Any]] = stack["frames"] if stack else ()
    return tuple(
        Frame(
            function=frame.get("function", ""),
            module=frame.get("module", ""),
            filename=frame.get("filename", ""),
            abs_path=frame.get("abs_path", ""),
            package=frame.get("package", ""),
            line=frame.get("lineno", 0),
            context_line=frame.get("context_line", ""),
            in_app=frame.get("in_app", False),
        )
        for frame in frames
    )
