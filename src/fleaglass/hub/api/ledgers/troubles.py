"""GET /ledger/troubles: which ledgers somebody should look at. It waits for no disk, for every page asks it."""

from __future__ import annotations

from fleaglass.hub.api.ledgers.shapes import TroubleSeen
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.trouble import troubles
from fleaglass.hub.state import State
from fleaglass.hub.witness.pressing import pressing

__all__ = ["ledger_troubles"]


async def ledger_troubles(state: State, ledgers: Ledgers, now_ns: int) -> list[TroubleSeen]:
    """The worst first. Raises StateError."""
    alarms = await state.reading(lambda connection: pressing(connection, now_ns))
    return [
        {
            "severity": each.severity,
            "kind": each.kind,
            "agent": each.agent,
            "ledger": each.ledger,
            "says": each.says,
            "since_ns": str(each.since_ns),
        }
        for each in troubles(ledgers.known.values(), alarms, now_ns)
    ]
