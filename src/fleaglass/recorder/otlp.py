"""OTLP over HTTP: one request per batch, and what the answer means.

The encoding is OpenTelemetry's own. The request is made with the standard library's HTTP client, which logs nothing,
reads no proxy variables (an agent's proxy is not for its loopback hub) and is patched by no instrumentation, so that
delivering telemetry never makes telemetry.

What an answer means follows the OTLP specification, "OTLP/HTTP Response": 429, 502, 503 and 504 may be tried again,
any other error never.
"""

from __future__ import annotations

import gzip
import http.client
import os
import ssl
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from google.protobuf.message import DecodeError
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.trace import ReadableSpan

from fleaglass.recorder.sender import Accepted, Answer, NotNow, Refused

__all__ = ["OtlpSender"]

_NOT_NOW: Final = frozenset({429, 502, 503, 504})
_MAX_ANSWER_BYTES: Final = 1 << 20


class OtlpSender:
    """Sends spans to one OTLP/HTTP endpoint. Used by one thread at a time.

    Args:
        endpoint: full address, such as ``http://127.0.0.1:4318/v1/traces``.
        headers: sent with every request.
        timeout_s: longest wait for each step of a request, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's by default.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        compress: bool = False,
        certificate: str | None = None,
    ) -> None:
        self._address = urlsplit(endpoint)
        self.destination = f"{self._address.scheme}://{_host_and_port(self._address)}"
        self._timeout_s = timeout_s
        self._compress = compress
        self._certificate = certificate
        self._headers = {
            **headers,
            "Content-Type": "application/x-protobuf",
            "User-Agent": "fleaglass",
            **({"Content-Encoding": "gzip"} if compress else {}),
        }
        self._connection: http.client.HTTPConnection | None = None
        self._connected_by = os.getpid()

    def send(self, batch: Sequence[ReadableSpan]) -> Answer:
        """One request. A connection that the collector closed while it was idle is replaced once, without a word."""
        body = encode_spans(batch).SerializeToString()
        if self._compress:
            body = gzip.compress(body, compresslevel=1)
        if self._connected_by != os.getpid():
            # After a fork the connection is the parent's; two processes writing to it would garble both.
            self._connection, self._connected_by = None, os.getpid()
        reused = self._connection is not None
        try:
            try:
                return self._post(body)
            except (ConnectionError, http.client.RemoteDisconnected):
                self._hang_up()
                if not reused:
                    raise
                return self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self._hang_up()
            return NotNow(str(error) or type(error).__name__)

    def _post(self, body: bytes) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        path = self._address.path + (f"?{self._address.query}" if self._address.query else "")
        self._connection.request("POST", path, body=body, headers=self._headers)
        response = self._connection.getresponse()
        answer = response.read(_MAX_ANSWER_BYTES)
        if response.will_close or response.length:
            self._hang_up()
        return _meaning(response.status, response.getheader("Retry-After"), answer)

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "https":
            context = ssl.create_default_context(cafile=self._certificate)
            return http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout_s)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _meaning(status: int, retry_after: str | None, answer: bytes) -> Answer:
    if status == 200:
        return Accepted(_rejected_spans(answer))
    if status in _NOT_NOW:
        return NotNow(f"HTTP {status}", _seconds(retry_after))
    return Refused(f"HTTP {status}")


def _rejected_spans(answer: bytes) -> int:
    """A collector may take a batch in part, and says so inside its 200."""
    try:
        return int(ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans)
    except DecodeError:
        return 0


def _seconds(retry_after: str | None) -> float | None:
    """The delay form of Retry-After; the date form is left to our own waiting times."""
    return float(retry_after) if retry_after is not None and retry_after.strip().isdecimal() else None


def _host_and_port(address: SplitResult) -> str:
    """The address without credentials."""
    return address.netloc.rpartition("@")[2]
