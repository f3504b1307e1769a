"""Stacks: frames as they are shown, bounded from both ends, and as grouping looks at them.

As it is shown a frame keeps its source lines and local variables; grouping gets only what identifies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
            # Most are short texts, which are not worth two calls each.
            is_short = type(sent) is str and len(sent) <= NAME_CHARS
            found[member] = sent if is_short else text(sent, f"{name}.{member}", notes, _NAMES[member])
        elif member in _READERS:
            found[member] = _READERS[member](sent, f"{name}.{member}", notes)
    return found


def _lines(value: Any, name: str, notes: Notes) -> list[str]:
    sent = list_of(value, name, notes)
    return [
        line if type(line) is str and len(line) <= LINE_CHARS else text(line, name, notes, LINE_CHARS)
        for line in both_ends(sent, 2 * LINES)
    ]


def _before(value: Any, name: str, notes: Notes) -> list[str]:
    return _lines(value, name, notes)[-LINES:]


def _after(value: Any, name: str, notes: Notes) -> list[str]:
    return _lines(value, name, notes)[:LINES]


def _variables(value: Any, name: str, notes: Notes) -> dict[str, Any]:
    variables: dict[str, Any] = bounded(object_(value, name, notes), VARS_CHARS, _MOST_VARS, _VARS_DEPTH)
    return variables


def _in_app(value: Any, name: str, notes: Notes) -> bool:
    if not isinstance(value, bool):
        notes.invalid(name, value, "expected true or false")
    return value is True


_READERS: Final[Mapping[str, Callable[[Any, str, Notes], Any]]] = {
    "lineno": number,
    "colno": number,
    "pre_context": _before,
    "post_context": _after,
    "vars": _variables,
    "in_app": _in_app,
}


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
