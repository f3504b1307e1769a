"""A week of alerting, told to the state before the hub starts, and the spans that are behind it.

open      P99 of an agent's orders beyond 2 s; refused orders; a session that broke; an empty wallet; a missed job
over      firings of the week before
messages  sent ones, one that waits, one that was given up
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from fleaglass.hub.access.first_start import first_start
from fleaglass.hub.alerting.notify.actions import FOREVER_NS
from fleaglass.hub.alerting.tables import alert_standings, incident_activity, incidents, notifications
from fleaglass.hub.state import open_state, state_url
from tests.support.otlp import traces

__all__ = ["REFUSED", "RULES", "SLOW", "spans", "tell_of_incidents"]

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SLOW = f"{0xABCD:032x}"
REFUSED = f"{0xBEEF:032x}"

# Nothing is told by the hub itself within an hour: what was told is part of the story.
RULES = """
version = 1

[[rule]]
name = "p99-order"
kind = "percentile"
span = "order.pipeline"
above_ms = 2000
resolve_below_ms = 1000
window = "1m"
minimum = 5
severity = "error"
summary = "From signal to fill takes more than 2 s: fills get worse, and slippage is real."
runbook = "https://runbooks.example/p99-order"

[[rule]]
name = "refused-orders"
kind = "count"
of = { span = ["pf.trade.execute"], error = ["OrderRejectedError", "InsufficientMarginError"] }
severity = "critical"
summary = "An order was rejected, or the account has too little margin for it."

[[rule]]
name = "session-crash"
kind = "session_crash"
severity = "critical"
summary = "An agent crashed or fell silent, and did not come back within 60 s."

[[rule]]
name = "wallet-floor"
kind = "wallet_floor"
below_usd = "100"
resolve_at_usd = "150"
summary = "The balance that an agent last read is below its floor."

[[rule]]
name = "missed-schedule"
kind = "missed_schedule"
severity = "error"
summary = "A scheduled job did not run, ran too long, or failed as often as its settings allow."

[[rule]]
name = "slow-signal"
kind = "slow_span"
span = "pf.signal.analysis"
above_ms = 500
for = "30s"
summary = "The model answers late: its signal is about a market that has moved on."

[[rule]]
name = "no-order"
kind = "absence"
of = { span = ["pf.trade.execute"], status = "ok" }
within = "30m"
enabled = false
summary = "No order has succeeded for 30 minutes."

[receivers.chat]
type = "slack"
url = { env = "SLACK_WEBHOOK_URL" }

[receivers.pager]
type = "pagerduty"
routing_key = { env = "PAGERDUTY_ROUTING_KEY" }

[receivers.desk]
type = "email"
to = ["trading@example.com"]
sender = "fleaglass@example.com"
host = "smtp.example.com"

[route]
receivers = ["chat"]
group_wait = "1h"

[[route.routes]]
match = { severity = "critical" }
receivers = ["pager", "chat"]

