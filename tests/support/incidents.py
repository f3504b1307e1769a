"""Incidents in a state, and a notifier that tells receivers of the test's own, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update

from fleaglass.alerts.rules.model import Duration, LogLine, PagerDuty, Receiver, Route, RuleBook, Secret, Slack
from fleaglass.hub.alerting.keeper import escalate
from fleaglass.hub.alerting.notify.messages import Message
from fleaglass.hub.alerting.notify.notifier import Notifier
from fleaglass.hub.alerting.notify.sender import Delivery
from fleaglass.hub.alerting.tables import incident_activity, incidents, notifications
from fleaglass.hub.state import State

__all__ = [
    "HUB",
    "Listener",
    "Room",
    "book_of",
    "incident_row",
    "open_incident",
    "quick",
    "resolve_incident",
    "seconds",
]

HUB = "http://hub.example:4318"
START_NS = 1_800_000_000_000_000_000
PAGER = PagerDuty(routing_key=Secret(env="ROUTING_KEY"))
SLACK = Slack(url=Secret(env="SLACK_URL"))


def seconds(count: float) -> int:
    """In nanoseconds."""
    return round(count * 1_000_000_000)


def book_of(route: Route | None = None, receivers: Mapping[str, Receiver] | None = None, **more: Any) -> RuleBook:
    """A rule book whose receivers are `team` and `pager`, and which tells `team` of everything."""
    known = receivers or {"team": SLACK, "pager": PAGER, "log": LogLine()}
    return RuleBook(version=1, receivers=known, route=route or Route(receivers=("team",)), **more)


def incident_row(at_ns: int, rule: str = "slow-order", **more: Any) -> dict[str, Any]:
    """A row of an incident that fires. Labels are its rule and topic, its severity, and those given as `labels`."""
    severity = more.pop("severity", "critical")
    labels = {
        "topic": rule,
        "rule": rule,
        "severity": severity,
        "kind": "slow_span",
        **more.pop("labels", {"agent": "a-1"}),
    }
    row = {
        "rule": rule,
        "kind": "slow_span",
        "severity": severity,
        "group_hash": "0" * 32,
        "labels": labels,
        "status": "open",
        "began_ns": at_ns,
        "fired_ns": at_ns,
        "resolved_ns": None,
        "value": 2345.0,
        "worst": 2345.0,
        "threshold": 2000.0,
        "unit": "ms",
        "summary": "order.pipeline took 2,345 ms, more than 2,000 ms",
        "evidence": {},
        **dict.fromkeys(("escalated_ns", "escalated_from", "escalated_why")),
        "changed_ns": at_ns,
    }
    return {**row, **more}


def open_incident(connection: Connection, at_ns: int, rule: str = "slow-order", **more: Any) -> int:
    """An incident that fires; its number."""
    put = insert(incidents).values(incident_row(at_ns, rule, **more)).returning(incidents.c.id)
    return int(connection.execute(put).scalar_one())


def resolve_incident(connection: Connection, incident: int, at_ns: int) -> None:
    values = {"status": "resolved", "resolved_ns": at_ns, "changed_ns": at_ns}
    connection.execute(update(incidents).where(incidents.c.id == incident).values(**values))


@dataclass
class Listener:
    """A receiver: what it heard, and what it does instead of taking a message."""

    heard: list[Message] = field(default_factory=list)
    fails: Exception | None = None

    async def send(self, message: Message) -> None:
        if self.fails is not None:
            raise self.fails
        self.heard.append(message)

    def told(self) -> list[tuple[str, list[int], list[int]]]:
        """Action, who fires, who is over; then forgets it."""
        heard, self.heard = self.heard, []
        return [(each.action, ids(each.firing), ids(each.over)) for each in heard]


def ids(items: Any) -> list[int]:
    return sorted(item.id for item in items)


class Room:
    """A state with a notifier that looks when the test says so."""

    def __init__(self, state: State, book: RuleBook | None = None) -> None:
        self.state = state
        self.book = book or book_of()
        self.now_ns = START_NS
        self.listeners: dict[str, Listener] = {}
        self.restart()

    def restart(self) -> None:
        """As after the hub was killed: nothing is left but the state."""
        delivery = Delivery(self.state, HUB, lambda: self.now_ns, lambda: 0.0)
        self.notifier = Notifier(self.state, lambda: self.book, self.listener, delivery, lambda: self.now_ns)

    def listener(self, name: str) -> Listener:
        return self.listeners.setdefault(name, Listener())

    @property
    def team(self) -> Listener:
        return self.listener("team")

    @property
    def pager(self) -> Listener:
        return self.listener("pager")

    async def after(self, passed_s: float, step_s: float = 1.0) -> None:
        """Let time pass, with a round in each step."""
        until_ns = self.now_ns + seconds(passed_s)
        while self.now_ns < until_ns:
            self.now_ns = min(self.now_ns + seconds(step_s), until_ns)
            await self.notifier.round()
            await self.notifier.settled()

    def fires(self, rule: str = "slow-order", **more: Any) -> int:
        with self.state.write() as connection:
            return open_incident(connection, self.now_ns, rule, **more)

    def resolves(self, *incidents: int) -> None:
        with self.state.write() as connection:
            for incident in incidents:
                resolve_incident(connection, incident, self.now_ns)

    def escalates(self, *incidents: int) -> None:
        with self.state.write() as connection:
            for incident in incidents:
                escalate(connection, incident, "it got worse", self.now_ns)

    def outbox(self) -> list[dict[str, Any]]:
        with self.state.read() as connection:
            return [row._asdict() for row in connection.execute(select(notifications).order_by(notifications.c.id))]

    def activity(self, incident: int) -> list[tuple[str, str]]:
        at = incident_activity.c
        query = select(at.kind, at.text).where(at.incident == incident).order_by(at.id)
        with self.state.read() as connection:
            return [tuple(row) for row in connection.execute(query)]


def quick(**more: Any) -> Route:
    """A route with short times: 5 s, a minute, an hour."""
    times = {"group_wait": Duration(5), "group_interval": Duration(60), "repeat_interval": Duration(3600)}
    return Route(**{"receivers": ("team",), **times, **more})
