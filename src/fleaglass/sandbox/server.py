"""The process: bind, say where, serve until a signal, leave nothing behind."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn

from fleaglass.sandbox.app import create_app
from fleaglass.sandbox.clock import PutForward
from fleaglass.sandbox.connection import CuttableProtocol
from fleaglass.sandbox.faults import Fault
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import DEFAULT_LIMIT, RateLimiter
from fleaglass.sandbox.venue import Venue, VenueSettings

__all__ = ["Address", "CannotListen", "ServerSettings", "serve"]

_GRACE_S = 2


class CannotListen(Exception):
    """The address cannot be bound; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a person may choose about the process. Port 0 takes a free one; no `db` keeps state in a temporary file."""

    host: str = "127.0.0.1"
    port: int = 8400
    db: Path | None = None
    rate_limit: int = DEFAULT_LIMIT
    faults: tuple[Fault, ...] = ()
    venue: VenueSettings = field(default_factory=VenueSettings)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running sandbox answers."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The root, without a slash at its end; the venue's base is this and /v1."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


def serve(settings: ServerSettings, ready: Callable[[Address], None]) -> None:
    """Run until SIGINT or SIGTERM, calling `ready` once listening. Raises CannotListen, UnusableDatabase."""
    listener = _bind(settings.host, settings.port)
    with listener, _state_file(settings.db) as path:
        clock = PutForward(time.time_ns)
        venue = Venue.open(path, clock, settings.venue)
        board = FaultBoard(settings.venue.seed, settings.faults)
        app = create_app(venue, board, RateLimiter(settings.rate_limit, clock), skip=clock.skip)
        config = uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="none",
            # The standard loop: uvloop's sockets refuse the option that turns a close into a reset.
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,  # the application's own, by the venue's clock
            timeout_graceful_shutdown=_GRACE_S,
        )
        address = Address(settings.host, listener.getsockname()[1])
        _Server(config, lambda: ready(address)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server that reports when it is ready and takes a signal as a wish, not as a reason to die by it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn's own also notes the signal and raises it again at the end, which would turn exit code 0 into -15.
        self.force_exit = self.should_exit
        self.should_exit = True


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only on sockets that name their protocol; with it, each answer takes 44 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listener


@contextmanager
def _state_file(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="fleaglass-sandbox-") as folder:
        yield Path(folder) / "sandbox.db"
