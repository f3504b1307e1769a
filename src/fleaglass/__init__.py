"""Fleaglass: the flight recorder and control room for autonomous trading agents on Purple Flea.

::

    import fleaglass
    from fleaglass.venue import PurpleFlea

    agent = fleaglass.init("vol-arb-1", strategy="vol-arb-btc", release="agent-vol-arb@2.1.0")

Importing it reads no file, opens no socket and starts no thread, and never loads what the hub needs. The recorder and
the instrumentation are imported when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fleaglass.recorder import DEFAULT_NOISE, Agent, Failure, NoiseRule, init
    from fleaglass.venue.instrument import instrument

__all__ = ["DEFAULT_NOISE", "Agent", "Failure", "NoiseRule", "__version__", "init", "instrument"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in {"DEFAULT_NOISE", "Agent", "Failure", "NoiseRule", "init"}:
        from fleaglass import recorder

        return getattr(recorder, name)
    if name == "instrument":
        # A module of that name lies in the package of the venue; here it is the function.
        from fleaglass.venue import instrument

        return instrument.instrument
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
