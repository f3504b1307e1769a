"""GET /agents: who has ever sent a span, what each says of itself, when it was heard, and what it did."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass import semconv
from fleaglass.hub.api.closest import HAS_PNL
from fleaglass.hub.api.earnings import earnings
from fleaglass.hub.api.money import from_fixed
from fleaglass.hub.api.scalars import Amount, Nanoseconds
from fleaglass.hub.api.sql import START_NS
from fleaglass.hub.store import Row, Store

__all__ = ["AgentSummary", "Agents", "list_agents"]


class AgentSummary(TypedDict):
    """One agent: what it says of itself, when it was heard, what it did."""

    agent: str
    service: str
    strategy: str | None
    release: str | None
    environment: str | None
    region: str | None
    services: Annotated[list[str], Field(description="The Purple Flea services it uses.")]
    first_seen_ns: Nanoseconds
    last_seen_ns: Nanoseconds
    last_cycle_ns: Annotated[Nanoseconds | None, Field(description="When its latest decision cycle ended.")]
    cycles: int
    traded: Annotated[int, Field(description="Cycles that placed an order.")]
    errors: Annotated[int, Field(description="Spans with the status ERROR.")]
    pnl_usd: Amount
    span_count: int


class Agents(TypedDict):
    """All agents that ever sent a span, by name."""

    agents: list[AgentSummary]


_END_NS: Final = f"({START_NS} + s.duration_ns)"
_CYCLE: Final = f"(s.name = '{semconv.SPAN_AGENT_DECISION_CYCLE}' OR isNotNull(s.pf_cycle_outcome))"
_ABOUT: Final = ("service", "strategy", "release", "environment", "region", "services")

_AGENTS: Final = f"""
    SELECT s.agent AS agent, {", ".join(f"argMax(s.{name}, s.start_time) AS {name}" for name in _ABOUT)},
      min({START_NS}) AS first_seen_ns, max({_END_NS}) AS last_seen_ns, maxIf({_END_NS}, {_CYCLE}) AS last_cycle_ns,
      countIf({_CYCLE}) AS cycles, countIf(s.pf_cycle_outcome = '{semconv.PF_CYCLE_OUTCOME_ORDER_PLACED}') AS traded,
      countIf(s.status_code = 2) AS errors, count() AS span_count
    FROM spans AS s FINAL GROUP BY s.agent ORDER BY s.agent
    SETTINGS do_not_merge_across_partitions_select_final = 1"""
_EARNED: Final = f"SELECT agent, sum(ifNull(e.pnl, 0)) AS pnl FROM ({earnings((), tells=HAS_PNL)}) AS e GROUP BY agent"


async def list_agents(store: Store) -> Agents:
    """All agents by name, each as its latest span describes it. Raises EngineError."""
    rows, earned = await asyncio.gather(store.query(_AGENTS), store.query(_EARNED))
    pnl = {row["agent"]: row["pnl"] for row in earned}
    return {"agents": [_agent(row, pnl.get(row["agent"], 0)) for row in rows]}


def _agent(row: Row, pnl: int) -> AgentSummary:
    return {
        "agent": row["agent"],
        "service": row["service"],
        "strategy": row["strategy"] or None,
        "release": row["release"] or None,
        "environment": row["environment"] or None,
        "region": row["region"] or None,
        "services": [name for part in row["services"].split(",") if (name := part.strip())],
        "first_seen_ns": str(row["first_seen_ns"]),
        "last_seen_ns": str(row["last_seen_ns"]),
        "last_cycle_ns": str(row["last_cycle_ns"]) if row["cycles"] else None,
        "cycles": row["cycles"],
        "traded": row["traded"],
        "errors": row["errors"],
        "pnl_usd": from_fixed(pnl),
        "span_count": row["span_count"],
    }
