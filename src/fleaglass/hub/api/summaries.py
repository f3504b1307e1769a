"""Traces on one line each: from the spans of the traces on a page to TraceSummary.

    aggregate    one row a trace: its head, its first order, escrow and error, its sums; of what is open another
    earned       what it earned, where several spans tell of that
    stages       the direct children of each head

The head is the root, or the earliest span while the root has not arrived. Money is what the trace tells, of each order
and each escrow once, and not again where a cycle repeats what its operations earned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleaglass import semconv
from fleaglass.hub.api.closest import HAS_PNL, closest
from fleaglass.hub.api.money import basis_points, fixed, from_double, from_fixed
from fleaglass.hub.api.open_work import still_open
from fleaglass.hub.api.outcome import Facts, outcome, reason
from fleaglass.hub.api.said import SAID
from fleaglass.hub.api.sql import BY_ID, IS_ROOT, SPAN, START_NS, Bindings, trace_ids, where
from fleaglass.hub.api.trace_shapes import Stage, TraceSummary
from fleaglass.hub.store import Row
from fleaglass.hub.store.spans import NO_SPAN, status
from fleaglass.hub.store.values import from_key_values

__all__ = ["aggregate", "aggregate_open", "earned", "stages", "summarise", "with_open"]

MOST_STAGES: Final = 8

_ERROR_TYPE: Final = f"s.attr_string['{semconv.ERROR_TYPE}']"

_CHANGED: Final = f"nullIf(s.attr_string['{semconv.PF_MARKER_CHANGE}'], '')"
_JOB: Final = f"nullIf(s.attr_string['{semconv.PF_MONITOR_SLUG}'], '')"
_HEAD: Final = {
    "span_id": "lower(hex(s.span_id))",
    "parent": "lower(hex(s.parent_span_id))",
    **{name: f"s.{name}" for name in ("name", "agent", "service", "strategy", "release", "environment")},
    "start_ns": START_NS,
    "duration_ns": "s.duration_ns",
    "status_code": "s.status_code",
    "said": SAID,
    "reason": f"coalesce(s.pf_cycle_reason, {_CHANGED}, {_JOB})",
}
_EXECUTE: Final = f"s.name = '{semconv.SPAN_PF_TRADE_EXECUTE}'"
_CLOSE: Final = f"s.name = '{semconv.SPAN_PF_TRADE_CLOSE}'"
_ORDER: Final = {
    "asset": "s.pf_asset",
    "side": f"if({_CLOSE}, NULL, s.pf_side)",
    "quantity": "ifNull(s.pf_quantity, s.pf_fill_quantity)",
    "fill_price": f"ifNull(s.pf_fill_price, nullIf(s.attr_double['{semconv.PF_EXIT_PRICE}'], 0))",
    "order_id": "s.pf_order_id",
    "order_state": "s.pf_order_state",
}
_ESCROW: Final = {"escrow_id": "s.pf_escrow_id", "amount": "s.pf_amount_usd", "counterparty": "s.pf_counterparty"}
_ERROR: Final = {
    "type": _ERROR_TYPE,
    "message": "s.status_message",
    "exception": "arrayMap(a -> hex(a), arrayFlatten(arrayMap(e -> e.attributes, arrayFilter(e -> e.name = "
    f"'{semconv.EVENT_EXCEPTION}', s.events))))",
}
"""The exception event's attributes come as hex of serialised key-values, see values.py."""

_READS_BACK: Final = "endsWith(s.name, '.reconcile') AND startsWith(s.name, 'pf.')"
_IN_ESCROW: Final = "isNotNull(s.pf_escrow_id) OR isNotNull(s.pf_amount_usd)"
_VALUE: Final = "(s.pf_fill_price * ifNull(s.pf_fill_quantity, s.pf_quantity))"
_OF: Final = f"coalesce(concat('escrow ', s.pf_escrow_id), concat('order ', s.pf_order_id, ' ', s.agent), {SPAN})"
"""What a span tells of: spans of a trace that agree on it tell of the same money."""


def aggregate(ids: Sequence[str], bind: Bindings) -> str:
    """SQL: one row for each of these traces that has spans; re-sent spans count once.

    `pnl` is what the one span below the root tells, or else the root; where more than one do, it `retells`.
    """
    return _aggregate(f"spans AS s FINAL WHERE {trace_ids(bind, ids)}", f"max({IS_ROOT})")


