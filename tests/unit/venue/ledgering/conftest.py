"""An agent that keeps a ledger, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fleaglass.testing import Recording
from tests.unit.venue.ledgering.pages import Pages


@pytest.fixture
def mode() -> str:
    """The ledger's; a test may parametrise it."""
    return "on"


@pytest.fixture
def fleaglass_settings(tmp_path: Path, mode: str) -> dict[str, Any]:
    return {"home": str(tmp_path), "ledger": mode, "strategy": "momentum", "release": "agent@1.2.3"}


@pytest.fixture
def pages(record: Recording, tmp_path: Path) -> Pages:
    """What the agent's ledger says."""
    return Pages(tmp_path, record)
