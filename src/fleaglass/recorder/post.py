"""One HTTP connection to one destination of telemetry, kept open between requests.

The requests are made with the standard library's HTTP client, which logs nothing, reads no proxy variables (an agent's
proxy is not for its loopback hub) and is patched by no instrumentation, so that delivering telemetry never makes
telemetry.
"""

from __future__ import annotations

import gzip
import http.client
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from fleaglass.recorder.sender import NotNow

__all__ = ["Post", "Reply", "seconds"]

_MAX_ANSWER_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Post:
    """Posts to one address. Used by one thread at a time.

    Args:
        address: full address, such as ``http://127.0.0.1:4318/v1/traces``.
        headers: sent with every request.
        timeout_s: longest wait for each step of a request, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's by default.
    """

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        compress: bool = False,
        certificate: str | None = None,
    ) -> None:
        self._address = urlsplit(address)
        self.destination = f"{self._address.scheme}://{_host_and_port(self._address)}"
        self._timeout_s = timeout_s
        self._compress = compress
        self._certificate = certificate
        self._headers = {
            "User-Agent": "fleaglass",
            **headers,
            **({"Content-Encoding": "gzip"} if compress else {}),
        }
        self._connection: http.client.HTTPConnection | None = None
        self._connected_by = os.getpid()

    def __call__(self, body: bytes) -> Reply | NotNow:
        """One request. A connection that the server closed while it was idle is replaced once, without a word."""
        if self._compress:
            body = gzip.compress(body, compresslevel=1)
        if self._connected_by != os.getpid():
            # After a fork the connection is the parent's; two processes writing to it would garble both.
            self._connection, self._connected_by = None, os.getpid()
        reused = self._connection is not None
        try:
            try:
                return self._request(body)
            except (ConnectionError, http.client.RemoteDisconnected):
                self._hang_up()
                if not reused:
                    raise
                return self._request(body)
        except (OSError, http.client.HTTPException) as error:
            self._hang_up()
            return NotNow(str(error) or type(error).__name__)

    def _request(self, body: bytes) -> Reply:
        if self._connection is None:
            self._connection = self._connect()
        path = self._address.path + (f"?{self._address.query}" if self._address.query else "")
        self._connection.request("POST", path, body=body, headers=self._headers)
        response = self._connection.getresponse()
        answer = response.read(_MAX_ANSWER_BYTES)
        if response.will_close or response.length:
            self._hang_up()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, answer)

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


def seconds(retry_after: str | None) -> float | None:
    """The delay form of Retry-After; the date form is left to our own waiting times."""
    return float(retry_after) if retry_after is not None and retry_after.strip().isdecimal() else None


def _host_and_port(address: SplitResult) -> str:
    """The address without credentials."""
    return address.netloc.rpartition("@")[2]
