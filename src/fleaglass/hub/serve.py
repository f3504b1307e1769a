"""Running the hub: bind, open the store, serve until told to stop.

The HTTP port is bound before the store is opened, so that a second hub is told at once and touches nothing.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from fleaglass.hub.app import create_app
from fleaglass.hub.receive import PortInUse, serve_grpc
from fleaglass.hub.state import State, open_state, state_url
from fleaglass.hub.store import open_store
from fleaglass.hub.tally import Tally

__all__ = ["Addresses", "Options", "PortInUse", "serve"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a hub runs. Port 0 takes a free one.

    `store` is an engine's address, None for `chdb://` inside `data`; `state` a database's, None for SQLite there.
    """

    data: Path
    host: str = "127.0.0.1"
    http_port: int = 4318
    grpc_port: int = 4317
    store: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running hub listens."""

    ui: str
    otlp_http: str
    otlp_grpc: str


async def serve(options: Options, ready: Callable[[Addresses], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once both ports answer.

    Raises PortInUse, StoreHeld, EngineError, StateError, NewerState, and OSError when the data folder cannot be used.
    """
    with _bind(options.host, options.http_port) as listener:
        # gRPC binds its port again; were it the first to find it taken, it would print lines of its own.
        _bind(options.host, options.grpc_port).close()
        name = f"[{options.host}]" if ":" in options.host else options.host
        tally, stopping = Tally(), asyncio.Event()
        async with open_store(options.data, options.store) as store, _state(options) as state:
            store.on_commit(lambda counters: tally.stored(counters.rows["traces"]))
            grpc_server, grpc_port = await serve_grpc(store, f"{name}:{options.grpc_port}", tally.reject)
            http = f"http://{name}:{listener.getsockname()[1]}"
            addresses = Addresses(http, http, f"{name}:{grpc_port}")
            try:
                server = _server(create_app(store, state, tally, stopping))
                await _run(server, listener, stopping, lambda: ready(addresses))
            finally:
                await grpc_server.stop(grace=1)


class _Server(uvicorn.Server):
    """uvicorn that tells when it listens, and leaves signals alone (it would raise them again once stopped)."""

    on_started: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.on_started()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _server(app: ASGIApp) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            server_header=False,
        )
    )


@asynccontextmanager
async def _state(options: Options) -> AsyncIterator[State]:
    options.data.mkdir(parents=True, exist_ok=True)
    state = await asyncio.to_thread(open_state, state_url(options.data, options.state))
    try:
        yield state
    finally:
        await asyncio.to_thread(state.close)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # unnamed, asyncio would leave Nagle on
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortInUse(f"port {port} on {host} cannot be used: {error.strerror}") from None
    listener.listen(512)
    return listener


async def _run(server: _Server, listener: socket.socket, stopping: asyncio.Event, ready: Callable[[], None]) -> None:
    """Serve until a signal asks to stop; a second one ends without waiting for open requests."""

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    server.on_started = ready
    await server.serve([listener])
