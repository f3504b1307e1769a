"""What a reader says of a fleet and of the machines for it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Fleet", "Machines"]


@dataclass(frozen=True, slots=True)
class Fleet:
    """Agents that are all alike.

    `idle` is the share of cycles that only skip, `money` of those that trade, spend or fail; the rest is ordinary.
    `errors_per_day` is of one agent. `rules` are alert rules, each of which looks at every agent apart.

    Raises ValueError when the two shares are more than all.
    """

    agents: int
    cycles_per_minute: Fraction
    spans_per_cycle: Fraction
    idle: Fraction
    money: Fraction
    errors_per_day: Fraction
    rules: int

    def __post_init__(self) -> None:
        if self.idle + self.money > 1:
            raise ValueError(
                f"cycles that do nothing ({float(self.idle):g}) and those with money ({float(self.money):g}) "
                "are more than all cycles"
            )

    @property
    def ordinary(self) -> Fraction:
        """The share of cycles that are neither idle nor about money."""
        return 1 - self.idle - self.money


@dataclass(frozen=True, slots=True)
class Machines:
    """What there is to run on. A hub with its embedded engine is one machine: a hub's cores, and a disk."""

    cores_per_hub: int
    cores_per_server: int
    disk_bytes: Fraction
    replicas: int
