"""Two days of one agent's two releases, and what Sentry's clients say of them: enough to compare one with the other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
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
    auth = f"Sentry sentry_key={key}, sentry_version=7, sentry_client=story/1"
    for envelope in (*_sessions(now_ns, chance), *_errors(now_ns, chance)):
        sent = httpx.post(f"{hub.url}/api/1/envelope/", content=envelope, headers={"x-sentry-auth": auth})
        sent.raise_for_status()


def _decisions(now_ns: int, chance: random.Random) -> Iterator[Any]:
    """Requests, one an hour."""
    for hour in range(48):
        release = _release_of(hour)
        spans: list[dict[str, Any]] = []
        for n in range(6):
            number = hour * 6 + n + 1
            start = now_ns - (48 - hour) * HOUR + n * HOUR // 6 + 1
            told = _decision(release, number, start, chance)
            spans += [{**span, "trace": number, "id": place} for place, span in enumerate(told, start=1)]
        resource = {"pf.agent_id": AGENT, "pf.release": release, "service.version": release}
        yield traces(*spans, resource={**resource, "deployment.environment.name": "production"})


def _decision(release: str, number: int, start: int, chance: random.Random) -> list[dict[str, Any]]:
    """A trade that is closed at once."""
    slower, edge, slips = (1.0, 0.6, 1.4) if release == OLD else (1.6, 0.1, 2.6)
    took = int(chance.uniform(120, 260) * slower * MS)
    earned = round(chance.gauss(edge, 0.4), 8)
    about = {"asset": "BTC", "side": "buy"}
    order = {"order_id": f"ord_{number}", "order.state": "filled", "quantity": 0.01, "fill_quantity": 0.01}
    slip = round(chance.gauss(slips, 0.8), 1)
    fill = {"expected_price": 68_000.0, "fill_price": 68_000.0 * (1 + slip / 10_000), "slippage_bps": slip}
    return [
        _span("agent.decision_cycle", start, took + 400 * MS, cycle_outcome="order_placed", pnl_usd=earned),
        _span("pf.signal.analysis", start + 5 * MS, 55 * MS, 1),
        _span("pf.trade.execute", start + 70 * MS, took, 1, **about, **order, **fill, fee_usd=0.12),
        _span("pf.trade.close", start + 80 * MS + took, 120 * MS, 1, **about, pnl_usd=earned),
    ]


def _span(name: str, start: int, took: int, parent: int = 0, /, **told: Any) -> dict[str, Any]:
    times = {"start_time_unix_nano": start, "end_time_unix_nano": start + took}
    attributes = {f"pf.{key}": value for key, value in told.items()}
    return {"name": name, "attributes": attributes, **times} | ({"parent": parent} if parent else {})


def _release_of(hour: int) -> str:
    return OLD if hour < 24 else NEW


def _sessions(now_ns: int, chance: random.Random) -> Iterator[bytes]:
    for hour in range(48):
        release = _release_of(hour)
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
        release = _release_of(hour)
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


_FRAME = {
    "function": "place_order",
    "module": "vol_arb.trading",
    "filename": "trading.py",
    "lineno": 41,
    "in_app": True,
}


def _envelope(kind: str, payload: Any, **head: str) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in (head, {"type": kind}, payload)) + b"\n"


def _time(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns // 10**9, UTC):%Y-%m-%dT%H:%M:%SZ}"
