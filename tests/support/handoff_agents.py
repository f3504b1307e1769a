"""Two agents for two processes: one hires through an escrow, the other takes the work over.

    python tests/support/handoff_agents.py hire PROFILE ROOT KEY COUNTERPARTY      prints the escrow's id
    python tests/support/handoff_agents.py work PROFILE ROOT KEY MODE ESCROW_ID…
    python tests/support/handoff_agents.py take PROFILE ROOT KEY MODE              carriers as JSON on stdin, no venue

Everything else, the agent's id and where its spans go, comes from the environment.
"""

import asyncio
import json
import sys

import fleaglass
from fleaglass.venue import LIVE, PurpleFlea, live_at

__all__: list[str] = []


def client(profile: str, root: str, key: str) -> PurpleFlea:
    if profile == "live":
        return PurpleFlea(key, profile=LIVE, services=live_at(f"{root}/live"))
    return PurpleFlea(key, base_url=f"{root}/v1")


async def hire(agent: fleaglass.Agent, flea: PurpleFlea, counterparty: str) -> None:
    with agent.cycle(), agent.handoff("signal_research", counterparty=counterparty) as carrier:
        escrow = await flea.escrow.create(
            amount_usd="0.50",
            counterparty_id=counterparty,
            conditions="complete when the volatility is checked",
            timeout_hours=1,
            metadata={"task": {"asset": "BTC"}, "trace_context": carrier},
        )
    print(escrow.escrow_id)


async def work(agent: fleaglass.Agent, flea: PurpleFlea, mode: str, *escrow_ids: str) -> None:
    for escrow_id in escrow_ids:
        escrow = await flea.escrow.read(escrow_id)
        with agent.take_over(escrow.carrier, mode=mode, escrow_id=escrow_id):  # type: ignore[arg-type]
            with agent.cycle():
                pass
            await flea.escrow.complete(escrow_id)


async def take(agent: fleaglass.Agent, flea: PurpleFlea, mode: str) -> None:
    for carrier in json.load(sys.stdin):
        with agent.take_over(carrier, mode=mode), agent.cycle():  # type: ignore[arg-type]
            pass


async def main(role: str, profile: str, root: str, key: str, *rest: str) -> None:
    agent = fleaglass.init()
    async with client(profile, root, key) as flea:
        await {"hire": hire, "work": work, "take": take}[role](agent, flea, *rest)  # type: ignore[operator]
    assert agent.shutdown(timeout=10)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
