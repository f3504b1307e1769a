from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.unit.hub.alerting.story import Story

Tell = Callable[[str], Story]


@pytest.fixture
def tell(engine: Engine, store: Store, state: State, tmp_path: Path) -> Tell:
    """Begins a story with these rules."""
    return lambda rules: Story(engine, store, state, tmp_path, rules)
