"""An agent of the name in the first argument: one that trades and hires, or one that does the work of an escrow.

hirer COUNTERPARTY [timed]      prints the escrow's id, or how many seconds its end took
worker ESCROW_ID
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal

import fleaglass
from fleaglass.venue.ledgering import book
from fleaglass.venue.sync import PurpleFlea

__all__: list[str] = []


def hire(agent: fleaglass.Agent, flea: PurpleFlea, counterparty: str) -> str:
    with agent.cycle():
        flea.trading.execute("BTC", "buy", Decimal("0.01"))
        with agent.handoff("signal_research", counterparty=counterparty) as carrier:
            escrow = flea.escrow.create(10, counterparty, "a report", metadata={"trace_context": carrier})
    return str(escrow.escrow_id)


def work(agent: fleaglass.Agent, flea: PurpleFlea, escrow_id: str) -> str:
    escrow = flea.escrow.read(escrow_id)
    with agent.take_over(escrow.carrier, mode="child", escrow_id=escrow_id), agent.cycle():
        flea.escrow.complete(escrow_id)
    return escrow_id


def main(name: str, other: str, *options: str) -> None:
    agent = fleaglass.init(name)
    if not options:  # the hub may be busy, and how long it may take is another test's question
        book._LONGEST_END_S = 10.0
    with PurpleFlea(os.environ["API_KEY"], base_url=os.environ["BASE_URL"]) as flea:
        said = (hire if name == "hirer" else work)(agent, flea, other)
    if options:
        began_s = time.monotonic()
        agent.end_with_process()
        said = str(time.monotonic() - began_s)
    print(said)


main(*sys.argv[1:])
