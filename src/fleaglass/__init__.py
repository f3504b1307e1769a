"""Fleaglass: the flight recorder and control room for autonomous trading agents on Purple Flea.

::

    import fleaglass
    from fleaglass.venue import PurpleFlea

    agent = fleaglass.init("vol-arb-1", strategy="vol-arb-btc", release="agent-vol-arb@2.1.0")

Importing it reads no file, opens no socket and starts no thread, and never loads what the hub needs. The recorder is
imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fleaglass.recorder import Agent, init

__all__ = ["Agent", "__version__", "init"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in {"Agent", "init"}:
        from fleaglass import recorder

        return getattr(recorder, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
