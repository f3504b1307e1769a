"""Where telemetry is kept: opened by `open_store`, written through `Store.submit`, read through `Store.query`."""

from fleaglass.hub.store.engine import EngineError, Row, Signal, place_of
from fleaglass.hub.store.lock import StoreHeld
from fleaglass.hub.store.schema import WrongSchema
from fleaglass.hub.store.store import Store, open_store, store_dsn
from fleaglass.hub.store.writer import Batch, Busy, Commit, Counters, Refused, Unavailable

__all__ = [
    "Batch",
    "Busy",
    "Commit",
    "Counters",
    "EngineError",
    "Refused",
    "Row",
    "Signal",
    "Store",
    "StoreHeld",
    "Unavailable",
    "WrongSchema",
    "open_store",
    "place_of",
    "store_dsn",
]
