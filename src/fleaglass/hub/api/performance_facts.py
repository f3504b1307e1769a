"""What performance is made of, as one relation: a row for each thing that counts once.

    money     a position closed, a bet or a batch of them settled      pnl, and whether it was a bet
              an order's or an escrow's fee                            fee
    ordered   an order, or a closing whose price slipped               state, filled share, slippage and its cost
    cycle     a decision

Each is counted by the rules of earnings.py and performance_orders.py, and belongs to the group that it names itself
or that it borrows (performance_groups.py). Money is in whole numbers of 10^-8 USD, the cost of slippage in 10^-16.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal, get_args

from fleaglass import semconv
from fleaglass.hub.api.earnings import earnings
from fleaglass.hub.api.match import around, matching
from fleaglass.hub.api.performance_groups import ASSET
from fleaglass.hub.api.performance_orders import ORDER_COLUMNS, each_order
from fleaglass.hub.api.performance_parameters import PerformanceQuery
from fleaglass.hub.api.said import DECIDES
from fleaglass.hub.api.sql import IS_ROOT, START_NS, Bindings, between, columns, first_of_each_span, where

__all__ = ["CYCLES", "DECISIONS", "KINDS", "Kind", "about_asset", "facts", "spans_of"]

CYCLES: Final = f"s.name = '{semconv.SPAN_AGENT_DECISION_CYCLE}' OR isNotNull(s.pf_cycle_outcome)"
DECISIONS: Final = f"{CYCLES} OR ({IS_ROOT} AND {DECIDES})"
"""Conditions: a decision cycle; a decision, which an order that no cycle surrounds is as well (said.py)."""

Kind = Literal["money", "ordered", "cycle"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_IS_BET: Final = "startsWith(s.name, 'pf.casino.')"
_ABSENT: Final = {
    "pnl": "CAST(NULL, 'Nullable(Int128)')",
    "bet": "0",
    "fee": "CAST(NULL, 'Nullable(Int128)')",
    "cycle": "0",
    **ORDER_COLUMNS,
}
"""The columns of a fact, as they are in facts of another kind."""


def facts(query: PerformanceQuery, bind: Bindings, kinds: Collection[Kind] = KINDS) -> str:
    """SQL: (trace_id, key, at_ns and the columns of _ABSENT) of everything in the range that the query asks for.

    `key` is the group as text: `=` and its value, or empty when there is none. (Text, because a NULL would be lost in
    joins and comparisons.)
    """
    dimensions = {"key": query.by} | ({} if query.asset is None else {"asset": ASSET})
    about = {f"own_{name}": dimension.said(bind) for name, dimension in dimensions.items()}
    about |= {f"borrows_{name}": dimension.borrows for name, dimension in dimensions.items()}
    every = " UNION ALL ".join(_of_kind(kind, query, bind, about) for kind in kinds)
    named = ["f.trace_id AS trace_id", "at_ns", *_ABSENT]
    joined = f"({every}) AS f"
    for name, dimension in dimensions.items():
        if dimension.borrows == "0":
            named.append(f"ifNull(concat('=', own_{name}), '') AS {name}")
            continue
        told = _first_said(query, bind, dimension.lent(bind))
        joined += f" LEFT JOIN ({told}) AS t_{name} ON f.trace_id = t_{name}.trace_id AND f.agent = t_{name}.agent"
        borrowed = f"if(borrows_{name}, nullIf(t_{name}.told, ''), NULL)"
        named.append(f"ifNull(coalesce(concat('=', own_{name}), {borrowed}), '') AS {name}")
    first, last = bind("Int64", query.time.from_ns), bind("Int64", query.time.to_ns)
    wanted = [f"at_ns >= {first}", f"at_ns < {last}"]
    if query.asset is not None:
        wanted.append(f"asset = concat('=', {bind('String', query.asset)})")
    return f"SELECT {', '.join(named)} FROM {joined}{where(wanted)}"


def spans_of(query: PerformanceQuery, bind: Bindings, *, wide: bool = False) -> list[str]:
    """Conditions: the agent's spans in the environment, in the range or around it, of traces with the attributes."""
    conditions = between(bind, around(query.time) if wide else query.time)
    if query.agent is not None:
        conditions.append(f"s.agent = {bind('String', query.agent)}")
    if query.environment is not None:
        conditions.append(f"s.environment = {bind('String', query.environment)}")
    return [*conditions, *matching(query.in_traces(), bind)]


def about_asset(query: PerformanceQuery, bind: Bindings) -> list[str]:
    """Conditions: a span is about the asset that is asked for, by what it says itself or borrows, as in `facts`."""
    if query.asset is None:
        return []
    own, asset = ASSET.said(bind), bind("String", query.asset)
    told = (
        f"SELECT trace_id, agent FROM ({_first_said(query, bind, ASSET.lent(bind))}) WHERE told = concat('=', {asset})"
    )
    borrowed = f"isNull({own}) AND ({ASSET.borrows}) AND (s.trace_id, s.agent) IN ({told})"
    return [f"ifNull({own} = {asset}, 0) OR ({borrowed})"]


def _of_kind(kind: Kind, query: PerformanceQuery, bind: Bindings, about: Mapping[str, str]) -> str:
    # What counts may depend on spans past the end of the range: a cycle's operations, and what became of an order.
    conditions = spans_of(query, bind, wide=kind != "cycle")
    if kind == "money":
        told = {"pnl": "pnl", "fee": "fee", "bet": "toUInt8(bet AND isNotNull(pnl))"}
        return _fact(about, earnings(conditions, {"bet": _IS_BET, **about}), told)
    if kind == "ordered":
        return _fact(about, each_order(conditions, about), {name: name for name in ORDER_COLUMNS})
    named = ("s.trace_id", "s.agent", f"{START_NS} AS start_ns", columns(about))
    return _fact(about, first_of_each_span(named, [*conditions, DECISIONS]), {"cycle": "1"})


def _fact(about: Mapping[str, str], source: str, told: Mapping[str, str]) -> str:
    """SQL: rows of `source` as facts: what it tells, and nothing for the rest."""
    values = columns({name: told.get(name, absent) for name, absent in _ABSENT.items()})
    return f"SELECT trace_id, agent, start_ns AS at_ns, {', '.join(about)}, {values} FROM ({source})"


def _first_said(query: PerformanceQuery, bind: Bindings, said: str) -> str:
    """SQL: what each agent says first in each trace."""
    spans = f"SELECT s.trace_id, s.agent, s.start_time, {said} AS said FROM spans AS s"
    spoken = f"{spans}{where([*spans_of(query, bind, wide=True), 'isNotNull(said)'])}"
    first = "argMin(concat('=', assumeNotNull(said)), start_time) AS told"
    return f"SELECT trace_id, agent, {first} FROM ({spoken}) GROUP BY trace_id, agent"
