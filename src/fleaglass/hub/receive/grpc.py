"""OTLP over gRPC: the three Export services, on the hub's own event loop.

    INVALID_ARGUMENT not OTLP   RESOURCE_EXHAUSTED over 16 MiB   UNAVAILABLE + RetryInfo the store cannot take it
    UNAUTHENTICATED no token, or an unknown one   PERMISSION_DENIED one that may not send

Messages arrive as bytes and stay bytes: what was checked is what is stored. OK means that every row is on disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.code_pb2 import UNAVAILABLE
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from fleaglass.hub.receive.body import LIMIT_BYTES
from fleaglass.hub.receive.http import RETRY_AFTER_S
from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.store import Refused, Signal, Store, Unavailable

__all__ = ["Admit", "PortInUse", "TurnedAway", "serve_grpc"]

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
    """The sender may not send: a gRPC status `code`, and what to do."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


Admit: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Lets a sender in by its `authorization` metadata and its address, or raises TurnedAway."""


async def serve_grpc(store: Store, address: str, rejected: Callable[[int], None], admit: Admit) -> tuple[Any, int]:
    """Start the server on `host:port`; returns it and the port it listens on. Raises PortInUse.

    `rejected` is told of requests refused for their content; `admit` is asked about each sender.
    """
    server = grpc.aio.server(options=_OPTIONS)
    for service, signal in _SERVICES.items():
        # Without (de)serialisers, gRPC hands the bytes over as they are.
        handler = grpc.unary_unary_rpc_method_handler(_exporter(signal, store, rejected, admit))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": handler}),))
    try:
        bound = server.add_insecure_port(address)
    except RuntimeError:
        raise PortInUse(f"{address} is in use") from None
    await server.start()
    return server, bound


def _exporter(
    signal: Signal, store: Store, rejected: Callable[[int], None], admit: Admit
) -> Callable[[bytes, Any], Awaitable[bytes]]:
    async def export(body: bytes, context: Any) -> bytes:
        try:
            await admit(dict(context.invocation_metadata()).get("authorization", ""), context.peer())
            await store.submit(parse(signal, body))
        except TurnedAway as error:
            await context.abort(error.code, str(error))
        except (Malformed, Refused) as error:
            rejected(1)
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except Unavailable as error:
            message = f"nothing of this request was acknowledged, send it again: {error}"
            context.set_trailing_metadata((("grpc-status-details-bin", _retry_info(message)),))
            await context.abort(grpc.StatusCode.UNAVAILABLE, message)
        return b""  # an empty Export…ServiceResponse: nothing was rejected

    return export


def _retry_info(message: str) -> bytes:
    detail = AnyMessage()
    detail.Pack(RetryInfo(retry_delay=Duration(seconds=RETRY_AFTER_S)))
    return bytes(Status(code=UNAVAILABLE, message=message, details=[detail]).SerializeToString())