def aggregate_open(ids: Sequence[str], bind: Bindings) -> str:
    """SQL: the same of the spans that have not ended. Their root has not arrived, whatever is known of it."""
    return _aggregate(still_open(trace_ids(bind, ids)), "0")


def with_open(ended: Row, still: Row) -> Row:
    """The row of a trace of which something has ended, and something has not.

    Its head is its root, also while that is open; what it tells of money is what has ended.
    """
    head, open_head = (dict(zip(_HEAD, row["head"], strict=True)) for row in (ended, still))
    known = {**ended, "span_count": ended["span_count"] + still["span_count"]}
    if not ended["rooted"] and open_head["parent"] == NO_SPAN:
        earlier_ns = max(0, head["start_ns"] - open_head["start_ns"])
        known |= {"head": still["head"], "lasted_ns": ended["lasted_ns"] + earlier_ns}
    return known


def _aggregate(rows: str, rooted: str) -> str:
    pnl, fee, by_time = fixed("s.pf_pnl_usd"), fixed("s.pf_fee_usd"), "(s.start_time, s.span_id)"
    return f"""
        SELECT lower(hex(s.trace_id)) AS trace_id, {rooted} AS rooted, count() AS span_count,
          argMin({_tuple(_HEAD)}, (NOT {IS_ROOT}, s.start_time, s.span_id)) AS head,
          max({START_NS} + s.duration_ns) - min({START_NS}) AS lasted_ns,
          countIf(s.status_code = 2) AS error_count, countIf({_READS_BACK}) AS lost_answers,
          minMap(map(toString(s.agent), s.start_time)) AS agents,
          argMinIf(tuple(s.pf_asset), {by_time}, isNotNull(s.pf_asset)).1 AS asset,
          argMinIf(tuple(s.pf_signal_confidence), (NOT {IS_ROOT}, {by_time}), isNotNull(s.pf_signal_confidence)).1
            AS confidence,
          argMinIf(tuple(s.pf_order_id), {by_time}, isNotNull(s.pf_order_id)).1 AS order_id,
          argMinIf({_tuple(_ORDER)}, ({_CLOSE}, {by_time}), {_CLOSE} OR {_EXECUTE}) AS "order",
          argMinIf({_tuple(_ESCROW)}, (isNull(s.pf_amount_usd), {by_time}), {_IN_ESCROW}) AS escrow,
          argMinIf({_tuple(_ERROR)}, (NOT {IS_ROOT}, {by_time}), s.status_code = 2) AS error,
          argMinIf(tuple(s.pf_risk_check), {by_time}, NOT s.pf_risk_passed).1 AS risk_check,
          countIf(s.pf_order_state = '{semconv.PF_ORDER_STATE_UNKNOWN}') > 0 AS unknown,
          if(countIf({HAS_PNL} AND NOT {IS_ROOT}) > 0, sumIf({pnl}, NOT {IS_ROOT}), sum({pnl})) AS pnl,
          countIf({HAS_PNL} AND NOT {IS_ROOT}) > 1 OR uniqExactIf(s.agent, {HAS_PNL}) > 1 AS retells,
          arraySum(mapValues(maxMapIf(map({_OF}, assumeNotNull({fee})), isNotNull({fee})))) AS fees,
          countIf(isNotNull({fee})) > 0 AS paid,
          avgWeightedIf(s.pf_slippage_bps, {_VALUE}, isNotNull(s.pf_slippage_bps) AND {_VALUE} > 0) AS slippage,
          avgIf(s.pf_slippage_bps, isNotNull(s.pf_slippage_bps)) AS plain_slippage
        FROM {rows} GROUP BY s.trace_id{BY_ID}"""


def earned(ids: Sequence[str], bind: Bindings) -> str:
    """SQL: (trace_id, pnl) of each of these traces, whoever tells of it how often; in 10^-8 USD."""
    these = trace_ids(bind, ids)
    told = (
        f"SELECT s.trace_id AS trace_id, max({fixed('s.pf_pnl_usd')}) AS pnl"
        f" FROM spans AS s{where([these, HAS_PNL, closest([these])])} GROUP BY s.trace_id, {_OF}"
    )
    return f"SELECT lower(hex(t.trace_id)) AS trace_id, sum(t.pnl) AS pnl FROM ({told}) AS t GROUP BY t.trace_id"


