"""The venue: everything an operation works with, and nothing that it should reach for by itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec

from fleaglass.sandbox.clock import Clock
from fleaglass.sandbox.db import open_database, transaction
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.market import Market
from fleaglass.sandbox.market.prices import PathState
from fleaglass.sandbox.money import to_units
from fleaglass.sandbox.trading.fills import FillStyle

__all__ = ["Venue", "VenueSettings"]


@dataclass(frozen=True, slots=True)
class VenueSettings:
    """What a person may choose about the venue itself."""

    seed: int = 7
    """Prices, fills, faults and identifiers repeat under the same seed."""
    speed: float = 1.0
    """How fast market prices move; 1 is four steps a second, 0 stands still. Orders and escrows keep real time."""
    free_balance: Decimal = Decimal(10_000)
    """USD that an agent's faucet claim credits."""
    one_claim_per_address: bool = False
    """Whether the published faucet takes one claim per address and day, as it says it does."""
    fills: FillStyle = field(default_factory=FillStyle)


@dataclass(frozen=True, slots=True)
class Venue:
    """The state file, the market and the clock of one running sandbox."""

    db: sqlite3.Connection
    clock: Clock
    market: Market
    settings: VenueSettings

    @classmethod
    def open(cls, path: Path, clock: Clock, settings: VenueSettings) -> Venue:
        """Open the state file; its market goes on if it closed under the same seed. Raises UnusableDatabase."""
        db = open_database(path)
        saved = {
            row["asset"]: msgspec.json.decode(row["state"], type=PathState)
            for row in db.execute("SELECT asset, state FROM market_path WHERE seed = ?", (settings.seed,))
        }
        return cls(db, clock, Market(settings.seed, clock(), settings.speed, saved), settings)

    @property
    def seed(self) -> int:
        """The seed that all draws come from."""
        return self.settings.seed

    @property
    def free_balance(self) -> int:
        """What a faucet claim credits, in units."""
        return to_units(self.settings.free_balance)

    def next_id(self, prefix: str, agent_id: str, digits: int = 16) -> tuple[str, int]:
        """Return a new identifier and its number in this agent's own sequence, which a second run repeats."""
        row = self.db.execute(
            "UPDATE agent SET actions = actions + 1 WHERE agent_id = ? RETURNING actions", (agent_id,)
        ).fetchone()
        number: int = row[0]
        return f"{prefix}{token(self.seed, prefix, agent_id, number, digits=digits)}", number

    def save_market(self) -> None:
        """Write down where the market stands, so that a later process, even after a kill, goes on from there."""
        rows = [
            (asset, self.seed, msgspec.json.encode(state).decode()) for asset, state in self.market.checkpoint().items()
        ]
        with transaction(self.db):
            self.db.executemany("INSERT OR REPLACE INTO market_path VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Save the market and close the file."""
        self.save_market()
        self.db.close()
