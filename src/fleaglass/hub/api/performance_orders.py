"""Orders one by one: what became of each, how much of it was filled, and how far its price slipped.

An order is sent by one span, and others may speak of it later: a limit order is filled when nobody looks. What its
latest span says of its state counts, and whatever is told twice (an author's own span around the client's) is one
order by its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.one_order import BEGINS, THING, TOLD_BY, speaking_of
from fleaglass.hub.api.orders import COST, EXECUTES, SENT, SLIPS
from fleaglass.hub.api.sql import SPAN, START_NS, columns, where

__all__ = ["ORDER_COLUMNS", "each_order"]

ORDER_COLUMNS: Final = {
    "ordered": "0",
    "state": "''",
    "filled_share": "CAST(NULL, 'Nullable(Float64)')",
    "bps": "CAST(NULL, 'Nullable(Float64)')",
    "cost": "CAST(NULL, 'Nullable(Int256)')",
}
"""What is told of an order, and what stands for it where there is none."""

_TELLS_STATE: Final = "isNotNull(s.pf_order_id) AND isNotNull(s.pf_order_state)"

_REFUSED: Final = ", ".join(
    f"'{state}'"
    for state in (
        semconv.PF_ORDER_STATE_REJECTED,
        semconv.PF_ORDER_STATE_CANCELLED,
        semconv.PF_ORDER_STATE_NOT_PLACED,
    )
)
_SAID: Final = (
    f"multiIf(isNotNull(s.pf_order_state), toString(s.pf_order_state), NOT ({EXECUTES}), NULL,"
    f" s.status_code = 2, '{semconv.PF_ORDER_STATE_REJECTED}',"
    f" isNotNull(s.pf_fill_price), '{semconv.PF_ORDER_STATE_FILLED}', NULL)"
)
"""An agent that records no state tells by an error or a price."""

_FILLED: Final = (
    "multiIf(isFinite(rate), rate, filled > 0 AND quantity > 0, filled / quantity,"
    f" state = '{semconv.PF_ORDER_STATE_FILLED}', 1, state IN ({_REFUSED}), 0, NULL)"
)
"""The share that was filled, as told or by the quantities; an order that waits or is in doubt has none yet."""

_ENDED_NS: Final = f"{START_NS} + s.duration_ns"
_FILLS: Final = {
    "rate": "s.pf_fill_rate",
    "filled": "s.pf_fill_quantity",
    "quantity": "s.pf_quantity",
    "slip": SLIPS,
    "bps": "s.pf_slippage_bps",
    "cost": f"if(slip, {COST}, NULL)",
}


def each_order(conditions: Sequence[str], also: Mapping[str, str]) -> str:
    """SQL: (trace_id, agent, start_ns, ORDER_COLUMNS, and `also`) of each order that the spans of the conditions send.

    `ordered` is 0 for what slipped without being an order, the closing of a position; `cost` is in 10^-16 USD.
    """
    first = "".join(f", argMin({name}, (NOT execute, NOT slip, start_ns)) AS {name}" for name in also)
    order = (
        "SELECT anyIf(trace_id, sends) AS trace_id, anyIf(agent, sends) AS agent, minIf(start_ns, sends) AS began_ns,"
        " toUInt8(max(execute)) AS ordered, ifNull(argMax(said, ended_ns), '') AS state, max(rate) AS rate,"
        " max(filled) AS filled, max(quantity) AS quantity,"
        f" argMaxIf(tuple(bps, cost), (ended_ns, start_ns), slip) AS slipped, max(slip) AS slips{first}"
        f" FROM ({_sent(conditions, also)} UNION ALL {_read_later(conditions, also)})"
        " GROUP BY thing, one HAVING max(sends)"
    )
    return (
        f"SELECT {', '.join(('trace_id', 'agent', *also))}, began_ns AS start_ns, ordered, state,"
        f" if(ordered AND isNotNull({_FILLED}), least(1, greatest(0, {_FILLED})), NULL) AS filled_share,"
        f" if(slips, slipped.1, NULL) AS bps, if(slips, slipped.2, NULL) AS cost FROM ({order})"
    )


def _sent(conditions: Sequence[str], also: Mapping[str, str]) -> str:
    """SQL: what the spans of the conditions tell of orders, each in the trace that it lies in."""
    told = {
        "trace_id": "s.trace_id",
        "agent": "toString(s.agent)",
        "thing": f"ifNull({THING}, {SPAN})",
        "one": TOLD_BY,
        "start_ns": START_NS,
        "ended_ns": _ENDED_NS,
        "execute": EXECUTES,
        "sends": SENT,
        "said": _SAID,
        **_FILLS,
        **also,
    }
    return f"SELECT {columns(told)} FROM spans AS s{where([*conditions, f'{SENT} OR ({_TELLS_STATE})'])}"


def _read_later(conditions: Sequence[str], also: Mapping[str, str]) -> str:
    """SQL: what is told of the same orders by whoever reads or cancels them, in whatever trace; columns as in `_sent`.

    The confirmation is below the order itself.
    """
    ids = f"SELECT s.pf_order_id FROM spans AS s{where([*conditions, SENT])}"
    confirms = f"s.name = '{semconv.SPAN_PF_TRADE_CONFIRMATION_POLL}'"
    reads = [_TELLS_STATE, f"s.pf_order_id IN ({ids})", f"NOT {BEGINS}", f"NOT {confirms}"]
    told = {"ended_ns": _ENDED_NS, "said": "toString(s.pf_order_state)", **_FILLS}
    rows = speaking_of(f"SELECT s.pf_order_id FROM spans AS s{where(reads)}", _TELLS_STATE, told)
    nothing = dict.fromkeys(("execute", "sends"), "0") | dict.fromkeys(also, "NULL")
    kept = ("trace_id", "agent", "thing", "one", "start_ns", "ended_ns", "execute", "sends", "said")
    return (
        f"SELECT {columns({name: nothing.get(name, name) for name in (*kept, *_FILLS, *also)})}"
        f" FROM ({rows}) WHERE NOT begins"
    )
