"""At how many agents something does not hold any more, on one hub, before one server, and before a cluster.

Everything that a fleet asks for is in proportion to its agents, so a limit is what there is divided by what one agent
takes; the next agent is one too many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Final

from fleaglass.cli._plan.figures import DISK_SHARE, EVENTS, ROUND_EVERY, STATE_WRITES
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.load import events_per_s, round_s, spans_per_s, spans_per_s_of, state_writes_per_s
from fleaglass.cli._plan.sizing import state_bytes, store_bytes
from fleaglass.hub.keep import Keep

__all__ = ["NEXT", "Limit", "Step", "steps"]

CPU: Final = "CPU to take spans in"
DISK: Final = "disk"
STATE_DISK: Final = "disk of the state"
ROUND: Final = "alert round of 5 s"
EVENTS_GROUPED: Final = "events grouped"
WRITES: Final = "writes to the state"

NEXT: Final = {
    CPU: ("more cores, or the next step: a server, then shards", "on-a-server"),
    DISK: ("a larger disk, fewer days, or the next step: a server, then shards", "on-a-server"),
    STATE_DISK: ("a larger disk for PostgreSQL", "several-hubs"),
    ROUND: ("fewer rules, rules by strategy, or two installations", "when-more-machines-do-not-help"),
    EVENTS_GROUPED: ("more hubs before a server: each groups its own", "several-hubs"),
    WRITES: ("two installations, each with a PostgreSQL of its own", "when-more-machines-do-not-help"),
}
"""What to do about each, and the heading of docs/scaling.md that says how."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`breaks_at` is the smallest number of agents that is too many; None where any number is good."""

    what: str
    breaks_at: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A way to run it, and its limits, what breaks first first."""

    setup: str
    limits: tuple[Limit, ...]

    @property
    def first(self) -> Limit:
        """What breaks first."""
        return self.limits[0]


def steps(fleet: Fleet, keep: Keep, machines: Machines, shards: int) -> tuple[Step, ...]:
    """One hub, one server with as many hubs as it takes, and a cluster of `shards`."""
    one = replace(fleet, agents=1)
    stored, state = store_bytes(one, keep), state_bytes(one)
    disk = machines.disk_bytes * DISK_SHARE.value
    server = spans_per_s_of(machines.cores_per_server)
    everywhere = (
        _limit(ROUND, ROUND_EVERY.value, round_s(one)),
        _limit(WRITES, STATE_WRITES.value, state_writes_per_s(one)),
    )

    def beside_hubs(servers: int) -> tuple[Limit, ...]:
        return (
            _limit(CPU, servers * server, spans_per_s(one)),
            *_disk(servers * disk, stored),
            _limit(STATE_DISK, disk, state),
            *everywhere,
        )

    alone = (
        _limit(CPU, spans_per_s_of(machines.cores_per_hub), spans_per_s(one)),
        *_disk(disk, None if stored is None else stored + state),
        _limit(EVENTS_GROUPED, EVENTS.value, events_per_s(one)),
        *everywhere,
    )
    return (
        _step("one hub", alone),
        _step("one server", beside_hubs(1)),
        _step(f"cluster of {shards}", beside_hubs(shards)),
    )


def _disk(there_is: Fraction, one_takes: Fraction | None) -> tuple[Limit, ...]:
    """No limit where something is kept for ever: it is full one day, with any number of agents."""
    return () if one_takes is None else (_limit(DISK, there_is, one_takes),)


def _limit(what: str, there_is: Fraction, one_takes: Fraction) -> Limit:
    return Limit(what, floor(there_is / one_takes) + 1 if one_takes else None)


def _step(setup: str, limits: tuple[Limit, ...]) -> Step:
    return Step(setup, tuple(sorted(limits, key=lambda limit: limit.breaks_at or float("inf"))))
