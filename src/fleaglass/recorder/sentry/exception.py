"""An exception as the values of an event: the chain of causes, stack traces, source lines, locals.

Made by sentry_sdk, which is loaded with the first error, except for the locals (local_values.py). Those are kept for
the author's own frames only: a library's hold requests, headers and keys, and say little about a strategy. Those that
are named after what is said to a model, or by it, are kept when its content is to be recorded, as on spans.
"""

from __future__ import annotations

import os
from typing import Any, Final

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
_CONTENT: Final = frozenset({"prompt", "prompts", "system_prompt", "messages", "completion", "completions"})
_NOT_THE_AUTHORS: Final = ["fleaglass", "opentelemetry", "sentry_sdk"]


def exception_fields(error: BaseException, *, mechanism: str, handled: bool, capture_content: bool) -> Event:
    """The ``exception`` part of an event. May raise what the exception's own methods raise."""
    from sentry_sdk.utils import handle_in_app

    values, frames = exception_values(error, mechanism={"type": mechanism, "handled": handled}, options=_OPTIONS)
    event: Event = dict(handle_in_app({"exception": {"values": values}}, _NOT_THE_AUTHORS, [], _project_root()))
    show_locals(frames)
    for value in event["exception"]["values"]:
        for frame in (value.get("stacktrace") or {}).get("frames", ()):
            if frame.get("in_app") is False:
                frame.pop("vars", None)
            elif "vars" in frame and not capture_content:
                frame["vars"] = {name: value for name, value in frame["vars"].items() if name not in _CONTENT}
    return {"exception": event["exception"]}


def _project_root() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return None
