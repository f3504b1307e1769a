"""An event's stored body as it is shown: stacks with their source, the trail, the agent's state.

The body was checked and bounded when it came in (receive/normalise.py), member by member; one that is absent was not
sent. What hubs of another version stored may lack more, so that nothing is taken for granted but types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from typing_extensions import TypedDict

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.event_shapes import Breadcrumb, ExceptionShown, FrameShown, SourceLine, StackShown, Tag
from fleaglass.hub.api.times import parse_time

__all__ = ["ShownBody", "shown_body"]

_AGENT_STATE: Final = "agent_state"


class ShownBody(TypedDict):
    """The part of an EventDetail that is kept in the body."""

    message: str
    dist: str
    sdk: str
    exceptions: list[ExceptionShown]
    stack: StackShown | None
    breadcrumbs: list[Breadcrumb]
    agent_state: dict[str, Any] | None
    contexts: dict[str, Any]
    request: dict[str, Any] | None
    user_detail: dict[str, Any] | None
    extra: dict[str, Any]
    fingerprint: list[str]
    notes: list[dict[str, Any]]


def shown_body(body: Mapping[str, Any]) -> ShownBody:
    """The body of a row of the store's `events`."""
    contexts = _object(body.get("contexts"))
    return {
        "message": _text(body.get("message")),
        "dist": _text(body.get("dist")),
        "sdk": _text(body.get("sdk")),
        "exceptions": [_exception(_object(one)) for one in _list(body.get("exception"))],
        "stack": _stack(body.get("stacktrace")) or _thread_stack(body.get("threads")),
        "breadcrumbs": [_crumb(_object(one)) for one in _list(body.get("breadcrumbs"))],
        "agent_state": _object(contexts.get(_AGENT_STATE)) or None,
        "contexts": {name: value for name, value in contexts.items() if name != _AGENT_STATE},
        "request": _object(body.get("request")) or None,
        "user_detail": _object(body.get("user")) or None,
        "extra": _object(body.get("extra")),
        "fingerprint": [_text(part) for part in _list(body.get("fingerprint"))],
        "notes": [_object(one) for one in _list(body.get("errors"))],
    }


def _exception(link: Mapping[str, Any]) -> ExceptionShown:
    mechanism = _object(link.get("mechanism"))
    handled = mechanism.get("handled")
    return {
        "type": _text(link.get("type")),
        "value": _text(link.get("value")),
        "module": _text(link.get("module")),
        "handled": handled if isinstance(handled, bool) else None,
        "mechanism": _text(mechanism.get("type")) or None,
        "stack": _stack(link.get("stacktrace")),
    }


def _thread_stack(threads: Any) -> StackShown | None:
    """Of the thread that crashed or said it, as grouping takes it (receive/exceptions.py)."""
    told = [thread for thread in map(_object, _list(threads)) if thread.get("stacktrace")]
    told.sort(key=lambda thread: (thread.get("crashed") is not True, thread.get("current") is not True))
    return _stack(told[0]["stacktrace"]) if told else None


def _stack(value: Any) -> StackShown | None:
    stack = _object(value)
    frames = [_frame(_object(frame)) for frame in _list(stack.get("frames"))]
    return {"frames": frames, "omitted": _number(stack.get("frames_omitted")) or 0} if frames else None


def _frame(frame: Mapping[str, Any]) -> FrameShown:
    source, at = _source(frame)
    return {
        "function": _text(frame.get("function")),
        "module": _text(frame.get("module")),
        "filename": _text(frame.get("filename")),
        "abs_path": _text(frame.get("abs_path")),
        "line": _number(frame.get("lineno")),
        "column": _number(frame.get("colno")),
        "in_app": frame.get("in_app") is True,
        "source": source,
        "at": at,
        "vars": [Tag(key=key, value=_text(value)) for key, value in _object(frame.get("vars")).items()],
    }


def _source(frame: Mapping[str, Any]) -> tuple[list[SourceLine], int | None]:
    """The lines around the call with their numbers, and which of them it is."""
    if not isinstance(frame.get("context_line"), str):
        return [], None
    before, after = _list(frame.get("pre_context")), _list(frame.get("post_context"))
    line = _number(frame.get("lineno"))
    first = None if line is None else line - len(before)
    texts = [*before, frame["context_line"], *after]
    lines: list[SourceLine] = [
        {"number": None if first is None else first + offset, "text": _text(text)} for offset, text in enumerate(texts)
    ]
    return lines, len(before)


def _crumb(crumb: Mapping[str, Any]) -> Breadcrumb:
    return {
        "time_ns": _time_ns(crumb.get("timestamp")),
        "type": _text(crumb.get("type")) or "default",
        "category": _text(crumb.get("category")),
        "level": _text(crumb.get("level")) or "info",
        "message": _text(crumb.get("message")),
        "data": _object(crumb.get("data")),
    }


def _time_ns(value: Any) -> str | None:
    """Of seconds, which are exact to the microsecond, or of ISO 8601."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return str(round(value * 1e6) * 1000)
    try:
        return str(parse_time("timestamp", value)) if isinstance(value, str) else None
    except Problem:
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    """Text as it is, other values as a person would write them."""
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value).decode()
