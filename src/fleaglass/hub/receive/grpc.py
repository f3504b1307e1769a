"""OTLP over gRPC: the three Export services, on the hub's own event loop.

    INVALID_ARGUMENT not OTLP   RESOURCE_EXHAUSTED over 16 MiB
    RESOURCE_EXHAUSTED + RetryInfo the sender sends too much   UNAVAILABLE + RetryInfo the store cannot take it
    UNAUTHENTICATED no token, or an unknown one   PERMISSION_DENIED one that may not send

Messages arrive as bytes and stay bytes: what was checked is what is stored. OK means that every row is on disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import grpc

from fleaglass.hub.receive.body import LIMIT_BYTES
from fleaglass.hub.receive.later import again, retry_info, status_of
from fleaglass.hub.receive.otlp import Malformed
from fleaglass.hub.receive.reception import Reception
from fleaglass.hub.store import Busy, Refused, Signal, Unavailable

__all__ = ["Admit", "Export", "PortInUse", "TurnedAway", "serve_grpc"]

_SERVICES: Final[dict[str, Signal]] = {
    "opentelemetry.proto.collector.trace.v1.TraceService": "traces",
    "opentelemetry.proto.collector.logs.v1.LogsService": "logs",
    "opentelemetry.proto.collector.metrics.v1.MetricsService": "metrics",
}
_OPTIONS: Final = (
    ("grpc.max_receive_message_length", LIMIT_BYTES),
    ("grpc.so_reuseport", 0),  # or a second hub would share the port instead of being told that it is taken
)


class PortInUse(Exception):
    """The gRPC address cannot be bound."""


class TurnedAway(Exception):
    """The sender may not send: a gRPC status `code`, what to do, and when it may try again, if that is known."""

    def __init__(self, code: grpc.StatusCode, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


Admit: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Lets a sender in by its `authorization` metadata and its address, or raises TurnedAway."""


Export: TypeAlias = Callable[[bytes, Any], Awaitable[bytes]]
"""Answers a request, or aborts by its context."""


async def serve_grpc(
    reception: Reception,
    address: str,
    admit: Admit,
    wrap: Callable[[Signal, Export], Export] | None = None,
) -> tuple[Any, int]:
    """Start the server on `host:port`; returns it and the port it listens on. Raises PortInUse.

    `admit` is asked about each sender; `wrap` may put something around what answers.
    """
    server = grpc.aio.server(options=_OPTIONS)
    for service, signal in _SERVICES.items():
        # Without (de)serialisers, gRPC hands the bytes over as they are.
        export = _exporter(signal, reception, admit)
        handler = grpc.unary_unary_rpc_method_handler(export if wrap is None else wrap(signal, export))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": handler}),))
    try:
        bound = server.add_insecure_port(address)
    except RuntimeError:
        raise PortInUse(f"{address} is in use") from None
    await server.start()
    return server, bound


def _exporter(signal: Signal, reception: Reception, admit: Admit) -> Export:
    async def export(body: bytes, context: Any) -> bytes:
        try:
            await admit(dict(context.invocation_metadata()).get("authorization", ""), context.peer())
            await reception.take(signal, body)
        except TurnedAway as error:
            reception.refusals.count(
                "unavailable" if error.code is grpc.StatusCode.UNAVAILABLE else "not_allowed", signal
            )
            await _refuse(context, error.code, str(error), error.retry_after_s)
        except (Malformed, Refused) as error:
            await _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except Unavailable as error:
            code = grpc.StatusCode.RESOURCE_EXHAUSTED if isinstance(error, Busy) else grpc.StatusCode.UNAVAILABLE
            await _refuse(context, code, again(error), error.retry_after_s)
        return b""  # an empty Export…ServiceResponse: nothing was rejected

    return export


async def _refuse(context: Any, code: grpc.StatusCode, message: str, retry_after_s: float | None = None) -> None:
    if retry_after_s is not None:
        status = status_of(code.value[0], message, retry_after_s)
        context.set_trailing_metadata(
            (
                ("grpc-status-details-bin", status.SerializeToString()),  # where OTLP has it
                ("google.rpc.retryinfo-bin", retry_info(retry_after_s).SerializeToString()),  # … and the Python SDK
            )
        )
    await context.abort(code, message)
