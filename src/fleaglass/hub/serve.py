"""Running the hub: bind, open the store, serve until told to stop.

The HTTP port is bound before the store is opened, so that a second hub is told at once and touches nothing.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.first_start import first_start
from fleaglass.hub.access.grpc_door import grpc_door
from fleaglass.hub.access.keys import dsn
from fleaglass.hub.access.policy import OPEN, Policy
from fleaglass.hub.access.register import Register
from fleaglass.hub.alerting.at_work import alerting
from fleaglass.hub.app import create_app
from fleaglass.hub.intake import Queue
from fleaglass.hub.intake.digest import Digest
from fleaglass.hub.ledgers import Ledgers, verifying
from fleaglass.hub.ledgers.trouble import tell_trouble
from fleaglass.hub.minute import Minutes
from fleaglass.hub.own_traces import OwnTraces, traced, tracing
from fleaglass.hub.receive import PortInUse, Reception, serve_grpc
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.state import Lead, State, leading, open_state, state_url
from fleaglass.hub.store import Store, open_store
from fleaglass.hub.tally import Tally
from fleaglass.hub.upkeep import Upkeep, upkeep
from fleaglass.hub.witness.desk import open_desk
from fleaglass.hub.witness.telling import tell_alarm

__all__ = ["Addresses", "Options", "PortInUse", "Quotas", "serve"]

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Hosts to listen on that nobody can connect to, and what this machine connects to instead."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What one sender may send on average: an agent of spans, a project of Sentry's envelopes; None for any number."""

    spans_per_s: float | None = None
    events_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How a hub runs. Port 0 takes a free one.

    `store` is an engine's address, None for `chdb://` inside `data`; `state` a database's, None for SQLite there.
    `policy` is that of `host`; `rules` a file of alert rules, None for the default ones; `ledgers` are those to show.
    `quotas` is what each sender may send; `traces_itself` has the hub store spans of its own.
    """

    data: Path
    host: str = "127.0.0.1"
    http_port: int = 4318
    grpc_port: int = 4317
    store: str | None = None
    state: str | None = None
    policy: Policy = OPEN
    upkeep: Upkeep = field(default_factory=Upkeep)
    rules: Path | None = None
    ledgers: Ledgers = field(default_factory=Ledgers)
    quotas: Quotas = field(default_factory=Quotas)
    traces_itself: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running hub is reached. `dsn` is that of its first project, None if that has no key any more."""

    ui: str
    otlp_http: str
    otlp_grpc: str
    dsn: str | None


async def serve(options: Options, ready: Callable[[Addresses, str | None], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once both ports answer.

    It gets the administrator's token too, when that has just been made: nobody will ever see it again.

    Raises PortInUse, StoreHeld, WrongSchema, EngineError, StateError, NewerState, NoTokens, and OSError when the data
    folder cannot be used.
    """
    with _bind(options.host, options.http_port) as listener:
        # gRPC binds its port again; were it the first to find it taken, it would print lines of its own.
        _bind(options.host, options.grpc_port).close()
        name = _in_address(options.host)
        tally, stopping = Tally(), asyncio.Event()
        async with (
            open_store(options.data, options.store, options.upkeep.disk_cap_bytes) as store,
            _state(options) as state,
            leading(state) as lead,
            upkeep(store, options.upkeep, lead),
            _intake(options, store, state, lead) as queue,
        ):
            store.on_commit(lambda counters: tally.stored(counters.rows["traces"]))
            policy, doorman = options.policy, Doorman(Register(state), asks=options.policy.asks)
            begun = await state.writing(lambda known: first_start(known, time.time_ns(), asks_for_tokens=policy.asks))
            reception = Reception(store, tally.refusals, Quota(options.quotas.spans_per_s))
            own = OwnTraces(store) if options.traces_itself else None
            grpc_server, grpc_port = await serve_grpc(
                reception, f"{name}:{options.grpc_port}", grpc_door(doorman), None if own is None else own.exporting
            )
            here = _in_address(_ANY.get(options.host, options.host))
            http = policy.public[0] if policy.public else f"http://{here}:{listener.getsockname()[1]}"
            addresses = Addresses(
                http, http, f"{here}:{grpc_port}", None if begun.key is None else dsn(http, begun.key)
            )
            witness = await asyncio.to_thread(open_desk, options.data, state, time.time_ns, partial(tell_alarm, queue))
            ledgers = Ledgers(options.ledgers.folders, options.ledgers.keys.beside(witness.known))
            try:
                async with (
                    alerting(store, state, options.rules, http, lead) as alarms,
                    verifying(ledgers, tell=partial(tell_trouble, queue)),
                    tracing(own),
                ):
                    app = create_app(
                        store,
                        state,
                        queue,
                        policy,
                        doorman,
                        tally,
                        reception,
                        Quota(options.quotas.events_per_s),
                        alarms,
                        witness,
                        ledgers,
                        lead,
                        stopping,
                    )
                    server = _server(app if own is None else traced(app, own))
                    await _run(server, listener, stopping, lambda: ready(addresses, begun.admin_token))
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


@asynccontextmanager
async def _intake(options: Options, store: Store, state: State, lead: Lead) -> AsyncIterator[Queue]:
    """The queue of what Sentry's clients send, with those at work who digest it and watch the clock."""
    queue = Queue(options.data / "intake.db")
    digest = Digest(queue, store, state)
    minutes = Minutes(queue, digest, store, state, lead=lead)
    tasks = [asyncio.create_task(each) for each in (digest.run(), minutes.run())]
    try:
        yield queue
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        queue.close()


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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
