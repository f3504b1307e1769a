"""Memory that is free goes back to the system.

A body of many megabytes is unpacked, parsed and normalised in threads, each of which has a heap of glibc's of its own.
What they free stays in those heaps, in pieces between what lives on, and a hub that was busy for an hour would seem to
need what its worst moments needed. So large pieces are kept out of the heaps, and what is free in them is given back.
The engine has an allocator of its own, jemalloc, which keeps the pages of each of its threads' queries: ten times what
it uses. It has no thread here that would give them back with time, so that what a hub holds would follow its traffic.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from fleaglass.hub.store import EngineError, Store

__all__ = ["apart", "give_back", "give_back_for_ever", "resident_bytes"]

_EVERY_S: Final = 10.0
"""What 10 s of much traffic leave behind is a few tens of MB, and returning them takes 20 to 80 ms of a thread."""

_LARGE_BYTES: Final = 256 * 1024
_M_MMAP_THRESHOLD: Final = -3  # malloc.h

_libc: Final = ctypes.CDLL(None) if os.name == "posix" else None
_trim: Final = getattr(_libc, "malloc_trim", None)
"""glibc's own; other systems' allocators give back by themselves."""


def apart() -> None:
    """From now on, whatever is large has pages of its own, which go back the moment that it is freed.

    glibc begins so, and raises what it calls large with each large piece that is freed, up to 32 MB (mallopt(3)).
    """
    if _libc is not None and _trim is not None:
        _libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


async def give_back(store: Store) -> None:
    """Return every free page, of the engine's and of our own. Takes tens of milliseconds of a thread; others run."""
    if store.folder is not None:  # a server looks after its own
        with suppress(EngineError):  # built without that allocator, it has nothing to return
            await store.query("SYSTEM JEMALLOC PURGE")
    if _trim is not None:
        await asyncio.to_thread(_trim, 0)


async def give_back_for_ever(store: Store) -> None:
    """Return what is free, again and again."""
    while True:
        await give_back(store)
        await asyncio.sleep(_EVERY_S)


def resident_bytes() -> int | None:
    """What this process has in memory, None where the system does not tell as Linux does (proc(5))."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return None
