"""From what is known of each agent to the answer of GET /safety: money and times as text, nothing decided here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, cast

from fleaglass.hub.api.money import decimal_text
from fleaglass.hub.api.safety_alive import CheckIn, Session
from fleaglass.hub.api.safety_facts import Agent, Change, Day
from fleaglass.hub.api.safety_shapes import (
    AgentSafety,
    ChangeSeen,
    CheckInSeen,
    Open,
    OpenThing,
    PositionSeen,
    Safety,
    SessionSeen,
    Tally,
    Today,
)
from fleaglass.hub.api.safety_verdict import AgentFacts, Fate, OpenItem, Position, verdict
from fleaglass.hub.ledgers.trouble import Trouble

__all__ = ["answer"]

MOST_THINGS: Final = 20


def answer(agents: Sequence[Agent], ledgers: Sequence[Trouble], now_ns: int, today_from_ns: int) -> Safety:
    """The whole answer."""
    said = verdict([each.facts for each in agents], now_ns, ledgers)
    return {
        "now_ns": str(now_ns),
        "today_from_ns": str(today_from_ns),
        "verdict": {
            "answer": said.answer,
            "says": said.says,
            "reasons": [
                {
                    "severity": reason.severity,
                    "kind": reason.kind,
                    "agent": reason.agent,
                    "says": reason.says,
                    "at_risk_usd": decimal_text(reason.at_risk_usd),
                    "since_ns": _ns(reason.since_ns),
                    "ledger": reason.ledger,
                }
                for reason in said.reasons
            ],
        },
        "agents": [_agent(each) for each in agents],
    }


def _agent(agent: Agent) -> AgentSafety:
    facts = agent.facts
    return {
        "agent": facts.agent,
        "strategy": agent.strategy or None,
        "release": agent.who.release or None,
        "environment": agent.who.environment or None,
        "alive": facts.life.alive,
        "reason": facts.life.reason,
        "last_cycle_ns": _ns(facts.life.last_cycle_ns),
        "usual_interval_ns": facts.life.usual_interval_ns,
        "last_heard_ns": _ns(facts.life.last_heard_ns),
        "session": None if facts.session is None else _session(facts.session),
        "check_ins": [_check_in(each) for each in facts.check_ins],
        "open": _open(facts),
        "today": _today(agent.day),
        "changed": [_change(each) for each in agent.changes],
    }


def _session(session: Session) -> SessionSeen:
    return {
        "status": cast(Literal["ok", "exited", "crashed", "abnormal"], session.status),
        "started_ns": str(session.started_ns),
        "seen_ns": str(session.seen_ns),
        "release": session.release,
        "environment": session.environment,
        "errors": session.errors,
        "inferred": session.inferred,
    }


def _check_in(check_in: CheckIn) -> CheckInSeen:
    return {
        "slug": check_in.slug,
        "environment": check_in.environment,
        "status": cast(Literal["active", "ok", "error"], check_in.status),
        "last_ns": _ns(check_in.last_ns),
        "next_latest_ns": _ns(check_in.next_latest_ns),
        "muted": check_in.muted,
        "alive": check_in.alive,
    }


def _open(facts: AgentFacts) -> Open:
    largest_first = sorted(facts.items, key=lambda item: (-(item.usd or 0), item.since_ns))
    return {
        "unknown": _tally(facts.items, "unknown"),
        "in_flight": _tally(facts.items, "in_flight"),
        "waiting": _tally(facts.items, "waiting"),
        "held": _tally(facts.items, "held"),
        "things": [_thing(item) for item in largest_first[:MOST_THINGS]],
        "positions": [_position(each) for each in facts.positions],
    }


def _tally(items: Sequence[OpenItem], fate: Fate) -> Tally:
    mine = [item for item in items if item.fate == fate]
    return {
        "count": len(mine),
        "usd": decimal_text(sum((item.usd or Decimal(0) for item in mine), Decimal(0))),
        "unpriced": sum(item.usd is None for item in mine),
        "oldest_ns": _ns(min((item.since_ns for item in mine), default=None)),
    }


def _thing(item: OpenItem) -> OpenThing:
    return {
        "kind": item.kind,
        "fate": item.fate,
        "id": item.id,
        "usd": _amount(item.usd),
        "since_ns": str(item.since_ns),
        "trace_id": item.trace_id,
    }


def _position(position: Position) -> PositionSeen:
    return {
        "asset": position.asset,
        "quantity": decimal_text(position.quantity),
        "price_usd": _amount(position.price_usd),
        "value_usd": _amount(position.value_usd),
        "since_ns": str(position.since_ns),
        "trace_id": position.trace_id,
    }


def _today(day: Day) -> Today:
    return {
        "net_usd": decimal_text(day.pnl_usd - day.fees_usd),
        "pnl_usd": decimal_text(day.pnl_usd),
        "fees_usd": decimal_text(day.fees_usd),
        "cycles": day.cycles,
        "traded": day.traded,
        "errors": day.errors,
        "new_issues": list(day.new_issues),
        "regressed_issues": list(day.regressed_issues),
    }


def _change(change: Change) -> ChangeSeen:
    return {"kind": change.kind, "at_ns": str(change.at_ns), "says": change.says, "trace_id": change.trace_id}


def _ns(moment: int | None) -> str | None:
    return None if moment is None else str(moment)


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
