"""What a fleet takes once retention has settled: bytes by class, and the hubs and shards for them.

A hub before a server is counted as if it did the server's work too, and a server as if it did the hub's: what each has
of it was not measured, and so is more than enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

from fleaglass.cli._plan.figures import (
    CHECK_IN_BYTES,
    CHECK_IN_DAYS,
    CHECK_INS,
    CHECKPOINT_BYTES,
    CHECKPOINT_DAYS,
    CHECKPOINTS_KEPT,
    DISK_SHARE,
    EVENT_BYTES,
    EVENTS,
    SPAN_BYTES,
)
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.load import DAY_MINUTES, DAY_S, checkpoints_per_day, events_per_s, spans_per_s, spans_per_s_of
from fleaglass.hub.keep import Keep

__all__ = ["Kept", "Setup", "Sizes", "disk_bytes", "kept", "size", "state_bytes", "store_bytes"]

Setup: TypeAlias = Literal["one hub", "one server", "cluster"]
"""Where telemetry is: in the hub's process, on a ClickHouse server, or on a ClickHouse cluster."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A class of what is stored; `bytes` is None where it is kept for ever and so never settles."""

    name: str
    bytes_per_day: Fraction
    days: int
    bytes: Fraction | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """What it takes. `shards` is 0 where the engine is in the hub; `store_bytes` is of one copy, None for ever more."""

    setup: Setup
    hubs: int
    shards: int
    kept: tuple[Kept, ...]
    store_bytes: Fraction | None
    state_bytes: Fraction


def kept(fleet: Fleet, keep: Keep) -> tuple[Kept, ...]:
    """What is stored, by class."""
    spans = spans_per_s(fleet) * DAY_S * SPAN_BYTES.value
    events = events_per_s(fleet) * DAY_S * EVENT_BYTES.value
    return (
        _kept("idle cycles", spans * fleet.idle, keep.idle_days),
        _kept("ordinary", spans * fleet.ordinary, keep.days),
        _kept("money", spans * fleet.money, keep.money_days),
        _kept("error events", events, keep.money_days),
    )


def _kept(name: str, bytes_per_day: Fraction, days: int) -> Kept:
    # A whole day goes when it is older than `days`, and the present one is there as well.
    return Kept(name, bytes_per_day, days, bytes_per_day * (days + 1) if days or not bytes_per_day else None)


def store_bytes(fleet: Fleet, keep: Keep) -> Fraction | None:
    """One copy of all classes; None when something is kept for ever."""
    total = Fraction(0)
    for each in kept(fleet, keep):
        if each.bytes is None:
            return None
        total += each.bytes
    return total


def state_bytes(fleet: Fleet) -> Fraction:
    """What grows in the state with every agent: check-ins and its ledger's checkpoints, once both have settled."""
    check_ins = CHECK_INS.value * DAY_MINUTES * CHECK_IN_DAYS.value
    checkpoints = min(CHECKPOINTS_KEPT.value, checkpoints_per_day(fleet) * CHECKPOINT_DAYS.value)
    return fleet.agents * (check_ins * CHECK_IN_BYTES.value + checkpoints * CHECKPOINT_BYTES.value)


def disk_bytes(sizes: Sizes, replicas: int) -> Fraction | None:
    """Disk to have for all copies and the state, with the room that a disk needs; None when it grows for ever."""
    if sizes.store_bytes is None:
        return None
    return (sizes.store_bytes * replicas + sizes.state_bytes) / DISK_SHARE.value


def size(fleet: Fleet, keep: Keep, machines: Machines) -> Sizes:
    """The smallest that does: one hub, else hubs and one server, else hubs and a cluster."""
    rate, stored, state = spans_per_s(fleet), store_bytes(fleet, keep), state_bytes(fleet)
    disk = machines.disk_bytes * DISK_SHARE.value
    hubs = max(1, ceil(rate / spans_per_s_of(machines.cores_per_hub)), ceil(events_per_s(fleet) / EVENTS.value))
    shards = max(1, ceil(rate / spans_per_s_of(machines.cores_per_server)), ceil((stored or 0) / disk))
    setup: Setup = "one server" if shards == machines.replicas == 1 else "cluster"
    if hubs == machines.replicas == 1 and (stored or 0) + state <= disk:
        setup, shards = "one hub", 0
    return Sizes(setup, hubs, shards, kept(fleet, keep), stored, state)
