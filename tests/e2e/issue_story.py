"""Error events as a Sentry client would send them, in their own words."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import httpx

__all__ = ["dsn_key", "event", "send"]


def dsn_key(url: str) -> str:
    """The public key of the hub's first project."""
    key: str = httpx.get(f"{url}/api/v1/keys").json()["keys"][0]["public"]
    return key


def event(kind: str, value: str, *, release: str = "agent@1.0.0", **fields: Any) -> dict[str, Any]:
    """An exception in `place_order`, called by a library, after two steps of a trail."""
    now = time.time()
    frames = [
        {"function": "main", "filename": "agent/main.py", "lineno": 9, "in_app": True},
        {"function": "request", "module": "httplib.client", "filename": "httplib/client.py", "in_app": False},
        {
            "function": "place_order",
            "filename": "agent/orders.py",
            "lineno": 41,
            "in_app": True,
            "pre_context": ["def place_order(order):"],
            "context_line": "    return venue.send(order)",
            "post_context": [""],
            "vars": {"order": {"side": "buy", "size": 0.5}},
        },
    ]
    return {
        "event_id": uuid4().hex,
        "timestamp": now,
        "platform": "python",
        "level": "error",
        "release": release,
        "environment": "production",
        "tags": {"pf.asset": "BTC"},
        "user": {"id": "account-7"},
        "breadcrumbs": {
            "values": [
                {
                    "timestamp": now - 2.38,
                    "category": "pf.signal",
                    "message": "Signal buy",
                    "data": {"confidence": 0.82},
                },
                {"timestamp": now - 0.1, "category": "http", "level": "warning", "message": "POST /orders"},
            ]
        },
        "contexts": {"agent_state": {"strategy": "vol-arb", "positions": [{"asset": "BTC", "quantity": "0.5"}]}},
        "exception": {"values": [{"type": kind, "value": value, "stacktrace": {"frames": frames}}]},
        **fields,
    }


def send(url: str, *events: dict[str, Any]) -> None:
    """Each in an envelope; the hub has them on disk when this returns, and counts them a moment later."""
    key = dsn_key(url)
    for each in events:
        lines = [{"event_id": each["event_id"]}, {"type": "event"}, each]
        answer = httpx.post(
            f"{url}/api/1/envelope/?sentry_key={key}",
            content="\n".join(map(json.dumps, lines)).encode(),
            headers={"content-type": "application/x-sentry-envelope"},
        )
        assert answer.status_code == 200, answer.text
