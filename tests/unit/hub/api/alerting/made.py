"""Incidents, messages and standings, written as the judge and the notifier write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert

from fleaglass.alerts.rules.model import (
    Count,
    Duration,
    Email,
    ErrorRate,
    LogLine,
    Percentile,
    Route,
    RuleBook,
    Secret,
    Selector,
    SessionCrash,
    Slack,
    SlowSpan,
)
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.alerting.tables import alert_standings, incident_activity, incidents, notifications
from fleaglass.hub.state import State

__all__ = ["BOOK", "MINUTE", "NOW", "in_force", "make_incident", "make_message", "make_standing"]

MINUTE = 60_000_000_000
NOW = 20_000 * 86_400_000_000_000 + 720 * MINUTE
"""A noon."""

BOOK = RuleBook(
    version=1,
    rules=(
        SlowSpan(name="slow-signal", span="pf.signal.analysis", above_ms=500),
        Percentile(
            name="p99-order",
            span="order.pipeline",
            above_ms=2000,
            resolve_below_ms=1000,
            severity="error",
            summary="Fills get worse.",
            runbook="https://runbooks.example/p99",
        ),
        Count(name="refused", of=Selector(span=("pf.trade.execute",), status="error"), severity="critical"),
        SessionCrash(name="crash", severity="critical", for_=Duration(30)),
        ErrorRate(name="errors", last=100, enabled=False),
    ),
    receivers={
        "log": LogLine(),
        "chat": Slack(url=Secret(env="SLACK_URL")),
        "desk": Email(to=("desk@example.com",), sender="flea@example.com", host="smtp.example.com"),
    },
    route=Route(
        receivers=("log",),
        routes=(
            Route(match={"severity": "critical"}, receivers=("chat",)),
            Route(match={"agent": "vol-arb"}, receivers=("desk",)),
        ),
    ),
)


def in_force(book: RuleBook = BOOK) -> Rulebook:
    """The rules that the tests' hub judges: those of a file that was read an hour ago."""
    rules = Rulebook(Path("/etc/fleaglass/alerts.toml"))
    rules.book, rules.loaded_ns = book, NOW - 60 * MINUTE
    return rules


def make_incident(state: State, number: int, **more: Any) -> int:
    """An open incident that fired `number` minutes ago, unless `more` says otherwise."""
    labels = {"rule": more.get("rule", "p99-order"), "severity": "error", "agent": "vol-arb"} | more.pop("labels", {})
    row = {
        "id": number,
        "rule": "p99-order",
        "kind": "percentile",
        "severity": "error",
        "group_hash": f"{number:032x}",
        "status": "open",
        "began_ns": NOW - (number + 1) * MINUTE,
        "fired_ns": NOW - number * MINUTE,
        "value": 2400.0,
        "worst": 3100.0,
        "threshold": 2000.0,
        "unit": "ms",
        "summary": "vol-arb: P99 of 40 order.pipeline is 2,400.0 ms, more than 2000 ms",
        "evidence": {},
        "changed_ns": NOW - number * MINUTE,
    }
    with state.write() as connection:
        connection.execute(insert(incidents).values({**row, **more, "labels": labels}))
        told = {"incident": number, "at_ns": row["fired_ns"], "kind": "fired", "actor": None, "text": row["summary"]}
        connection.execute(insert(incident_activity).values(told))
    return number


def make_message(state: State, number: int, firing: list[int], **more: Any) -> int:
    """A message that was sent 30 seconds ago, unless `more` says otherwise."""
    row = {
        "id": number,
        "key": "k" * 64,
        "receiver": "chat",
        "action": "trigger",
        "firing": firing,
        "resolved": [],
        "is_test": False,
        "status": "sent",
        "attempts": 1,
        "next_ns": NOW,
        "created_ns": NOW - MINUTE // 2,
        "done_ns": NOW - MINUTE // 2,
    }
    with state.write() as connection:
        connection.execute(insert(notifications).values({**row, **more}))
    return number


def make_standing(state: State, rule: str, incident: int | None = None) -> None:
    """A group that is beyond the threshold."""
    row = {"rule": rule, "group_hash": "a" * 32, "labels": {"agent": "vol-arb"}, "began_ns": NOW - MINUTE}
    with state.write() as connection:
        connection.execute(insert(alert_standings).values(incident=incident, **row))
