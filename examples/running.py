"""What the examples do around their decisions: options, a pace, a clean stop, and errors that do not end them.

Copy it together with an agent.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator

from fleaglass.venue import AuthError, PurpleFlea, VenueError

__all__ = ["connect", "every", "every_blocking", "read_options", "survive"]

_STOPS = (signal.SIGINT, signal.SIGTERM)


def read_options(what: str, *, needs_wallet: bool = True) -> argparse.Namespace:
    """The command line; what is not given there comes from the environment. The key comes from nowhere else."""
    env = os.environ
    parser = argparse.ArgumentParser(description=what, epilog="The API key is read from PURPLE_FLEA_API_KEY.")
    parser.add_argument("--base-url", default=env.get("PURPLE_FLEA_BASE_URL", "http://127.0.0.1:8400/v1"))
    parser.add_argument("--wallet", default=env.get("PURPLE_FLEA_WALLET"), help="wallet id [PURPLE_FLEA_WALLET]")
    parser.add_argument(
        "--researcher", default=env.get("PURPLE_FLEA_RESEARCHER"), help="agent to hire [PURPLE_FLEA_RESEARCHER]"
    )
    parser.add_argument("--cycles", type=int, default=env.get("AGENT_CYCLES"), help="cycles to run; endless by default")
    parser.add_argument("--interval", type=float, default=env.get("AGENT_INTERVAL", 1), help="seconds between cycles")
    options = parser.parse_args()
    options.api_key = env.get("PURPLE_FLEA_API_KEY") or parser.error("PURPLE_FLEA_API_KEY is not set")
    if needs_wallet and not options.wallet:
        parser.error("give --wallet, or set PURPLE_FLEA_WALLET")
    return options


def connect(options: argparse.Namespace) -> PurpleFlea:
    """The venue, for ``async with``."""
    return PurpleFlea(options.api_key, base_url=options.base_url)


async def every(interval_s: float, cycles: int | None = None) -> AsyncIterator[int]:
    """Count cycles, with a pause between two, until there were enough or the process is told to stop.

    Ctrl-C and SIGTERM let the decision under way finish: an order cut off is one whose outcome nobody knows.
    """
    stop = asyncio.Event()
    for number in _STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for turn in itertools.count() if cycles is None else range(cycles):
        yield turn
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), interval_s)
        if stop.is_set():
            return


def every_blocking(interval_s: float, cycles: int | None = None) -> Iterator[int]:
    """The same for an agent without ``async``; for its main thread."""
    stop = threading.Event()
    for number in _STOPS:
        signal.signal(number, lambda *_: stop.set())
    for turn in itertools.count() if cycles is None else range(cycles):
        yield turn
        if stop.wait(interval_s):
            return


@contextlib.contextmanager
def survive(turn: int) -> Iterator[None]:
    """Around a decision: an error of the venue ends the cycle, where it is recorded, and not the agent.

    Nothing is sent again. What may have happened, the next cycle sees in the positions and the escrows.
    """
    try:
        yield
    except AuthError:
        raise  # a key that was rotated does not come back
    except (VenueError, TimeoutError) as error:
        print(f"cycle {turn}: {str(error) or 'the answer came too late'}", file=sys.stderr)
