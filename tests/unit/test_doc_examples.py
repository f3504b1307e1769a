"""Every piece of Python in README and docs runs, against a venue that answers, and records what the registry allows."""

from __future__ import annotations

import ast
import inspect
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import fleaglass.venue
from fleaglass.testing import Recording, recording
from scripts.markdown import Page
from tests.unit.venue.fake import FakeVenue, order

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/getting-started.md",
    "docs/instrumenting-an-agent.md",
    "docs/sandbox.md",
    "docs/six-services.md",
    "docs/hand-offs.md",
    "docs/sessions-and-releases.md",
    "docs/ai-decisions.md",
    "docs/testing.md",
    "docs/errors.md",
    "docs/errors-in-sentry.md",
    "docs/watches.md",
    "docs/alerts.md",
)
"""`docs/sending-from-opentelemetry.md` needs a hub that listens: tests/integration/test_otel_sdks.py."""

ESCROW = {
    "escrow_id": "esc_1",
    "status": "funded",
    "amount_usd": 25,
    "metadata": {"task": {"asset": "BTC"}, "trace_context": {}},
}


@pytest.fixture
def venue(fleaglass_recording: Recording) -> FakeVenue:
    venue = FakeVenue(fleaglass_recording.clock)
    venue.on("GET /wallet/w_1/balance", {"assets": {"USDC": {"usd_value": 1204.5}}})
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", order())
    venue.on("POST /trading/position/close", {"exit_price": 68000, "quantity": 0.01, "realized_pnl_usd": 1.5})
    venue.on("POST /escrow/create", ESCROW)
    venue.on("GET /escrow", {"escrows": [ESCROW]})
    venue.on("POST /escrow/esc_1/complete", ESCROW | {"status": "completed"})
    venue.on("POST /escrow/esc_1/release", ESCROW | {"status": "released", "hold_duration_seconds": 312})
    venue.on("GET /escrow/esc_1", ESCROW)
    six_services(venue)
    return venue


def six_services(venue: FakeVenue) -> None:
    """What `docs/six-services.md` asks for besides."""
    bet = {"bet_id": "bet_1", "amount_usd": 1, "won": True, "payout_usd": 1.99}
    offer = {"domain": "flea.ai", "available": True, "price_usd": 60}
    venue.on("POST /casino/bet", bet)
    venue.on("POST /casino/bets", {"results": [bet, {"code": "INVALID_PARAMS"}]})
    venue.on("GET /casino/history", {"bets": [bet]})
    venue.on("POST /faucet/register", {"agent_id": "ag_new", "api_key": "pf_live_none"})
    venue.on("POST /faucet/claim", {"claim_id": "clm_1", "credited_usd": 1})
    venue.on("GET /wallet/w_1/quote", {"quote": 0.0004})
    venue.on("POST /wallet/w_1/swap", {"swap_id": "swp_1", "received": 0.0004})
    venue.on("POST /wallet/w_1/send", {"tx_hash": "0x5c50", "network": "base"})
    venue.on("GET /domains/search", {"results": [offer]})
    venue.on("GET /domains/check", {"results": [offer]})
    venue.on("POST /domains/register", {"domain_id": "dom_1", "cost_usd": 60})
    venue.on("POST /domains/auctions/auc_1/bid", {"bid_id": "bid_1"})


@pytest.mark.parametrize("page", PAGES)
async def test_the_python_of_a_page_runs(
    page: str, venue: FakeVenue, fleaglass_recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fleaglass.init", lambda *_, **__: fleaglass_recording.agent)
    monkeypatch.setattr("fleaglass.venue.PurpleFlea", lambda *_, **__: venue.client())
    async with venue.client() as flea:
        with fleaglass_recording.agent.cycle() as cycle:  # where a page shows a stage, it means one inside a decision
            for block in _python(page):
                names = _names(fleaglass_recording, flea, cycle)
                await _run(block, names)
                for test in [value for name, value in names.items() if name.startswith("test_")]:
                    with recording("tested-agent") as record:
                        test(record)
                if decide := names.get("decide"):
                    await decide(flea, 0.82)
    assert fleaglass_recording.spans or page == "docs/sandbox.md"


def _python(page: str) -> list[str]:
    blocks = [code.text for code in Page.read(ROOT / page).code() if code.language == "python"]
    assert blocks, f"{page} has no Python left"
    return blocks


def _names(record: Recording, flea: Any, cycle: Any) -> dict[str, Any]:
    """What a page takes for granted."""

    async def research(task: dict[str, Any]) -> None:
        assert task == {"asset": "BTC"}

    return {
        "fleaglass": fleaglass,
        "PurpleFlea": fleaglass.venue.PurpleFlea,
        "Decimal": Decimal,
        "agent": record.agent,
        "flea": flea,
        "api_key": "pf_live_none",
        "cycle": cycle,
        "exposure": 1,
        "limit": 2,
        "vega": 10_000,
        "size_usd": Decimal(100),
        "quantity": Decimal("0.01"),
        "price": Decimal(68_000),
        "carrier": {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        "client": SimpleNamespace(ask=lambda _: SimpleNamespace(input_tokens=812, output_tokens=64)),
        "question": "Buy or sell?",
        "instrument": lambda *, tracer_provider: tracer_provider.get_tracer("somebody"),
        "researcher_id": "research-1",
        "research": research,
    }


async def _run(source: str, names: dict[str, Any]) -> None:
    """Run a block that may await outside of a function, as a reader would paste it into one of theirs."""
    code = compile(source, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
