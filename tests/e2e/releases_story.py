"""Two days of one agent's two releases, and what Sentry's clients say of them: enough to compare one with the other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import httpx

from tests.support.otlp import traces
from tests.support.processes import Hub

AGENT = "vol-arb-btc"
OLD, NEW = "vol-arb@2.0.0", "vol-arb@2.1.0"
MS = 1_000_000
HOUR = 3_600_000 * MS


def tell_of_two_releases(hub: Hub, now_ns: int) -> None:
    """2.0.0 ran for a day, 2.1.0 since then: it crashes more often, is slower at trading, and earns less."""
    chance = random.Random(7)
    for request in _decisions(now_ns, chance):
        headers = {"content-type": "application/x-protobuf"}
        httpx.post(f"{hub.url}/v1/traces", content=request.SerializeToString(), headers=headers).raise_for_status()
    key = hub.get("/api/v1/keys")["keys"][0]["public"]
    for envelope in (*_sessions(now_ns, chance), *_errors(now_ns, chance)):
        sent = httpx.post(f"{hub.url}/api/1/envelope/", content=envelope, headers={"x-sentry-auth": _auth(key)})
        sent.raise_for_status()


def _auth(key: str) -> str:
    return f"Sentry sentry_key={key}, sentry_version=7, sentry_client=story/1"


def _decisions(now_ns: int, chance: random.Random) -> Iterator[Any]:
    number = 0
    for hour in range(48):
        release = OLD if hour < 24 else NEW
        slower = 1.0 if release == OLD else 1.6
        spans: list[dict[str, Any]] = []
        for n in range(6):
            number += 1
            start = now_ns - (48 - hour) * HOUR + n * HOUR // 6 + 1
            took = int(chance.uniform(120, 260) * slower * MS)
            earned = round(chance.gauss(0.6 if release == OLD else 0.1, 0.4), 8)
            about = {"pf.asset": "BTC", "pf.side": "buy"}
            order = {
                "pf.order_id": f"ord_{number}",
                "pf.order.state": "filled",
                "pf.quantity": 0.01,
                "pf.fill_quantity": 0.01,
                "pf.expected_price": 68_000.0,
                "pf.fill_price": 68_010.0 * (1 if release == OLD else 1.0001),
                "pf.slippage_bps": round(chance.gauss(1.4 if release == OLD else 2.6, 0.8), 1),
                "pf.fee_usd": 0.12,
            }
            told = [
                ("agent.decision_cycle", 0, took + 400 * MS, {"pf.cycle_outcome": "order_placed", "pf.pnl_usd": earned}),
                ("pf.signal.analysis", 5 * MS, 60 * MS, {}),
                ("pf.trade.execute", 70 * MS, 70 * MS + took, about | order),
                ("pf.trade.close", took + 80 * MS, took + 200 * MS, about | {"pf.pnl_usd": earned}),
            ]
            spans += [
                {
                    "trace": number,
                    "id": place,
                    "name": name,
                    "start_time_unix_nano": start + begin,
                    "end_time_unix_nano": start + end,
                    "attributes": attributes,
                    **({"parent": 1} if place > 1 else {}),
                }
                for place, (name, begin, end, attributes) in enumerate(told, start=1)
            ]
        resource = {"pf.agent_id": AGENT, "pf.release": release, "service.version": release}
        yield traces(*spans, resource={**resource, "deployment.environment.name": "production"})


def _sessions(now_ns: int, chance: random.Random) -> Iterator[bytes]:
    for hour in range(48):
        release = OLD if hour < 24 else NEW
        begun = _time(now_ns - (48 - hour) * HOUR)
        crashed = int(chance.random() < (0.1 if release == OLD else 0.75)) * chance.choice((1, 2))
        counts = {
            "started": begun,
            "did": AGENT,
            "exited": chance.randrange(6, 12),
            "errored": chance.randrange(0, 3),
            "crashed": crashed,
            "abnormal": int(chance.random() < 0.15),
        }
        attributes = {"release": release, "environment": "production" if hour % 6 else "staging"}
        yield _envelope("sessions", {"aggregates": [counts], "attrs": attributes})


def _errors(now_ns: int, chance: random.Random) -> Iterator[bytes]:
    for hour in range(48):
        release = OLD if hour < 24 else NEW
        kinds = ["InsufficientBalance"] + ([] if release == OLD else ["EscrowTimeout", "StaleQuote"])
        for n, kind in enumerate(kinds):
            if chance.random() < 0.5:
                yield _error(release, kind, now_ns - (48 - hour) * HOUR + n * HOUR // 7, f"{hour:016x}{n:016x}")


def _error(release: str, kind: str, at_ns: int, event_id: str) -> bytes:
    event = {
        "event_id": event_id,
        "timestamp": at_ns / 1e9,
        "platform": "python",
        "level": "error",
        "release": release,
        "environment": "production",
        "exception": {"values": [{"type": kind, "value": f"{kind} while trading", "stacktrace": {"frames": [_FRAME]}}]},
        "tags": {"agent_id": AGENT},
    }
    return _envelope("event", event, event_id=event_id)


_FRAME = {"function": "place_order", "module": "vol_arb.trading", "filename": "trading.py", "lineno": 41, "in_app": True}


def _envelope(kind: str, payload: Any, **head: str) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in (head, {"type": kind}, payload)) + b"\n"


def _time(ns: int) -> str:
    return f"{__import__('datetime').datetime.fromtimestamp(ns // 10**9, __import__('datetime').UTC):%Y-%m-%dT%H:%M:%SZ}"
