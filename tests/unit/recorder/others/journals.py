"""What agents have written, by agent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from fleaglass.journal.layout import journal_folders
from fleaglass.journal.records import Opened, Scope, SpanEnded, SpanStarted
from tests.unit.journal.desk import records

__all__ = ["ended", "names", "scope_of", "started", "written"]


def written(home: Path) -> dict[str, list[object]]:
    """All records, by agent id."""
    found: dict[str, list[object]] = defaultdict(list)
    for folder in journal_folders(home):
        said = records(folder)
        found[next(each.agent_id for each in said if isinstance(each, Opened))] += said
    return found


def ended(home: Path, agent_id: str = "a") -> list[SpanEnded]:
    """An agent's ended spans."""
    return [each for each in written(home)[agent_id] if isinstance(each, SpanEnded)]


def started(home: Path, agent_id: str = "a") -> list[SpanStarted]:
    """An agent's starts of spans."""
    return [each for each in written(home)[agent_id] if isinstance(each, SpanStarted)]


def names(home: Path, agent_id: str = "a") -> list[str]:
    """Of an agent's ended spans."""
    return [span.name for span in ended(home, agent_id)]


def scope_of(home: Path, span: SpanEnded, agent_id: str = "a") -> str:
    """The library that recorded a span."""
    return next(each.name for each in written(home)[agent_id] if isinstance(each, Scope) and each.number == span.scope)
