"""What a fleet does in a second, in proportion to its agents, and what cores can take of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from fleaglass.cli._plan.figures import ALERT_ROUND, CHECK_INS, INGEST_CPU, INGEST_SHARE
from fleaglass.cli._plan.fleet import Fleet

__all__ = [
    "DAY_MINUTES",
    "DAY_S",
    "checkpoints_per_day",
    "events_per_s",
    "round_s",
    "spans_per_s",
    "spans_per_s_of",
    "state_writes_per_s",
]

DAY_S: Final = 86_400
DAY_MINUTES: Final = 1_440


def spans_per_s(fleet: Fleet) -> Fraction:
    """Spans that all agents send."""
    return fleet.agents * fleet.cycles_per_minute * fleet.spans_per_cycle / 60


def spans_per_s_of(cores: int) -> Fraction:
    """Spans that so many cores take in, with room for everything else."""
    return cores * INGEST_SHARE.value * 100_000 / INGEST_CPU.value


def events_per_s(fleet: Fleet) -> Fraction:
    """Error events that all agents send."""
    return fleet.agents * fleet.errors_per_day / DAY_S


def checkpoints_per_day(fleet: Fleet) -> Fraction:
    """Checkpoints of one agent's ledger: one a minute at most, and none without anything spent."""
    return min(Fraction(1), fleet.cycles_per_minute * fleet.money) * DAY_MINUTES


def state_writes_per_s(fleet: Fleet) -> Fraction:
    """Check-ins, checkpoints and issues that all agents' signs write to the state."""
    signs_per_day = CHECK_INS.value * DAY_MINUTES + checkpoints_per_day(fleet)
    return fleet.agents * signs_per_day / DAY_S + events_per_s(fleet)


def round_s(fleet: Fleet) -> Fraction:
    """Seconds that a round of the alert rules takes, on any hub: each judges all of them."""
    return fleet.agents * fleet.rules * ALERT_ROUND.value / 10**6
