"""From rows of the store and of the state to what is known of each agent. No I/O.

`Rows` is what was asked for, `Agent` what comes of it for one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from fleaglass.hub.api.safety_alive import Signs, life
from fleaglass.hub.api.safety_state import Deploy, Issue, Known, Who
from fleaglass.hub.api.safety_verdict import AgentFacts, Fate, OpenItem, Position
from fleaglass.hub.store import Row

__all__ = ["Agent", "Change", "Day", "Rows", "agents_of", "outermost", "who"]

MOST_CHANGES: Final = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """What the store told: rows of the queries of safety_spans.py and safety_open.py, by their names."""

    agents: Sequence[Row]
    earned: Sequence[Row]
    described: Sequence[Row]
    markers: Sequence[Row]
    jobs: Sequence[Row]
    told: Sequence[Row]
    under_way: Sequence[Row]
    positions: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed. `trace_id` is a marker's."""

    kind: str
    at_ns: int
    says: str
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What an agent did today; issues by their ids."""

    pnl_usd: Decimal
    fees_usd: Decimal
    cycles: int
    traded: int
    errors: int
    new_issues: Sequence[int] = ()
    regressed_issues: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: what it says of itself, and everything that is known of it."""

    who: Who
    strategy: str
    facts: AgentFacts
    day: Day
    changes: Sequence[Change] = field(default=())


def who(agents: Iterable[Row], jobs: Iterable[Row]) -> list[Who]:
    """Whom the state is asked about."""
    slugs = _by_agent(jobs)
    return [
        Who(row["agent"], row["release"], row["environment"], [job["slug"] for job in slugs[row["agent"]]])
        for row in agents
    ]


def agents_of(rows: Rows, known: Known, blamed: Sequence[Row], now_ns: int) -> list[Agent]:
    """Everything about each agent, by name; `blamed` says whose the events of the issues are."""
    told, positions = _by_agent(rows.told), _by_agent(rows.positions)
    open_spans, earned = _by_agent(outermost(rows.under_way)), _by_agent(rows.earned)
    described, markers = _by_agent(rows.described), _by_agent(rows.markers)
    issues = _issues_by_agent(known.issues, blamed)
    people = who(rows.agents, rows.jobs)
    found = []
    for row, one in zip(rows.agents, people, strict=True):
        name = one.agent
        mine = issues[name]
        session, check_ins = known.sessions.get(name), known.check_ins.get(name, ())
        cycles = [each["since_ns"] for each in open_spans[name] if each["kind"] == "cycle"]
        signs = Signs([-end for end in row["ends"]], row["heard_ns"], min(cycles, default=None), session, check_ins)
        facts = AgentFacts(
            name,
            life(signs, now_ns),
            session,
            check_ins,
            [*map(_told, told[name]), *(_flying(each) for each in open_spans[name] if each["kind"] != "cycle")],
            [_position(each) for each in positions[name]],
            [issue.title for issue in mine if issue.regressed],
            failing=[-end for end in row["ends"] if -end > row["worked_ns"]],
        )
        changes = [
            *(change for each in described[name] for change in _said_anew(each)),
            *(Change(each["kind"], each["at_ns"], each["change"], each["trace_id"]) for each in markers[name]),
            *(_deployed(each) for each in known.deploys if _concerns(each, one)),
        ]
        changes.sort(key=lambda change: -change.at_ns)
        found.append(Agent(one, row["strategy"], facts, _day(row, earned[name], mine), changes[:MOST_CHANGES]))
    return found


def _by_agent(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["agent"]].append(row)
    return found


def outermost(open_spans: Sequence[Row]) -> list[Row]:
    """Without an author's own span around the client's: both are one order. The inner one knows best."""
    parents = {(row["trace_id"], row["parent"]) for row in open_spans if row["kind"] != "cycle"}
    return [row for row in open_spans if row["kind"] == "cycle" or (row["trace_id"], row["span_id"]) not in parents]


def _usd(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-16)


def _told(row: Row) -> OpenItem:
    if row["state"] == "unknown":
        fate: Fate = "unknown"
    else:
        fate = "waiting" if row["kind"] == "order" else "held"
    return OpenItem(row["kind"], fate, row["id"], _usd(row["amount"]), row["since_ns"], row["trace_id"])


def _flying(row: Row) -> OpenItem:
    return OpenItem(row["kind"], "in_flight", None, _usd(row["amount"]), row["since_ns"], row["trace_id"])


def _position(row: Row) -> Position:
    price = None if row["price"] is None else Decimal(row["price"]).scaleb(-8)
    return Position(row["asset"], Decimal(row["net"]).scaleb(-8), price, row["since_ns"], row["trace_id"])


def _issues_by_agent(issues: Iterable[Issue], blamed: Iterable[Row]) -> Mapping[str, list[Issue]]:
    agents = {row["hash"]: row["agents"] for row in blamed}
    found: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        for agent in {agent for each in issue.hashes for agent in agents.get(each, ())}:
            found[agent].append(issue)
    return found


def _day(row: Row, earned: Sequence[Row], issues: Sequence[Issue]) -> Day:
    return Day(
        pnl_usd=Decimal(sum(each["pnl"] for each in earned)).scaleb(-8),
        fees_usd=Decimal(sum(each["fees"] for each in earned)).scaleb(-8),
        cycles=row["cycles"],
        traded=row["traded"],
        errors=row["errors"],
        new_issues=[issue.id for issue in issues if not issue.regressed],
        regressed_issues=[issue.id for issue in issues if issue.regressed],
    )


def _said_anew(row: Row) -> Iterable[Change]:
    for kind, now, before in zip(("strategy", "release", "environment"), row["said"], row["before"], strict=True):
        if now != before:
            yield Change(kind, row["at_ns"], f"{before or 'none'} → {now or 'none'}")


def _concerns(deploy: Deploy, one: Who) -> bool:
    return deploy.release == one.release and one.environment in ("", deploy.environment)


def _deployed(deploy: Deploy) -> Change:
    named = f" ({deploy.name})" if deploy.name else ""
    return Change("deploy", deploy.finished_ns, f"{deploy.release} to {deploy.environment}{named}")
