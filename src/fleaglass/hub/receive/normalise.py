"""A client's error event → `Event`: every field read as what it ought to be, bounded, and scrubbed.

    payload ── JSON ──▶ body: read by subject (frames, breadcrumbs, tags …) ── scrub ──▶ Event

A field that is not what it ought to be becomes null, with a note in the body's `errors`; the event itself is kept. What
has no reader here is kept as it was sent, bounded. `/store/` bodies are the same payload.

Source: Sentry's event payload and normalisation; bounds are in bounds.py, corrections of times in times.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import orjson

from fleaglass.hub.issues.event import Event, Level
from fleaglass.hub.receive.bounds import NAME_CHARS, bounded, cut
from fleaglass.hub.receive.breadcrumbs import breadcrumbs_of
from fleaglass.hub.receive.exceptions import chain_of, exceptions_of, stack_in, threads_of
from fleaglass.hub.receive.frames import stack_of
from fleaglass.hub.receive.message import message_of
from fleaglass.hub.receive.payload import object_of
from fleaglass.hub.receive.reading import HEX16, HEX32, Notes, hex_id, list_of, object_, plain, text
from fleaglass.hub.receive.scrub import scrubbed
from fleaglass.hub.receive.tags import tags_of
from fleaglass.hub.receive.times import drift_ns, event_time_ns

__all__ = ["event_of"]

_LEVELS: Final = MappingProxyType[Any, Level](
    {
        "fatal": "fatal",
        "error": "error",
        "warning": "warning",
        "info": "info",
        "debug": "debug",
        "critical": "fatal",
        "log": "info",
        50: "fatal",
        40: "error",
        30: "warning",
        20: "info",
        10: "debug",
    }
)
"""As they are sent: by name, or by the number that Python's logging has for it."""

_NAMES: Final = ("platform", "logger", "transaction", "release", "dist", "environment", "server_name")
_READ: Final = frozenset(
    (
        *_NAMES,
        *("event_id", "timestamp", "level", "message", "logentry", "fingerprint", "tags", "errors"),
        *("exception", "stacktrace", "threads", "breadcrumbs", "user", "contexts"),
    )
)
"""What has a reader of its own."""
_OTHER_MEMBERS: Final = 100
_LARGE_BYTES: Final = 1024 * 1024
_LEAST_TELLING: Final = ("modules", "threads", "extra", "request", "breadcrumbs", "exception")


def event_of(
    payload: bytes,
    project: int,
    received_ns: int,
    envelope_event_id: str | None,
    *,
    new_id: Callable[[], str],
    sent_ns: int | None = None,
) -> Event:
    """One event.

    Args:
        payload: the item's bytes.
        project: the project's number.
        received_ns: when the hub got it, Unix nanoseconds.
        envelope_event_id: the envelope's, for a payload without one.
        new_id: makes an id, 32 hex digits, when neither has one.
        sent_ns: the envelope's `sent_at`, by which a wrong clock is known.

    Raises payload.Malformed when it is not a JSON object.
    """
    sent = object_of(payload, "the event")
    notes = Notes()
    drift = drift_ns(sent_ns, received_ns)
    event_id = hex_id(sent.get("event_id"), "event_id", notes, HEX32)
    time_ns = event_time_ns(sent.get("timestamp"), received_ns, drift, notes)
    level = _level(sent.get("level"), notes)
    told = _said(sent, notes, drift)
    _fit(told["body"], len(payload), notes)
    said = scrubbed(told | {"errors": notes.found})
    body = said["body"] | ({"errors": said["errors"]} if said["errors"] else {})
    trace = body.get("contexts", {}).get("trace", {})
    exceptions = exceptions_of(body.get("exception", []))
    has_frames = any(exception.frames for exception in exceptions)
    return Event(
        event_id=event_id or envelope_event_id or new_id(),
        project=project,
        time_ns=time_ns,
        received_ns=received_ns,
        level=level,
        message=said["message"],
        raw_message=said["raw_message"],
        exceptions=exceptions,
        stack=() if has_frames else stack_in(body.get("stacktrace"), body.get("threads", [])),
        fingerprint=tuple(said["fingerprint"]),
        tags=said["tags"],
        user=_who(body.get("user", {})),
        trace_id=trace.get("trace_id", ""),
        span_id=trace.get("span_id", ""),
        sdk=_sdk(body.get("sdk")),
        body=body,
        **said["names"],
    )


