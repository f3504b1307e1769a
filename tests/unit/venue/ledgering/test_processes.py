"""One process writes a log; one that spends nothing has none of it."""

from __future__ import annotations

import os
import subprocess
import sys

import httpx
import pytest

from fleaglass.recorder import guard
from fleaglass.testing import Recording
from fleaglass.venue.sync import PurpleFlea
from tests.unit.venue.fake import API_KEY, BASE_URL, order
from tests.unit.venue.ledgering.pages import Pages

READS = """
import sys
import httpx
import fleaglass
from fleaglass.venue.sync import PurpleFlea
agent = fleaglass.init("a", dsn="none")
transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"positions": []}))
with PurpleFlea("pf_live_key", transport=transport) as flea:
    flea.trading.positions()
print([name for name in ("cryptography", "rfc8785", "fleaglass.ledger.log") if name in sys.modules])
agent.shutdown(0)
"""


def buys(flea: PurpleFlea) -> str:
    return flea.trading.execute("BTC", "buy", 1, confirm_timeout=0).state


def test_an_agent_that_only_reads_loads_nothing_of_what_a_ledger_needs() -> None:
    done = subprocess.run([sys.executable, "-c", READS], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_trades_on_and_leaves_the_log_to_its_parent(pages: Pages, record: Recording) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=order()))
    flea = PurpleFlea(API_KEY, base_url=BASE_URL, transport=transport)
    buys(flea)
    if (child := os.fork()) == 0:
        guard.strict = False
        bought = buys(flea)
        os._exit(0 if bought == "filled" and record.agent.core.bookkeeping.failed == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    buys(flea)
    assert [entry.kind for entry in pages.read()] == ["intent", "outcome"] * 2
