"""Every piece of Python in README and docs runs, against a venue that answers, and records what the registry allows."""

from __future__ import annotations

import ast
import inspect
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import fleaglass.venue
from fleaglass.testing import Recording
from scripts.markdown import Page
from tests.unit.venue.fake import FakeVenue, order

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/getting-started.md", "docs/instrumenting-an-agent.md", "docs/sandbox.md")
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
    return venue


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
        "researcher_id": "research-1",
        "research": research,
    }


async def _run(source: str, names: dict[str, Any]) -> None:
    """Run a block that may await outside of a function, as a reader would paste it into one of theirs."""
    code = compile(source, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
