"""The shipper: reads the journals of a home, and sends what is in them where it belongs, until it has arrived.

::

    journal ──▶ Tail ──┬──▶ Delivery  hub/traces        ──▶ Link ──▶ the hub
                       ├──▶ Delivery  hub/logs          ──▶ Link ──▶ the hub
                       ├──▶ Delivery  sentry/envelopes  ──▶ Link ──▶ Sentry
                       └──▶ Unfinished              what a process that dies leaves open
                              ├──▶ Sieve            which cycles did nothing, and need not be sent
                              ├──▶ Snapshots        what has been open for a while ──▶ Link ──▶ the hub
                              └──▶ Totals           what metrics are made of       ──▶ Link ──▶ a collector

    Shipment     one journal: all of the above, and the cursors that say how far each delivery is
    Shipper      all journals, in one thread; a link has a thread of its own, so a server that hangs holds up no other

It runs as a process beside the agents (`process.py`), or as a thread in one (`thread.py`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
    from fleaglass.shipper.batch import Batch, Outlet, Signal
    from fleaglass.shipper.shipper import Shipper
    from fleaglass.shipper.thread import ShipperThread

__all__ = ["Accepted", "Answer", "Batch", "NotNow", "Outlet", "Refused", "Shipper", "ShipperThread", "Signal"]

_WHERE = {
    "answer": ("Accepted", "Answer", "NotNow", "Refused"),
    "batch": ("Batch", "Outlet", "Signal"),
    "shipper": ("Shipper",),
    "thread": ("ShipperThread",),
}


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: an agent only starts the shipper's process, and needs nothing of it for that."""
    for module, names in _WHERE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
