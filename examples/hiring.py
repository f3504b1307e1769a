"""Hiring another agent: the fee waits in escrow, the trace travels with it, and work that was done is paid.

Copy it together with an agent that hires.
"""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal

from fleaglass import Agent
from fleaglass.venue import Escrow, PurpleFlea

__all__ = ["second_opinion"]

FEE_USD = Decimal("0.50")
PATIENCE_S = 8.0
LOOK_EVERY_S = 0.4


async def second_opinion(agent: Agent, flea: PurpleFlea, researcher_id: str, asset: str) -> str:
    """Have the venue's volatilities checked. How the escrow stood in the end: ``completed`` means they hold.

    ``disputed`` means they do not, ``funded`` that the researcher was too slow.
    """
    escrow = await _unfinished(flea) or await _hire(agent, flea, researcher_id, asset)
    escrow_id, until = escrow.escrow_id or "", time.monotonic() + PATIENCE_S
    with agent.stage("research.wait"):
        while escrow.status == "funded" and time.monotonic() < until:
            await asyncio.sleep(LOOK_EVERY_S)
            escrow = await flea.escrow.read(escrow_id)
    if escrow.status == "completed":
        await flea.escrow.release(escrow_id, reason="report delivered")
    return escrow.status or "unknown"


async def _unfinished(flea: PurpleFlea) -> Escrow | None:
    """An escrow of an earlier cycle, perhaps one whose answer was lost. While there is one, no second is paid for."""
    for status in ("completed", "funded"):
        for escrow in await flea.escrow.list(role="creator", status=status):
            return escrow
    return None


async def _hire(agent: Agent, flea: PurpleFlea, researcher_id: str, asset: str) -> Escrow:
    with agent.handoff(task_type="volatility_check", counterparty=researcher_id) as carrier:
        return await flea.escrow.create(
            amount_usd=FEE_USD,
            counterparty_id=researcher_id,
            conditions=f"complete if the volatility of {asset} is what the venue says, dispute if not",
            timeout_hours=1,
            metadata={"task": {"asset": asset}, "trace_context": carrier},
        )