def stages(rows: Sequence[Row], bind: Bindings) -> str:
    """SQL: the first children of each row's head; where the root is missing, the first that wait for it."""
    heads = [(row["trace_id"], dict(zip(_HEAD, row["head"], strict=True)), row["rooted"]) for row in rows]
    ids = [trace_id for trace_id, _, _ in heads]
    parents = [head["span_id"] if rooted else head["parent"] for _, head, rooted in heads]
    pairs = f"arrayJoin(arrayZip({bind('Array(String)', ids)}, {bind('Array(String)', parents)}))"
    return f"""
        SELECT lower(hex(s.trace_id)) AS trace_id, s.name AS name, {START_NS} AS start_ns,
          s.duration_ns AS duration_ns, s.status_code = 2 AS error
        FROM spans AS s FINAL
        WHERE {trace_ids(bind, ids)} AND (s.trace_id, s.parent_span_id) IN (
          SELECT toFixedString(unhex(pair.1), 16), toFixedString(unhex(pair.2), 8) FROM (SELECT {pairs} AS pair))
        ORDER BY s.start_time, s.span_id LIMIT {MOST_STAGES} BY s.trace_id{BY_ID}"""


def summarise(row: Row, pnl: int | None, children: Sequence[Row]) -> TraceSummary:
    """The summary of one row of `aggregate`, with what the trace `earned` and its rows of `stages`."""
    head, order = _named(_HEAD, row["head"]), _named(_ORDER, row["order"])
    escrow, error = _named(_ESCROW, row["escrow"]), _named(_ERROR, row["error"])
    rooted = bool(row["rooted"])
    ended = outcome(Facts(rooted, head["said"], head["status_code"] == 2, bool(row["unknown"])))
    error_type, error_message = _error(error) if row["error_count"] else (None, None)
    return {
        "trace_id": row["trace_id"],
        "root_span_id": head["span_id"] if rooted else None,
        "name": head["name"],
        "agent": head["agent"],
        "service": head["service"],
        "strategy": head["strategy"] or None,
        "release": head["release"] or None,
        "environment": head["environment"] or None,
        "start_ns": str(head["start_ns"]),
        "duration_ns": max(0, head["duration_ns"] if rooted else row["lasted_ns"]),
        "outcome": ended,
        "status": status(head["status_code"]),
        "reason": reason(ended, head["reason"], error_type, row["risk_check"]),
        "asset": order["asset"] or row["asset"],
        "side": order["side"] if order["side"] in ("buy", "sell") else None,
        "quantity": from_double(order["quantity"]),
        "fill_price": from_double(order["fill_price"]),
        "order_id": order["order_id"] or row["order_id"],
        "order_state": order["order_state"],
        "escrow_id": escrow["escrow_id"],
        "amount_usd": from_double(escrow["amount"]),
        "counterparty": escrow["counterparty"],
        "confidence": _first_number(row["confidence"]),
        "slippage_bps": basis_points(_first_number(row["slippage"], row["plain_slippage"])),
        "fee_usd": from_fixed(row["fees"]) if row["paid"] else None,
        "pnl_usd": None if pnl is None else from_fixed(pnl),
        "error_type": error_type,
        "error_message": error_message,
        "lost_answers": row["lost_answers"],
        "error_count": row["error_count"],
        "span_count": row["span_count"],
        "agents": [agent for agent, _ in sorted(row["agents"].items(), key=lambda item: (item[1], item[0]))],
        "stages": [_stage(child) for child in children],
    }


def _error(error: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Type and message of the first error: the root's own if it has one."""
    told = {pair["key"]: pair["value"]["value"] for pair in from_key_values(error["exception"])}
    kind = error["type"] or told.get(semconv.EXCEPTION_TYPE)
    message = told.get(semconv.EXCEPTION_MESSAGE) or error["message"]
    return (str(kind) if kind else None, str(message) if message else None)


def _stage(row: Row) -> Stage:
    return {
        "name": row["name"],
        "start_ns": str(row["start_ns"]),
        "duration_ns": max(0, row["duration_ns"]),
        "error": bool(row["error"]),
    }


def _tuple(fields: Mapping[str, str]) -> str:
    return f"tuple({', '.join(fields.values())})"


def _named(fields: Mapping[str, str], values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(fields, values, strict=True))


def _first_number(*values: float | None) -> float | None:
    """The first double that JSON can write, or None."""
    return next((value for value in values if value is not None and math.isfinite(value)), None)
