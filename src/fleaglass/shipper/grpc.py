"""One attempt to deliver to an OTLP/gRPC collector, and what its answer means.

By the OTLP specification, "OTLP/gRPC Response": the status code says what may be tried again, and an exhausted resource
may if the collector says after how long. Messages are encoded already, so gRPC gets bytes and gives bytes.

``grpcio`` is loaded with this module: by a shipper that has something for such a collector, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import grpc

from fleaglass.shipper import replies
from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
from fleaglass.shipper.batch import Signal
from fleaglass.shipper.said import one_line
from fleaglass.shipper.secrets import Secrets

__all__ = ["GrpcSender"]

_METHODS: Final[Mapping[Signal, str]] = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "snapshots": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}
_PORTS: Final = {"http": 80, "https": 443}
_NOT_NOW: Final = frozenset(
    {
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
_TOO_LARGE: Final = "larger than max"
"""How gRPC itself, in each of its languages, refuses a message for its size."""
_STATUS: Final = "grpc-status-details-bin"
_OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),  # an agent's proxy is not for its loopback hub
    ("grpc.enable_retries", 0),  # when to try again is the shipper's to say
    ("grpc.use_local_subchannel_pool", 1),  # or a new channel would inherit an old one's wait
    ("grpc.primary_user_agent", "fleaglass"),
)


class GrpcSender:
    """Sends one kind of telemetry to one collector. Used by one thread at a time.

    Args:
        address: ``http://`` or, with TLS, ``https://``, host and port. A path has no meaning.
        signal: what is sent.
        headers: sent with every request, as metadata.
        timeout_s: longest that a request may take, from connecting to its answer, in seconds.
        compress: whether messages are gzipped.
        certificate: file with the CA certificates to trust; gRPC's own by default.

    Raises:
        ValueError: this is no address.
    """

    def __init__(
        self,
        address: str,
        signal: Signal,
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        compress: bool = False,
        certificate: str | None = None,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("this is no address of a gRPC server")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self._target = f"{host}:{parts.port or _PORTS[parts.scheme]}"
        self._has_tls = parts.scheme == "https"
        self._method = _METHODS[signal]
        self._metadata = [(name.lower(), value) for name, value in headers.items()]
        self._timeout_s = timeout_s
        self._compression = grpc.Compression.Gzip if compress else grpc.Compression.NoCompression
        self._certificate = certificate
        self._secrets = Secrets(headers)
        self._channel: Any = None

    def send(self, request: bytes) -> Answer:
        """One request, as `encode` makes it."""
        try:
            answer = self.exchange(request)
        except grpc.RpcError as error:
            return self._meaning(error)
        except OSError as error:
            return NotNow(f"certificate {self._certificate}: {error.strerror or error}")
        except ValueError:  # gRPC's own words repeat the value
            return NotNow("a header has characters that gRPC's metadata cannot have")
        partial = replies.partial_success(answer)
        return Accepted(partial.rejected, self._secrets.hide(partial.message))

    def exchange(self, request: bytes) -> bytes:
        """One request and its answer. Raises ``grpc.RpcError``, ``OSError`` and ``ValueError``."""
        if self._channel is None:
            self._channel = self._open()
        call = self._channel.unary_unary(self._method)
        answer: bytes = call(request, timeout=self._timeout_s, metadata=self._metadata, compression=self._compression)
        return answer

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _open(self) -> Any:
        if not self._has_tls:
            return grpc.insecure_channel(self._target, options=_OPTIONS)
        trusted = None
        if self._certificate is not None:
            with open(self._certificate, "rb") as file:
                trusted = file.read()
        return grpc.secure_channel(self._target, grpc.ssl_channel_credentials(trusted), options=_OPTIONS)

    def _meaning(self, error: Any) -> Answer:
        code, said = error.code(), error.details() or ""
        trouble = replies.status(_details(error))
        why = f"gRPC {code.name}" + (f": {self._secrets.hide(one_line(said))}" if said else "")
        if code in _NOT_NOW:
            self.close()  # a channel waits longer and longer before it connects again; a new one does not
            return NotNow(why, trouble.retry_after_s)
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED and trouble.retry_after_s is not None:
            return NotNow(why, trouble.retry_after_s)
        return Refused(why, too_large=code is grpc.StatusCode.RESOURCE_EXHAUSTED and _TOO_LARGE in said.lower())


def _details(error: Any) -> bytes:
    """The ``google.rpc.Status`` that came with the status code; empty if there is none."""
    for name, value in error.trailing_metadata() or ():
        if name == _STATUS and isinstance(value, bytes):
            return value
    return b""