def _said(sent: dict[str, Any], notes: Notes, drift: int) -> dict[str, Any]:
    """All that a client says in its own words: what is to be scrubbed."""
    tags = tags_of(sent.get("tags"), notes)
    names = {name: text(sent.get(name), name, notes) for name in _NAMES}
    names["environment"] = names["environment"] or tags.get("environment", "")
    message, raw_message = message_of(sent.get("logentry"), sent.get("message"), notes)
    return {
        "names": names,
        "message": message,
        "raw_message": raw_message,
        "fingerprint": _fingerprint(sent.get("fingerprint"), notes),
        "tags": tags,
        "body": _body(sent, notes, drift),
    }


def _body(sent: dict[str, Any], notes: Notes, drift: int) -> dict[str, Any]:
    """What is shown and has no field of its own in Event."""
    found: dict[str, Any] = {
        "exception": chain_of(sent.get("exception"), notes),
        "stacktrace": stack_of(sent.get("stacktrace"), "stacktrace", notes),
        "threads": threads_of(sent.get("threads"), notes),
        "breadcrumbs": breadcrumbs_of(sent.get("breadcrumbs"), notes, drift),
        "user": bounded(object_(sent.get("user"), "user", notes)),
        "contexts": _contexts(sent.get("contexts"), notes),
    }
    others_sent = [(name, value) for name, value in sent.items() if name not in _READ][:_OTHER_MEMBERS]
    others: dict[str, Any] = bounded(dict(others_sent))
    return others | {name: value for name, value in found.items() if value}


def _contexts(value: Any, notes: Notes) -> dict[str, Any]:
    contexts: dict[str, Any] = bounded(object_(value, "contexts", notes))
    if "trace" in contexts:
        trace = object_(contexts["trace"], "contexts.trace", notes)
        ids = {
            name: hex_id(trace.get(name), f"contexts.trace.{name}", notes, shape)
            for name, shape in (("trace_id", HEX32), ("span_id", HEX16), ("parent_span_id", HEX16))
        }
        contexts["trace"] = trace | ids
    return contexts


def _level(value: Any, notes: Notes) -> Level:
    if value is None:
        return "error"
    level = _LEVELS.get(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    if level is None:
        notes.invalid("level", value, "expected fatal, error, warning, info or debug")
    return level or "error"


def _fingerprint(value: Any, notes: Notes) -> list[str]:
    found = []
    for at, part in enumerate(list_of(value, "fingerprint", notes)[:100]):
        shown = plain(part)
        if shown is not None:
            found.append(cut(shown, NAME_CHARS))
        elif part is not None:
            notes.invalid(f"fingerprint.{at}", part, "expected text")
    return found


def _who(user: Any) -> str:
    """The most telling of a user's names."""
    names = (plain(user.get(name)) for name in ("id", "username", "email", "ip_address"))
    return next((name for name in names if name), "")[:NAME_CHARS]


def _sdk(sdk: Any) -> str:
    if not isinstance(sdk, dict):
        return ""
    return "/".join(part for part in (plain(sdk.get("name")), plain(sdk.get("version"))) if part)[:NAME_CHARS]


def _fit(body: dict[str, Any], sent_bytes: int, notes: Notes) -> None:
    """Leave out of a body what tells least, until it has a megabyte at most; noted."""
    if sent_bytes <= _LARGE_BYTES:
        return
    for name in _LEAST_TELLING:
        if len(orjson.dumps(body)) <= _LARGE_BYTES:
            break
        if body.pop(name, None):
            notes.add("too_large", name)
