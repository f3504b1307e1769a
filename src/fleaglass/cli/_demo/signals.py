"""Being told to stop: Ctrl-C, SIGTERM, and a terminal that was closed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["on_signals"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def on_signals(act: Callable[[], object]) -> Iterator[None]:
    """Have `act` called on the event loop for each of these signals, until the block ends."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
