"""Agents whose journals a test reads, and a provider of the program's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import fleaglass
from fleaglass.recorder import Agent
from fleaglass.recorder.others.attached import Attached


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where journals lie, and nobody sends them."""
    monkeypatch.setenv("FLEAGLASS_HOME", str(tmp_path))
    monkeypatch.setenv("FLEAGLASS_SHIPPER", "off")
    monkeypatch.setenv("FLEAGLASS_METRICS", "none")
    return tmp_path


@pytest.fixture
def make(home: Path) -> Iterator[Callable[[str], Agent]]:
    """Makes agents."""
    made: list[Agent] = []

    def make(agent_id: str) -> Agent:
        made.append(fleaglass.init(agent_id, endpoint="http://127.0.0.1:1", dsn="none", release="a@1"))
        return made[-1]

    yield make
    for agent in made:
        agent.shutdown(0)


@pytest.fixture
def agent(make: Callable[[str], Agent]) -> Agent:
    return make("a")


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Where the program has its spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def theirs(exporter: InMemorySpanExporter) -> TracerProvider:
    """The program's provider, with our processor."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.add_span_processor(Attached())  # type: ignore[arg-type]  # it need not load the SDK to be one
    return provider
