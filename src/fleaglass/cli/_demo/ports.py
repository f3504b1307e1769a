"""Which ports the demo's hub listens on: those asked for, or the usual ones if they are free."""

from __future__ import annotations

import socket

__all__ = ["is_free", "usual_or_free"]

_HOST = "127.0.0.1"


def usual_or_free(port: int, *, insist: bool) -> int:
    """`port`, or 0 (any free one) when it is taken and nobody insists on it."""
    return port if insist or is_free(port) else 0


def is_free(port: int) -> bool:
    """Whether a server could listen there now; a moment later it may be different."""
    with socket.socket() as probe:
        # As servers bind: what lingers of closed connections does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
            probe.listen()
        except OSError:
            return False
    return True
