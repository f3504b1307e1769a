"""The whole plan: what was asked, what it takes, and what of it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.limits import Limit, Step, steps
from fleaglass.cli._plan.sizing import Sizes, disk_bytes, size
from fleaglass.hub.keep import Keep

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked, and what came of it. `usd_per_month` is of disk, and None without a price or an end to it."""

    fleet: Fleet
    machines: Machines
    sizes: Sizes
    steps: tuple[Step, ...]
    disk_bytes: Fraction | None
    usd_per_month: Decimal | None

    @property
    def here(self) -> Step:
        """The step that is planned."""
        [step] = [step for step in self.steps if step.setup.startswith(self.sizes.setup)]
        return step

    @property
    def broken(self) -> tuple[Limit, ...]:
        """What does not hold at this number of agents, however many machines there are."""
        return tuple(each for each in self.here.limits if each.breaks_at and each.breaks_at <= self.fleet.agents)


def make_plan(fleet: Fleet, keep: Keep, machines: Machines, usd_per_tb_month: Fraction | None = None) -> Plan:
    """The whole of it. The cluster of the steps is the one that is planned, or else of two shards."""
    sizes = size(fleet, keep, machines)
    disk = disk_bytes(sizes, machines.replicas)
    usd = None if disk is None or usd_per_tb_month is None else _cents(disk / 10**12 * usd_per_tb_month)
    shards = sizes.shards if sizes.setup == "cluster" else 2
    return Plan(fleet, machines, sizes, steps(fleet, keep, machines, shards), disk, usd)


def _cents(usd: Fraction) -> Decimal:
    return Decimal(round(usd * 100)).scaleb(-2)
