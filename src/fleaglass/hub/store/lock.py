"""`store.lock` beside the store: one process owns a store, and the next one is told which.

The engine refuses a second process too, but with words that name neither the path nor the holder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["StoreHeld", "hold"]


class StoreHeld(Exception):
    """Another process holds the store; the message names it."""


@contextmanager
def hold(store: Path) -> Iterator[None]:
    """Own the store in this folder until the block ends; the operating system frees it if the process dies.

    Raises StoreHeld when another live process owns it, and OSError when the folder above cannot be written.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    owner = store.with_name(f"{store.name}.owner.json")
    lock = FileLock(store.with_name(f"{store.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreHeld(f"the store {store} is held by {_describe(owner)}; stop it, or choose another --data") from None
    try:
        owner.write_text(json.dumps({"pid": os.getpid()}))
        yield
    finally:
        with suppress(OSError):
            owner.unlink()
        lock.release()


def _describe(owner: Path) -> str:
    try:
        return f"process {json.loads(owner.read_text())['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
