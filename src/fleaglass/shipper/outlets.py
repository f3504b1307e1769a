"""Which outlet a destination has for a signal."""

from __future__ import annotations

from fleaglass.journal.route import Destination
from fleaglass.shipper.batch import Outlet, Signal

__all__ = ["make_outlet"]


def make_outlet(destination: Destination, signal: Signal) -> Outlet:
    """The way to a destination for one signal."""
    raise NotImplementedError(f"no outlet for {signal} to {destination.name}")
