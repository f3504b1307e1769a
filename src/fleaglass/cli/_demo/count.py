"""Counting what a demo's store holds, from the agents' spans: `python -m fleaglass.cli._demo.count DATA` prints it.

A process of its own on purpose: it knows only what is on disk, once the hub that wrote it is gone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import msgspec

from fleaglass import semconv
from fleaglass.cli._demo.cast import TRADERS
from fleaglass.cli._demo.report import Counted, Facts
from fleaglass.hub.store import store_dsn
from fleaglass.hub.store.engine import own
from fleaglass.hub.store.tables import MAPS, column

__all__ = ["count"]

_STATE: Final = column(semconv.PF_ORDER_STATE)
_ORDERS: Final = f"name IN ('{semconv.SPAN_PF_TRADE_EXECUTE}', '{semconv.SPAN_PF_TRADE_CLOSE}')"
_RELEASED: Final = (
    f"name = '{semconv.SPAN_PF_ESCROW_RELEASE}' AND {column(semconv.PF_ESCROW_STATUS)} = "
    f"'{semconv.PF_ESCROW_STATUS_RELEASED}'"
)
_TRADERS: Final = ", ".join(f"'{role.agent_id}'" for role in TRADERS)
_ERROR: Final = 2  # STATUS_CODE_ERROR in OTLP

_FACTS: Final = f"""
SELECT uniqExact(trace_id) AS traces,
       countIf(name = '{semconv.SPAN_AGENT_DECISION_CYCLE}' AND agent IN ({_TRADERS})) AS cycles,
       countIf({_ORDERS} AND {_STATE} = '{semconv.PF_ORDER_STATE_FILLED}') AS orders_filled,
       countIf({_ORDERS} AND {_STATE} = '{semconv.PF_ORDER_STATE_UNKNOWN}') AS orders_unknown,
       uniqExactIf({column(semconv.PF_ESCROW_ID)}, {_RELEASED}) AS escrows_released,
       countIf(status_code = {_ERROR}) AS errors,
       (SELECT count() FROM (SELECT trace_id FROM spans GROUP BY trace_id HAVING uniqExact(agent) > 1))
           AS cross_agent_traces
FROM spans FINAL
"""

_INTERRUPTED: Final = f"""
SELECT lower(hex(trace_id)) AS t, lower(hex(span_id)) AS s FROM spans FINAL
WHERE {MAPS["boolean"]}['{semconv.PF_INTERRUPTED}']
"""


def count(data: Path) -> Counted:
    """Count over the whole store in `data`. Raises StoreHeld while a hub has it, EngineError."""
    with own(store_dsn(data)) as engine:
        facts = Facts(**engine.query(_FACTS)[0])
        return Counted(facts, [f"{row['t']} {row['s']}" for row in engine.query(_INTERRUPTED)])


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(count(Path(sys.argv[1]))))
