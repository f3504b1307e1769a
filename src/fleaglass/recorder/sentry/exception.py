"""An exception as the values of an event: the chain of causes, stack traces, source lines, locals.

Made by sentry_sdk, which is loaded with the first error. Locals are kept for the author's own frames only: a library's
hold requests, headers and keys, and say little about a strategy. Those that are named after what is said to a model, or
by it, are kept when its content is to be recorded, as on spans.
"""

from __future__ import annotations

import os
from typing import Any, Final

from fleaglass.recorder.sentry.items import Event

__all__ = ["exception_fields"]

# Strings are cut after they are scrubbed, or half a secret might stay.
_OPTIONS: Final[dict[str, Any]] = {
    "include_local_variables": True,
    "include_source_context": True,
    "max_value_length": None,
    "custom_repr": None,
}
_CONTENT: Final = frozenset({"prompt", "prompts", "system_prompt", "messages", "completion", "completions"})
_NOT_THE_AUTHORS: Final = ["fleaglass", "opentelemetry", "sentry_sdk"]


def exception_fields(error: BaseException, *, mechanism: str, handled: bool, capture_content: bool) -> Event:
    """The ``exception`` part of an event. May raise what the exception's own methods raise."""
    from sentry_sdk.utils import event_from_exception, handle_in_app

    made, _ = event_from_exception(
        (type(error), error, error.__traceback__),
        client_options=_OPTIONS,
        mechanism={"type": mechanism, "handled": handled},
    )
    event: Event = dict(handle_in_app(made, _NOT_THE_AUTHORS, [], _project_root()))
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
