"""Memory that is free goes back to the system.

A body of many megabytes is unpacked, parsed and normalised in threads, each of which has glibc's heap of its own. What
they free stays in those heaps, in pieces between what lives on, and a hub that was busy for an hour would seem to need
what its worst moments needed.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

__all__ = ["give_back"]

_trim: Final = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
"""glibc's own; other systems' allocators give back by themselves."""


def give_back() -> None:
    """Return every free page of the heap. Takes tens of milliseconds of a thread, in which others run."""
    if _trim is not None:
        _trim(0)
