"""Which other traces have to do with a trace: those of its story, and the decisions before and after it.

::

    spans ──link──▶ other traces        this trace was handed work by, or hands work to, another
    spans ◀──link── other traces        and the other way round
    spans ──escrow── other traces       the same, where a venue dropped the context: both sides name the escrow

    cycle ──link──▶ cycle               with `pf.link.type` = `previous_cycle`: what the agent decided before

One step in either direction, and a bounded number. What an agent decides next is another story, and not loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from fleaglass import semconv
from fleaglass.hub.api.sql import START_NS, Bindings
from fleaglass.hub.store import Store

__all__ = ["Decision", "Linked", "linked_traces"]

_MOST_LINKED: Final = 32

_HANDS_OVER: Final = (
    semconv.SPAN_AGENT_A_CREATE_TASK,
    semconv.SPAN_AGENT_B_TASK_EXECUTION,
    semconv.SPAN_PF_ESCROW_CREATE,
)
"""Spans at the two ends of a hand-off. Others name the escrow too, but their traces tell other stories."""

# A link's attributes are kept as they came, and protobuf has one way to write this one.
_TO_PREVIOUS: Final = KeyValue(
    key=semconv.PF_LINK_TYPE, value=AnyValue(string_value=semconv.PF_LINK_TYPE_PREVIOUS_CYCLE)
).SerializeToString()


@dataclass(frozen=True, slots=True)
class Decision:
    """A trace with a decision before or after one of this trace.

    Attributes:
        agent: whose decisions the two are.
        start_ns: Unix nanoseconds at which the later of them began.
        after: whether it comes after. One that comes before may never have arrived.
    """

    trace_id: str
    agent: str
    start_ns: int
    after: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """The ids of the traces of a story, and the decisions around it."""

    story: tuple[str, ...]
    decisions: tuple[Decision, ...]

    def decision(self, agent: str, *, after: bool) -> str | None:
        """The trace of the agent's decision before, or after; the first, if it went on in several tasks."""
        found = (each for each in self.decisions if (each.agent, each.after) == (agent, after))
        first = min(found, key=lambda each: each.start_ns, default=None)
        return None if first is None else first.trace_id


async def linked_traces(store: Store, trace_id: str) -> Linked:
    """Of the story, first what this trace links to, then what links to it or shares an escrow with it.

    Raises EngineError.
    """
    bind = Bindings()
    this = f"unhex({bind('String', trace_id)})"
    mine = f"s.trace_id = toFixedString({this}, 16)"
    hands_over = f"s.name IN ({', '.join(bind('String', name) for name in _HANDS_OVER)}) AND isNotNull(s.pf_escrow_id)"
    before = f"has(l.attributes, unhex({bind('String', _TO_PREVIOUS.hex())}))"
    holder = f"{before} AS before, s.agent AS agent, {START_NS} AS start"
    sql = f"""
        SELECT other, before, incoming, agent, min(start) AS start_ns FROM (
          SELECT lower(hex(l.trace_id)) AS other, 0 AS incoming, {holder}
            FROM spans AS s ARRAY JOIN s.links AS l WHERE {mine}
          UNION ALL
          SELECT lower(hex(s.trace_id)) AS other, 1 AS incoming, {holder}
            FROM spans AS s ARRAY JOIN s.links AS l WHERE has(s.links.trace_id, {this}) AND l.trace_id = {this}
          UNION ALL
          SELECT lower(hex(s.trace_id)) AS other, 1 AS incoming, 0 AS before, '' AS agent, 0 AS start
            FROM spans AS s WHERE {hands_over}
              AND s.pf_escrow_id IN (SELECT s.pf_escrow_id FROM spans AS s WHERE {mine} AND {hands_over}))
        WHERE length(other) = 32 AND other != {bind("String", trace_id)}
        GROUP BY other, before, incoming, agent ORDER BY before, incoming, other LIMIT {_MOST_LINKED} BY before"""
    rows = await store.query(sql, bind.values)
    return Linked(
        tuple(dict.fromkeys(row["other"] for row in rows if not row["before"])),
        tuple(
            Decision(row["other"], row["agent"], row["start_ns"], after=bool(row["incoming"]))
            for row in rows
            if row["before"]
        ),
    )
