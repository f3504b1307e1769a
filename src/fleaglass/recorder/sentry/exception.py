"""An exception as the values of an event: the chain of causes, stack traces, source lines, locals.

Made by sentry_sdk, which is loaded with the first error, except for the locals (local_values.py). Those are kept for
the author's own frames only: code below the working directory, or beside the program. Those of installed packages and
of the standard library hold requests, headers, keys and the whole environment, and say little about a strategy. What is
said to a model, or by it, is left out of them unless its content is to be recorded, as on spans.

The author's source is scrubbed here, while more of it is there than an event shows; all the rest is when it is sent.
"""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from fleaglass.recorder.content import without_content
from fleaglass.recorder.scrub import scrub_lines
from fleaglass.recorder.sentry.chain import exception_values
from fleaglass.recorder.sentry.items import Event
from fleaglass.recorder.sentry.local_values import show_locals

__all__ = ["exception_fields"]

# Strings are cut after they are scrubbed, or half a secret might stay.
_OPTIONS: Final[dict[str, Any]] = {
    "include_local_variables": False,
    "include_source_context": True,
    "max_value_length": None,
}
_LINES_AROUND: Final = 24
"""As many as the longest mnemonic has words."""
_NOT_THE_AUTHORS: Final = ["fleaglass", "opentelemetry", "sentry_sdk"]


def exception_fields(error: BaseException, *, mechanism: str, handled: bool, capture_content: bool) -> Event:
    """The ``exception`` part of an event. May raise what the exception's own methods raise."""
    values, frames = exception_values(error, mechanism={"type": mechanism, "handled": handled}, options=_OPTIONS)
    made = [frame for frame, _ in frames]
    _say_whose(made, tuple(_roots()))
    show_locals(frames)
    for frame in made:
        if frame.get("in_app") is True:
            _scrub_source(frame)
        if "vars" in frame and not capture_content:
            frame["vars"] = without_content(frame["vars"])
    return {"exception": {"values": values}}


def _scrub_source(frame: dict[str, Any]) -> None:
    """Scrub the lines around the frame's, with more of the file than is shown.

    What is secret may be wrapped over lines, of which some are shown, or be a list, an item a line.
    """
    before, line, after = (frame.get(name) for name in ("pre_context", "context_line", "post_context"))
    if not isinstance(line, str) or before is None or after is None:
        return
    shown = [*before, line, *after]
    first = frame["lineno"] - 1 - len(before)
    start = max(0, first - _LINES_AROUND)
    lines = [each.strip("\r\n") for each in linecache.getlines(frame["abs_path"])]
    if lines[first : first + len(shown)] != shown:  # there is no file, or not this one any more
        lines, first, start = shown, 0, 0
    told = scrub_lines(lines[start : first + len(shown) + _LINES_AROUND])[first - start :]
    here = len(before)
    frame.update(pre_context=told[:here], context_line=told[here], post_context=told[here + 1 : len(shown)])


def _say_whose(frames: Sequence[dict[str, Any]], roots: Sequence[str]) -> None:
    """Set ``in_app``: whether a frame is the author's."""
    from sentry_sdk.utils import set_in_app_in_frames

    for frame in frames:
        # By name: in a frozen module it has no place, and below a home directory it has the author's.
        if (frame.get("module") or "").partition(".")[0] in sys.stdlib_module_names:
            frame["in_app"] = False
    for root in roots:
        set_in_app_in_frames(frames, _NOT_THE_AUTHORS, [], root)


def _roots() -> Iterator[str]:
    """Where the author's code is: the working directory, and the program's, if it was started from elsewhere."""
    with suppress(OSError):  # it was deleted
        yield os.path.join(os.getcwd(), "")
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    if isinstance(program, str) and os.path.isabs(program):
        yield os.path.join(os.path.dirname(program), "")
