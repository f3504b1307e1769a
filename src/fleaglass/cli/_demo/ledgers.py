"""What the ledgers of a demo leave open, read from their files once the agents that wrote them are gone."""

from __future__ import annotations

from pathlib import Path

from fleaglass.cli._ledger._folder import LogFolder
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.layout import layouts_in
from fleaglass.ledger.storage.open_intents import OpenIntents

__all__ = ["unresolved_intents"]


def unresolved_intents(home: Path) -> int:
    """How many spends of a home's agents have no known end, by their ledgers. Raises click.UsageError, OSError."""
    logs = [LogFolder(LogFiles(layout.folder)) for layout in layouts_in(home)]
    return sum(len(OpenIntents(log.entries()).entries) for log in logs)
