"""One odd value in any place of any item: it is read without it, or counted as lost, and nothing else happens."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from fleaglass.hub.intake.queue import Queued
from fleaglass.hub.intake.reading import read

NOW_S = 1_796_032_800
TRACE, SPAN = {"trace_id": "a" * 32}, {"span_id": "b" * 16, "parent_span_id": "c" * 16}
TIMES = {"start_timestamp": NOW_S - 1, "timestamp": NOW_S, "end_timestamp": NOW_S}
TYPED = {"a": {"value": 1, "type": "integer"}, "sentry.release": {"value": "a@1", "type": "string"}}
FRAME = {
    "function": "f",
    "module": "m",
    "filename": "a.py",
    "abs_path": "/a.py",
    "package": "p",
    "platform": "python",
    "lineno": 7,
    "colno": 2,
    "in_app": True,
    "context_line": "f()",
    "pre_context": ["a"],
    "post_context": ["b"],
    "vars": {"x": 1},
}
EXCEPTION = {"type": "E", "value": "v", "module": "m", "mechanism": {"type": "t", "handled": True}, "thread_id": 1}
CONFIG = {"schedule": {"type": "interval", "value": 1, "unit": "day"}, "checkin_margin": 5, "max_runtime": 9}
ITEMS: dict[str, dict[str, Any]] = {
    "event": {
        "event_id": "d" * 32,
        "timestamp": NOW_S,
        "level": "error",
        "platform": "python",
        "logger": "l",
        "transaction": "t",
        "release": "a@1",
        "dist": "1",
        "environment": "e",
        "server_name": "s",
        "logentry": {"message": "m %s", "params": [1], "formatted": "m 1"},
        "message": "m",
        "fingerprint": ["{{ default }}", "x"],
        "tags": [["a", "b"], ["agent_id", "c"]],
        "user": {"id": 1, "username": "u", "email": "e", "ip_address": "i"},
        "sdk": {"name": "n", "version": "v"},
        "contexts": {"trace": {**TRACE, **SPAN}, "agent_state": {"a": 1}},
        "request": {"url": "u", "headers": [["a", "b"]]},
        "extra": {"environ": {"HOME": "/"}, "argv": ["--password", "x"]},
        "breadcrumbs": {"values": [{"timestamp": NOW_S, "category": "c", "message": "m", "level": "l", "data": {}}]},
        "exception": {"values": [{**EXCEPTION, "stacktrace": {"frames": [FRAME]}}]},
        "stacktrace": {"frames": [FRAME]},
        "threads": {"values": [{"id": 1, "crashed": True, "current": True, "stacktrace": {"frames": [FRAME]}}]},
    },
    "transaction": {
        "transaction": "t",
        "release": "a@1",
        "environment": "e",
        "tags": {"a": "b"},
        "user": {"id": 1},
        **TIMES,
        "contexts": {"trace": {**TRACE, **SPAN, "op": "o", "status": "ok", "origin": "m", "data": {"z_score": 1}}},
        "measurements": {"m": {"value": 1, "unit": "s"}},
        "spans": [
            {**SPAN, **TIMES, "op": "o", "description": "d", "status": "ok", "data": {"a": [1]}, "tags": {"a": 1}}
        ],
    },
    "span": {
        "items": [
            {
                **TRACE,
                **SPAN,
                **TIMES,
                "name": "n",
                "status": "ok",
                "is_segment": True,
                "attributes": TYPED,
                "links": [{**TRACE, **SPAN, "sampled": True, "attributes": TYPED}],
            }
        ]
    },
    "log": {
        "version": 2,
        "items": [
            {
                **TRACE,
                **SPAN,
                "timestamp": NOW_S,
                "level": "info",
                "severity_number": 9,
                "body": "b",
                "attributes": TYPED,
            }
        ],
    },
    "trace_metric": {
        "items": [
            {
                **TRACE,
                **SPAN,
                "timestamp": NOW_S,
                "name": kind,
                "type": kind,
                "value": 1,
                "unit": "s",
                "attributes": TYPED,
            }
            for kind in ("counter", "gauge", "distribution")
        ]
    },
    "session": {
        "sid": "e" * 32,
        "init": True,
        "started": NOW_S,
        "timestamp": NOW_S,
        "status": "ok",
        "errors": 1,
        "did": "d",
        "duration": 1.5,
        "abnormal_mechanism": "m",
        "attrs": {"release": "a@1", "environment": "e"},
    },
    "sessions": {
        "aggregates": [{"started": NOW_S, "exited": 1, "errored": 1, "crashed": 1, "abnormal": 1, "did": "d"}],
        "attrs": {"release": "a@1", "environment": "e"},
    },
    "check_in": {
        "check_in_id": "f" * 32,
        "monitor_slug": "m",
        "status": "ok",
        "duration": 1,
        "environment": "e",
        "release": "a@1",
        "contexts": {"trace": TRACE},
        "monitor_config": {**CONFIG, "timezone": "UTC", "failure_issue_threshold": 1, "recovery_threshold": 1},
    },
    "client_report": {"discarded_events": [{"category": "error", "reason": "r", "quantity": 1}]},
}
ODD = (
    *(None, True, False, 0, -1, 1.5, 1e300, 2**31, 2**63, 2**64, -(2**63), 10**30),
    *("", "\0", "x" * 9_000, "9" * 400, "-1", "NaN", [], [[]], [None], {}, {"": None}, {"values": 1}, {"a": {"b": []}}),
)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a JSON value."""
    for at, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (at,)
        yield from ((at, *path) for path in places(inner))


def lost(kind: str, sent: Any) -> list[tuple[str, str]]:
    """Category and reason of what an envelope with this item loses."""
    payload = json.dumps(sent).encode()
    body = b'{"event_id":"%s"}\n%s\n%s\n' % (b"d" * 32, json.dumps({"type": kind}).encode(), payload)
    found = read([Queued(1, 1, NOW_S * 1_000_000_000, body)], {1: "agents"})
    list(found.batches())
    return [(category, reason) for _, _, category, reason in found.lost]


@pytest.mark.parametrize("kind", ITEMS)
def test_an_item_as_clients_send_it_loses_nothing(kind: str) -> None:
    assert lost(kind, ITEMS[kind]) == ([("error", "r")] if kind == "client_report" else [])


@pytest.mark.parametrize("kind", ITEMS)
def test_an_odd_value_anywhere_is_left_out_or_counted(kind: str) -> None:
    for path in places(ITEMS[kind]):
        for odd in ODD:
            sent = copy.deepcopy(ITEMS[kind])
            holder = sent
            for at in path[:-1]:
                holder = holder[at]
            holder[path[-1]] = odd
            told = lost(kind, sent)
            assert kind == "client_report" or {reason for _, reason in told} <= {"unreadable"}, (path, odd)
