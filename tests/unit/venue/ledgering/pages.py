"""Reading what an agent wrote into its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.log import Ledger, Seams
from fleaglass.ledger.reading import read_entry
from fleaglass.ledger.storage.disclosures import disclosures_in
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.tree.tiles import TILE_WIDTH, unbundle
from fleaglass.testing import Recording

__all__ = ["Pages"]


@dataclass
class Pages:
    """Of one agent. Reading them ends the agent, so that all of it is in the log's files."""

    home: Path
    record: Recording

    @property
    def layout(self) -> Layout:
        return layout_of(self.home, self.record.agent.agent_id)

    def read(self) -> list[Entry]:
        """All entries."""
        self.record.agent.core.bookkeeping.close()
        bundles = sorted(path for path in (self.layout.log / "tile/entries").rglob("*") if path.is_file())
        if not bundles:
            return []
        newest = max(bundles, key=lambda path: int(path.name) if path.parent.suffix == ".p" else TILE_WIDTH)
        width = int(newest.name) if newest.parent.suffix == ".p" else TILE_WIDTH
        return [read_entry(raw) for raw in unbundle(newest.read_bytes(), width)]

    def of(self, kind: str) -> list[Entry]:
        """The entries of a kind."""
        return [entry for entry in self.read() if entry.kind == kind]

    def disclosed(self, entry: Entry) -> dict[str, str]:
        """What the commitments of an entry stand for."""
        self.record.agent.core.bookkeeping.close()
        lines = disclosures_in(self.layout.disclosures.read_bytes(), "disclosures")
        return {line.name: line.value for line in lines if line.entry == entry.id}

    def hold(self) -> Ledger:
        """Be another process that writes the log."""
        return Ledger.open(self.home, self.record.agent.agent_id, seams=Seams())
