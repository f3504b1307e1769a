"""OTLP over HTTP: one request per batch, and what the answer means.

The encoding is OpenTelemetry's own. What an answer means follows the OTLP specification, "OTLP/HTTP Response": 429,
502, 503 and 504 may be tried again, any other error never.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from fleaglass.recorder.post import Post, seconds
from fleaglass.recorder.sender import Accepted, Answer, NotNow, Refused

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk.trace import ReadableSpan

__all__ = ["LOGS", "SPANS", "OtlpSender", "Signal"]

ItemT = TypeVar("ItemT")

_NOT_NOW: Final = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Signal(Generic[ItemT]):
    """One of OTLP's kinds of telemetry: how it is encoded, and how a collector says that it took only a part."""

    encode: Callable[[Sequence[ItemT]], Message]
    rejected: Callable[[bytes], int]


def _rejected_spans(answer: bytes) -> int:
    return int(ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans)


def _rejected_logs(answer: bytes) -> int:
    return int(ExportLogsServiceResponse.FromString(answer).partial_success.rejected_log_records)


# Encoders are loaded with the first batch: they need OpenTelemetry's SDK, which takes long to load.


def _encode_spans(batch: Sequence[ReadableSpan]) -> Message:
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

    message: Message = encode_spans(batch)
    return message


def _encode_logs(batch: Sequence[ReadableLogRecord]) -> Message:
    from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs

    message: Message = encode_logs(batch)
    return message


SPANS: Final[Signal[ReadableSpan]] = Signal(_encode_spans, _rejected_spans)
LOGS: Final[Signal[ReadableLogRecord]] = Signal(_encode_logs, _rejected_logs)


class OtlpSender(Generic[ItemT]):
    """Sends one kind of telemetry to one OTLP/HTTP endpoint. Used by one thread at a time.

    Args:
        signal: what is sent.
        endpoint: full address, such as ``http://127.0.0.1:4318/v1/traces``.
        headers: sent with every request.
        timeout_s: longest wait for each step of a request, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's by default.
    """

    def __init__(
        self,
        signal: Signal[ItemT],
        endpoint: str,
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        compress: bool = False,
        certificate: str | None = None,
    ) -> None:
        self._signal = signal
        self._post = Post(
            endpoint,
            headers={**headers, "Content-Type": "application/x-protobuf"},
            timeout_s=timeout_s,
            compress=compress,
            certificate=certificate,
        )
        self.destination = self._post.destination

    def send(self, batch: Sequence[ItemT]) -> Answer:
        """One request."""
        reply = self._post(self._signal.encode(batch).SerializeToString())
        if isinstance(reply, NotNow):
            return reply
        if reply.status == 200:
            return Accepted(self._rejected(reply.body))
        if reply.status in _NOT_NOW:
            return NotNow(f"HTTP {reply.status}", seconds(reply.headers.get("retry-after")))
        return Refused(f"HTTP {reply.status}")

    def _rejected(self, answer: bytes) -> int:
        """A collector may take a batch in part, and says so inside its 200."""
        try:
            return self._signal.rejected(answer)
        except DecodeError:
            return 0