[[route.routes]]
match = { agent = "research-lead" }
receivers = ["desk"]
"""


def tell_of_incidents(data: Path, now_ns: int) -> None:
    """Into an empty data folder."""
    state = open_state(state_url(data))
    try:
        with state.write() as connection:
            first_start(connection, now_ns - 8 * DAY, asks_for_tokens=False)
            connection.execute(insert(incidents), list(_incidents(now_ns)))
            # The judge goes on with this one.
            standing = {"rule": "p99-order", "group_hash": "a" * 32, "labels": {"agent": "vol-arb-1"}, "incident": 1}
            connection.execute(insert(alert_standings).values(**standing, began_ns=now_ns - 14 * MINUTE, value=2840.0))
            connection.execute(insert(incident_activity), list(_activity(now_ns)))
            connection.execute(insert(notifications), list(_messages(now_ns)))
    finally:
        state.close()


def spans(now_ns: int) -> Iterator[Any]:
    """OTLP requests: an agent whose orders got slow a quarter of an hour ago, and one whose orders are refused."""
    orders: list[dict[str, Any]] = []
    for n in range(480):  # one in five seconds, for forty minutes
        end_ns = now_ns - (480 - n) * 5 * SECOND
        slow = n > 480 - 14 * 12
        ms = 2300 + n * 37 % 700 if slow and n % 3 else 420 + n * 53 % 380
        trace = 0xABCD if n == 470 else 0x1000 + n
        orders.append(_span("order.pipeline", end_ns, ms, trace, id=n + 1))
    yield traces(*orders, resource=_resource("vol-arb-1"))
    refused = [
        _span(
            "agent.decision_cycle", now_ns - 6 * MINUTE, 900, 0xBEEF, id=1, attributes={"pf.cycle_outcome": "failed"}
        ),
        _span(
            "pf.trade.execute",
            now_ns - 6 * MINUTE - SECOND // 5,
            310,
            0xBEEF,
            id=2,
            parent=1,
            status=2,
            attributes={
                "pf.asset": "ETH",
                "pf.side": "buy",
                "pf.quantity": 2.5,
                "pf.order_id": "ord_7d31c0",
                "error.type": "InsufficientMarginError",
            },
        ),
    ]
    yield traces(*refused, resource=_resource("momentum-7"))
    yield traces(_span("agent.decision_cycle", now_ns - MINUTE, 60, 0xCAFE, id=1), resource=_resource("research-lead"))


def _span(name: str, end_ns: int, ms: int, trace: int, **more: Any) -> dict[str, Any]:
    times = {"start_time_unix_nano": end_ns - ms * 1_000_000, "end_time_unix_nano": end_ns}
    return {"name": name, "trace": trace, **times, **more}


def _resource(agent: str) -> dict[str, str]:
    return {"pf.agent_id": agent, "service.version": "2.4.1"}


def _incidents(now_ns: int) -> Iterator[dict[str, Any]]:
    yield _incident(
        1,
        "p99-order",
        "percentile",
        "error",
        now_ns - 14 * MINUTE,
        agent="vol-arb-1",
        value=2840.0,
        worst=2996.0,
        threshold=2000.0,
        unit="ms",
        summary="vol-arb-1: P99 of 12 order.pipeline is 2,840.0 ms, more than 2000 ms",
        evidence={"traces": [SLOW]},
    )
    yield _incident(
        2,
        "refused-orders",
        "count",
        "critical",
        now_ns - 6 * MINUTE,
        agent="momentum-7",
        value=1.0,
        worst=3.0,
        threshold=0.0,
        unit="count",
        summary="momentum-7: 1 within 60 s, more than 0",
        evidence={
            "traces": [REFUSED, "f" * 32],
            "orders": ["ord_7d31c0"],
            "assets": ["ETH"],
            "errors": ["InsufficientMarginError: the account has too little margin"],
            "breadcrumbs": [
                _crumb(now_ns - 6 * MINUTE - 900_000_000, "signal", "pf.signal.confidence=0.81, pf.side=buy"),
                _crumb(now_ns - 6 * MINUTE - 500_000_000, "risk_check", "pf.risk.passed=True, pf.risk.value=0.4"),
                _crumb(now_ns - 6 * MINUTE - 200_000_000, "exception", "exception.type=InsufficientMarginError"),
            ],
        },
    )
    yield _incident(
        3,
        "session-crash",
        "session_crash",
        "critical",
        now_ns - 2 * HOUR,
        agent="maker-2",
        value=61.0,
        worst=61.0,
        threshold=60.0,
        unit="s",
        summary="maker-2: its session broke 61 s ago, and no other began within 60 s",
        acknowledged_ns=now_ns - 110 * MINUTE,
        acknowledged_by="ana",
    )
    yield _incident(
        4,
        "wallet-floor",
        "wallet_floor",
        "warning",
        now_ns - 5 * HOUR,
        agent="research-lead",
        value=82.5,
        worst=80.1,
        threshold=100.0,
        unit="usd",
        summary="research-lead: the balance is $82.50, below $100",
        muted_until_ns=FOREVER_NS,
    )
    yield _incident(
        5,
        "missed-schedule",
        "missed_schedule",
        "error",
        now_ns - 40 * MINUTE,
        monitor="settle-positions",
        environment="production",
        value=None,
        worst=None,
        threshold=None,
        unit="count",
        summary="settle-positions production: the schedule is not kept",
    )
    # At noon of days before today, which are the same days at every hour, and in the week also when midnight comes.
    noon_ns = now_ns // DAY * DAY + 12 * HOUR
    for number, (days, minutes) in enumerate([(1, 4), (1, 11), (3, 2), (3, 25), (3, 7), (5, 90)], start=6):
        fired_ns = noon_ns - days * DAY - number * 20 * MINUTE
        yield _incident(
            number,
            "slow-signal",
            "slow_span",
            "warning",
            fired_ns,
            agent="vol-arb-1",
            value=430.0,
            worst=1900.0,
            threshold=500.0,
            unit="ms",
            summary="vol-arb-1: pf.signal.analysis took 1,900.0 ms, more than 500 ms",
            status="resolved",
            resolved_ns=fired_ns + minutes * MINUTE,
        )


def _incident(number: int, rule: str, kind: str, severity: str, fired_ns: int, **more: Any) -> dict[str, Any]:
    group = {name: more.pop(name) for name in ("agent", "monitor", "environment") if name in more}
    return {
        "id": number,
        "rule": rule,
        "kind": kind,
        "severity": severity,
        "group_hash": ("a" if number == 1 else f"{number:x}") * 32,
        "labels": {"rule": rule, "topic": rule, "severity": severity, "kind": kind, **group},
        "status": "open",
        "began_ns": fired_ns - 20 * SECOND,
        "fired_ns": fired_ns,
        "resolved_ns": None,
        "evidence": {},
        "acknowledged_ns": None,
        "acknowledged_by": None,
        "muted_until_ns": None,
        "changed_ns": fired_ns,
        **more,
    }


def _crumb(at_ns: int, name: str, says: str) -> dict[str, str]:
    return {"time_ns": str(at_ns), "name": name, "says": says}


def _activity(now_ns: int) -> Iterator[dict[str, Any]]:
    for incident in _incidents(now_ns):
        yield _deed(incident["id"], incident["fired_ns"], "fired", incident["summary"])
        if incident["resolved_ns"]:
            yield _deed(incident["id"], incident["resolved_ns"], "resolved", "good again")
    yield _deed(1, now_ns - 14 * MINUTE + 3 * SECOND, "told", "chat: trigger")
    yield _deed(2, now_ns - 6 * MINUTE + 2 * SECOND, "told", "pager: trigger")
    yield _deed(2, now_ns - 6 * MINUTE + 3 * SECOND, "told", "chat: trigger")
    yield _deed(3, now_ns - 2 * HOUR + 2 * SECOND, "told", "pager: trigger")
    yield _deed(3, now_ns - 110 * MINUTE, "acknowledged", "", actor="ana")
    yield _deed(4, now_ns - 4 * HOUR, "muted", "until it is resolved", actor="ana")


def _deed(incident: int, at_ns: int, kind: str, text: str, actor: str | None = None) -> dict[str, Any]:
    return {"incident": incident, "at_ns": at_ns, "kind": kind, "actor": actor, "text": text}


def _messages(now_ns: int) -> Iterator[dict[str, Any]]:
    yield _message(1, "pager", [3], now_ns - 2 * HOUR + 2 * SECOND)
    yield _message(2, "chat", [1], now_ns - 14 * MINUTE + 3 * SECOND)
    yield _message(3, "pager", [2], now_ns - 6 * MINUTE + 2 * SECOND)
    yield _message(4, "chat", [2], now_ns - 6 * MINUTE + 3 * SECOND)
    given_up = "HTTP 404: no_service"
    yield _message(
        5, "chat", [3], now_ns - 2 * HOUR, status="dead", attempts=9, problem=given_up, done_ns=now_ns - HOUR
    )


def _message(number: int, receiver: str, firing: list[int], at_ns: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "key": f"{receiver}{number}".ljust(64, "0"),
        "receiver": receiver,
        "action": "trigger",
        "firing": firing,
        "resolved": [],
        "is_test": False,
        "status": "sent",
        "attempts": 1,
        "next_ns": at_ns,
        "created_ns": at_ns,
        "done_ns": at_ns,
        "problem": None,
        **more,
    }
