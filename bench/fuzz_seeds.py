"""What real clients send, as seeds to mutate: payloads of every kind of item, and the calls of both JSON APIs."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

__all__ = ["CALLS", "ITEMS", "hex_id"]

RELEASE = "agent-vol-arb@2.1.0"
API_KEY = "pf_live_9f8e7d6c5b4a39281706f5e4d3c2b1a0"
ADDRESS = "https://ana:hunter2@venue.example/?token=abcdef0123"
"""Both made up; they give the scrubber something to do."""


def hex_id(chance: random.Random, digits: int = 32) -> str:
    """An id of so many hex digits."""
    return f"{chance.getrandbits(digits * 4):0{digits}x}"


def _frame(depth: int) -> dict[str, Any]:
    return {
        "function": f"step_{depth}",
        "module": "agent.loop",
        "filename": "agent/loop.py",
        "abs_path": "/srv/agent/loop.py",
        "lineno": 100 + depth,
        "pre_context": ["def step(self):", "    key = 'x'"],
        "context_line": "    return place(order)",
        "post_context": ["", "def other(self):"],
        "vars": {"order": "<Order buy>", "size": 0.25, "api_key": API_KEY},
        "in_app": depth > 2,
    }


def _event(chance: random.Random, now_s: float) -> dict[str, Any]:
    return {
        "event_id": hex_id(chance),
        "timestamp": now_s,
        "platform": "python",
        "level": "error",
        "logger": "agent.venue",
        "transaction": "cycle",
        "release": RELEASE,
        "environment": "production",
        "server_name": "desk-1",
        "dist": "7",
        "sdk": {"name": "sentry.python", "version": "2.75.0", "packages": [{"name": "pypi:sentry-sdk"}]},
        "modules": {"httpx": "0.28"},
        "fingerprint": ["{{ default }}", "{{ tags.trade.phase }}", "venue"],
        "tags": {"agent_id": "vol-arb-1", "trade.asset": "BTC"},
        "user": {"id": "vol-arb-1", "email": "a@b.example", "ip_address": "10.0.0.1"},
        "request": {"url": ADDRESS, "headers": {"Authorization": "Bearer abc.def.ghi"}, "method": "GET"},
        "contexts": {"trace": {"trace_id": hex_id(chance), "span_id": hex_id(chance, 16)}, "agent_state": {"open": 2}},
        "extra": {"environ": {"HOME": "/root", "AWS_SECRET": "x" * 40}, "sys.argv": ["run", "--password", "odd"]},
        "breadcrumbs": {
            "values": [{"timestamp": now_s, "category": "signal", "message": "buy", "data": {"z": 2.3}}] * 3
        },
        "logentry": {"message": "order %s refused", "params": ["7"], "formatted": "order 7 refused"},
        "threads": {"values": [{"id": 1, "crashed": True, "stacktrace": {"frames": [_frame(1)]}}]},
        "exception": {
            "values": [
                {
                    "type": f"OrderRejectedError{chance.randrange(50)}",
                    "value": "order 7 refused: margin",
                    "module": "agent.errors",
                    "mechanism": {"type": "generic", "handled": chance.random() < 0.5, "data": {"code": 7}},
                    "stacktrace": {"frames": [_frame(depth) for depth in range(6)]},
                }
            ]
        },
    }


def _span(chance: random.Random, now_s: float) -> dict[str, Any]:
    return {
        "span_id": hex_id(chance, 16),
        "trace_id": hex_id(chance),
        "parent_span_id": hex_id(chance, 16),
        "op": "order.submit",
        "description": "POST /orders",
        "start_timestamp": now_s - 1,
        "timestamp": now_s,
        "status": "ok",
        "tags": {"asset": "BTC"},
        "data": {"z_score": 2.3, "amount": "12.5", "list": [1, "a", None]},
    }


def _transaction(chance: random.Random, now_s: float) -> dict[str, Any]:
    root = _span(chance, now_s)
    return {
        **_event(chance, now_s),
        "type": "transaction",
        "start_timestamp": now_s - 2,
        "contexts": {"trace": root},
        "measurements": {"latency": {"value": 12.5, "unit": "millisecond"}},
        "spans": [{**_span(chance, now_s), "trace_id": root["trace_id"]} for _ in range(3)],
    }


def _spans(chance: random.Random, now_s: float) -> dict[str, Any]:
    typed = {"sentry.release": {"value": RELEASE, "type": "string"}, "n": {"value": 3, "type": "integer"}}
    one = {
        **_span(chance, now_s),
        "name": "cycle",
        "end_timestamp": now_s,
        "is_segment": True,
        "attributes": typed,
        "links": [{"trace_id": hex_id(chance), "span_id": hex_id(chance, 16), "attributes": typed}],
    }
    return {"items": [one, one]}


def _session(chance: random.Random, now_s: float) -> dict[str, Any]:
    return {
        "sid": hex_id(chance),
        "init": True,
        "started": now_s - 60,
        "timestamp": now_s,
        "status": chance.choice(["ok", "exited", "crashed", "abnormal"]),
        "errors": 1,
        "duration": 60.5,
        "did": "vol-arb-1",
        "attrs": {"release": RELEASE, "environment": "production"},
    }


def _sessions(chance: random.Random, now_s: float) -> dict[str, Any]:
    counted = {"started": now_s // 60 * 60, "exited": 4, "errored": 1, "crashed": 1, "abnormal": 0, "did": "x"}
    return {"aggregates": [counted, counted], "attrs": {"release": RELEASE, "environment": "production"}}


def _check_in(chance: random.Random, now_s: float) -> dict[str, Any]:
    schedules = ({"type": "crontab", "value": "*/5 * * * *"}, {"type": "interval", "value": 1, "unit": "hour"})
    return {
        "check_in_id": chance.choice([hex_id(chance), "0" * 32]),
        "monitor_slug": f"rebalance-{chance.randrange(20)}",
        "status": chance.choice(["in_progress", "ok", "error"]),
        "duration": 1.5,
        "environment": "production",
        "release": RELEASE,
        "contexts": {"trace": {"trace_id": hex_id(chance)}},
        "monitor_config": {
            "schedule": chance.choice(schedules),
            "checkin_margin": 5,
            "max_runtime": 30,
            "failure_issue_threshold": 1,
            "recovery_threshold": 2,
            "timezone": "Europe/Berlin",
        },
    }


def _logs(chance: random.Random, now_s: float) -> dict[str, Any]:
    record = {
        "timestamp": now_s,
        "trace_id": hex_id(chance),
        "span_id": hex_id(chance, 16),
        "level": "info",
        "severity_number": 9,
        "body": "order placed",
        "attributes": {
            "sentry.release": {"value": RELEASE, "type": "string"},
            "size": {"value": 0.25, "type": "double"},
            "dry": {"value": False, "type": "boolean"},
        },
    }
    return {"version": 2, "items": [record] * 3}


def _metrics(chance: random.Random, now_s: float) -> dict[str, Any]:
    def point(kind: str, value: float) -> dict[str, Any]:
        return {
            "timestamp": now_s,
            "trace_id": hex_id(chance),
            "name": f"orders.{kind}",
            "type": kind,
            "value": value,
            "unit": "millisecond",
            "attributes": {"asset": {"value": "BTC", "type": "string"}},
        }

    return {"version": 2, "items": [point("counter", 1), point("gauge", 2.5), point("distribution", 3.5)]}


def _report(chance: random.Random, now_s: float) -> dict[str, Any]:
    lost = {"reason": "queue_overflow", "category": "error", "quantity": chance.randrange(9)}
    return {"timestamp": now_s, "discarded_events": [lost, lost]}


ITEMS: dict[str, Callable[[random.Random, float], dict[str, Any]]] = {
    "event": _event,
    "transaction": _transaction,
    "span": _spans,
    "session": _session,
    "sessions": _sessions,
    "check_in": _check_in,
    "log": _logs,
    "trace_metric": _metrics,
    "client_report": _report,
}
"""The payload of an item, by its type. Attachments are bytes of any kind."""


_RELEASES = "/api/0/organizations/fleaglass/releases/"
_NEW = {"version": RELEASE, "projects": ["agents"], "dateStarted": "2026-11-30T10:00:00Z", "url": "https://a.example"}
_COMMIT = {
    "id": "a" * 40,
    "repository": "agent",
    "author_name": "Ana",
    "author_email": "ana@b.example",
    "message": "Raise the limit",
    "timestamp": "2026-11-30T09:00:00+01:00",
    "patch_set": [{"path": "agent/loop.py", "type": "M"}],
}
_MONITOR = {"schedule_type": "crontab", "schedule": "0 3 * * *", "checkin_margin": 5, "timezone": "UTC"}

CALLS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/0/", None),
    ("GET", "/api/0/organizations/", None),
    ("GET", "/api/0/organizations/fleaglass/repos/?cursor=", None),
    ("GET", "/api/0/organizations/fleaglass/monitors/?cursor=", None),
    ("GET", "/api/0/projects/fleaglass/agents/releases/", None),
    ("GET", _RELEASES, None),
    ("POST", _RELEASES, _NEW),
    ("PUT", f"{_RELEASES}{RELEASE}/", {"projects": ["agents"], "dateReleased": "2026-11-30T10:00:00.123456Z"}),
    ("PUT", f"{_RELEASES}{RELEASE}/", {"commits": [_COMMIT, {"id": "b" * 40}]}),
    ("PUT", f"{_RELEASES}{RELEASE}/", {"refs": [{"repository": "agent", "commit": "a" * 40, "previousCommit": None}]}),
    ("GET", f"{_RELEASES}{RELEASE}/", None),
    ("GET", f"{_RELEASES}{RELEASE}/commits/", None),
    ("GET", f"{_RELEASES}{RELEASE}/previous-with-commits/", None),
    ("GET", f"{_RELEASES}{RELEASE}/deploys/", None),
    (
        "POST",
        f"{_RELEASES}{RELEASE}/deploys/",
        {"environment": "production", "name": "7", "dateFinished": "2026-11-30T10:00:00Z"},
    ),
    ("DELETE", f"{_RELEASES}gone@1.0.0/", None),
    ("GET", "/api/v1/issues?q=order&status=unresolved&sort=events&limit=20&environment=production&release=a@1", None),
    ("GET", "/api/v1/issues?from=-24h&to=now&agent=vol-arb-1&level=error", None),
    ("PUT", "/api/v1/issues", {"ids": [1, 2], "change": {"action": "resolve", "in": "next_release"}}),
    ("GET", "/api/v1/issues/1", None),
    ("PUT", "/api/v1/issues/1", {"action": "archive", "until": "condition", "events": 100}),
    ("PUT", "/api/v1/issues/2", {"action": "resolve", "in": "release", "release": RELEASE}),
    ("PUT", "/api/v1/issues/3", {"action": "assign", "assignee": "ana"}),
    ("PUT", "/api/v1/issues/3", {"action": "unresolve"}),
    ("POST", "/api/v1/issues/1/comments", {"text": "looks like <b>margin</b>"}),
    ("POST", "/api/v1/issues/1/merge", {"ids": [2, 3]}),
    ("POST", "/api/v1/issues/1/unmerge", {"hashes": ["a" * 32]}),
    ("GET", "/api/v1/issues/1/events?limit=5", None),
    ("GET", "/api/v1/issues/1/events/latest", None),
    ("GET", "/api/v1/issues/1/events/recommended", None),
    ("GET", "/api/v1/issues/1/events/latest/attachments/log.txt", None),
    ("GET", f"/api/v1/traces/{'a' * 32}/issues", None),
    ("GET", f"/api/v1/traces/{'a' * 32}", None),
    ("GET", f"/api/v1/issues-of-traces?trace_id={'a' * 32}", None),
    ("GET", "/api/v1/releases?limit=5", None),
    ("GET", f"/api/v1/releases/{RELEASE}", None),
    ("GET", f"/api/v1/releases/compare?a={RELEASE}&b=agent-vol-arb@2.0.0", None),
    ("PUT", f"/api/v1/releases/{RELEASE}", {"action": "finalize"}),
    ("POST", f"/api/v1/releases/{RELEASE}/deploys", {"environment": "production", "url": "https://a.example/1"}),
    ("GET", "/api/v1/monitors", None),
    ("GET", "/api/v1/monitors/rebalance-1?from=-24h", None),
    ("POST", "/api/v1/monitors", {"slug": "nightly", "name": "Nightly", "config": _MONITOR}),
    (
        "PUT",
        "/api/v1/monitors/rebalance-1",
        {"name": "R", "muted": True, "environments": {"production": {"muted": True}}},
    ),
    ("DELETE", "/api/v1/monitors/rebalance-19", None),
    ("GET", "/api/v1/sessions?from=-24h", None),
    ("GET", "/api/v1/safety", None),
    ("GET", "/api/v1/logs?limit=5&q=order", None),
    ("GET", "/api/v1/traces?limit=5", None),
    ("GET", "/api/v1/status", None),
    ("POST", "/api/v1/projects", {"slug": "desk-1", "name": "Desk 1"}),
    ("PUT", "/api/v1/projects/1", {"slug": "agents", "name": "Agents"}),
    ("POST", "/api/v1/keys", {"project": 1, "name": "k"}),
    ("POST", "/api/v1/tokens", {"name": "t", "scopes": ["read"]}),
)
"""Method, path and JSON body, None for a call without one."""
