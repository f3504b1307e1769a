"""The balance that is recorded, against the books."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.testing import Recording
from tests.unit.venue.faults.scene import Scene

__all__ = ["balance_is_the_books"]


async def balance_is_the_books(scene: Scene, record: Recording) -> None:
    """To eight places. By the profile ``live`` a wallet shows one network's own coin, here ETH."""
    with record.agent.cycle():
        balance = await scene.client("ada").wallet.balance(scene.known["wallet"])
    wallet = (await scene.control.books())["agents"][scene.accounts["ada"]["agent_id"]]["wallet"]
    wanted = wallet["total_usd"] if scene.profile == "guide" else wallet["assets"]["ETH"]["usd_value"]
    span = record.named("pf.wallet.balance_check")[-1]
    cycle = record.named("agent.decision_cycle")[-1]
    assert balance.total_usd.quantize(Decimal("1e-8")) == wanted
    assert Decimal(repr(span.attributes["pf.balance_usd"])).quantize(Decimal("1e-8")) == wanted
    assert cycle.attributes.get("pf.balance_usd", span.attributes["pf.balance_usd"]) == float(wanted)
