"""One real engine for all of the hub's tests (a process can open one store), emptied before each test that uses it.

FLEAGLASS_TEST_STORE says which (tests/support/stores.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fleaglass.hub.state import State
from fleaglass.hub.state.schema import access
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.state import ENGINES, empty_state
from tests.support.stores import empty, store_address


@pytest.fixture(scope="session")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with store_address(tmp_path_factory.mktemp("hub")) as address, closing(Engine(address)) as engine:
        yield engine


@pytest.fixture
def engine(_opened: Engine) -> Engine:
    """An empty store's engine."""
    empty(_opened)
    return _opened


@pytest.fixture
async def store(engine: Engine, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store that commits."""
    opened = Store(engine, tmp_path)
    opened.start()
    yield opened
    await asyncio.to_thread(opened.stop)


@pytest.fixture(scope="session")
def readers(_opened: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store to read from, for tests that submit nothing: each new one would connect its readers again."""
    store = Store(_opened, tmp_path_factory.mktemp("data"))
    yield store
    store.stop()


@pytest.fixture
def put(engine: Engine) -> Callable[..., None]:
    """Stores requests of traces as the receivers would."""

    def store(*requests: Any) -> None:
        for request in requests:
            engine.insert("traces", request.SerializeToString())

    return store


@pytest.fixture(params=ENGINES)
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    """An empty state database with one project, number 1; a test that asks for it runs on each engine there is."""
    opened = empty_state(request.param, tmp_path)
    with opened.write() as connection:
        connection.execute(access.projects.insert().values(id=1, slug="agents", name="Agents", added_ns=0))
    yield opened
    opened.close()
