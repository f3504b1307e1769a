"""Spends a little of each sort, and is killed at the spend of this number, when the venue has acted and not answered.

Arguments: number of the run, and of the spend in it (0 to live on).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx

import fleaglass
from fleaglass.venue import OutcomeUnknown, Rejected
from fleaglass.venue.sync import PurpleFlea

RUN, FATAL = int(sys.argv[1]), int(sys.argv[2])


class Deadly(httpx.HTTPTransport):
    """Carries requests; the answer to the fatal one comes to nobody."""

    spends = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.spends += request.method != "GET"
        try:
            return super().handle_request(request)
        finally:
            if request.method != "GET" and self.spends == FATAL:
                os.kill(os.getpid(), signal.SIGKILL)


def steps(flea: PurpleFlea, payee: str) -> list[Callable[[], Any]]:
    """No two are alike in all runs, so that each can be told from the others."""
    size, usd = Decimal(RUN + 1) / 1000, 10 + RUN
    made: list[Any] = []
    return [
        lambda: flea.trading.execute("BTC", "buy", size),
        lambda: flea.casino.bet("coin_flip", usd, side="heads"),
        lambda: made.append(flea.escrow.create(usd, payee, "a report")),
        lambda: [flea.escrow.release(escrow.escrow_id) for escrow in made],
        lambda: made.append(flea.trading.limit("ETH", "buy", size, limit_price=100 + RUN)),
        lambda: flea.trading.cancel(made[-1].order_id),
        lambda: flea.trading.close(asset="BTC"),
    ]


fleaglass.init("agent-1")
with PurpleFlea(
    os.environ["API_KEY"], base_url=os.environ["BASE_URL"], transport=Deadly(), resolve_timeout=1.0
) as client:
    if FATAL == 0:
        client.resolve_ledger()
    for step in steps(client, os.environ["PAYEE"]) if FATAL else ():
        with suppress(Rejected, OutcomeUnknown, IndexError, AttributeError):
            step()
