"""`session` and `sessions` items → updates and counts, every field checked.

    session    {"sid": …, "init": true, "started": …, "timestamp": …, "status": "exited", "errors": 1, "attrs": {…}}
    sessions   {"attrs": {"release": …, "environment": …}, "aggregates": [{"started": …, "exited": 4, "crashed": 1}]}

A session's `did` may be an agent's id that is shaped like a key, as the guides' are. An id is all that it can be, so it
stays, where anything else in it would be scrubbed.

Source: Sentry's session payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fleaglass.hub.receive.bounds import NAME_CHARS
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import plain
from fleaglass.hub.receive.scrub import scrub_text
from fleaglass.hub.receive.strictly import id_in, label_in, moment_in, seconds_in, whole_in
from fleaglass.hub.sessions.update import SessionCounts, SessionStatus, SessionUpdate
from fleaglass.secret_shapes import looks_like_key

__all__ = ["session_counts_of", "session_update_of"]

_STATUSES: Final[Mapping[str, SessionStatus]] = {
    "ok": "ok",
    "exited": "exited",
    "crashed": "crashed",
    "abnormal": "abnormal",
    "unhandled": "exited",
}
"""A browser's `unhandled` is a page that went on after an error that nobody caught: it ended, with errors."""
_WITH_ERRORS: Final = ("crashed", "unhandled")
_MOST_COUNTS: Final = 10_000
_MOST: Final = 2**31 - 1


def session_update_of(payload: bytes, received_ns: int, drift_ns: int = 0) -> SessionUpdate:
    """One update. `received_ns` is its time when it has none; `drift_ns` is added to its times (times.py).

    Raises Malformed, which names the field.
    """
    what = "the session"
    sent = object_of(payload, what)
    status = sent.get("status", "ok")
    if not isinstance(status, str) or status not in _STATUSES:
        raise Malformed(f"{what}: status must be one of {', '.join(_STATUSES)}, not {str(status)[:40]!r}")
    init = sent.get("init", False)
    if not isinstance(init, bool):
        raise Malformed(f"{what}: init must be true or false, not {str(init)[:40]!r}")
    errors = whole_in(sent, "errors", what, 0, 0, _MOST)
    attrs = _attrs(sent, what)
    return SessionUpdate(
        sid=id_in(sent, "sid", what),
        init=init,
        started_ns=moment_in(sent, "started", what, drift_ns),
        timestamp_ns=received_ns if sent.get("timestamp") is None else moment_in(sent, "timestamp", what, drift_ns),
        status=_STATUSES[status],
        errors=max(1, errors) if status in _WITH_ERRORS else errors,
        did=_did(sent, what),
        duration_s=seconds_in(sent, "duration", what),
        release=label_in(attrs, "release", what),
        environment=label_in(attrs, "environment", what),
        mechanism=label_in(sent, "abnormal_mechanism", what),
    )


def session_counts_of(payload: bytes, drift_ns: int = 0) -> tuple[SessionCounts, ...]:
    """The counts of a `sessions` item. Raises Malformed, which names the field and the aggregate."""
    sent = object_of(payload, "the sessions")
    aggregates = sent.get("aggregates")
    if not isinstance(aggregates, list) or len(aggregates) > _MOST_COUNTS:
        raise Malformed(f"the sessions: aggregates must be a list of at most {_MOST_COUNTS}")
    attrs = _attrs(sent, "the sessions")
    release, environment = (label_in(attrs, name, "the sessions") for name in ("release", "environment"))
    return tuple(
        _counts(one, f"the sessions: aggregate {count}", drift_ns, release, environment)
        for count, one in enumerate(aggregates, 1)
    )


def _counts(sent: Any, what: str, drift_ns: int, release: str, environment: str) -> SessionCounts:
    if not isinstance(sent, dict):
        raise Malformed(f"{what} must be an object")
    exited, errored, crashed, abnormal = (
        whole_in(sent, name, what, 0, 0, _MOST) for name in ("exited", "errored", "crashed", "abnormal")
    )
    return SessionCounts(
        started_ns=moment_in(sent, "started", what, drift_ns),
        exited=exited,
        errored=errored,
        crashed=crashed,
        abnormal=abnormal,
        did=_did(sent, what),
        release=release,
        environment=environment,
    )


def _attrs(sent: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    attrs = sent.get("attrs")
    if attrs is not None and not isinstance(attrs, dict):
        raise Malformed(f"{what}: attrs must be an object")
    return attrs or {}


def _did(sent: Mapping[str, Any], what: str) -> str:
    value = sent.get("did")
    text = "" if value is None else plain(value)
    if text is None or len(text) > NAME_CHARS:
        raise Malformed(f"{what}: did must be a text of at most {NAME_CHARS} characters")
    return text if text.startswith("pf_") and looks_like_key(text) else scrub_text(text)
