"""Posts to one address, over one connection that is kept open between requests.

The requests are made with sockets and the standard library's parser of answers: neither logs anything, reads proxy
variables (an agent's proxy is not for its loopback hub) or is patched by an instrumentation, so that delivering
telemetry never makes telemetry.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from fleaglass.shipper.answer import NotNow
from fleaglass.shipper.line import CLOSED, Deadline, Line, Reply
from fleaglass.shipper.said import one_line

__all__ = ["Post"]

_PORTS: Final = {"http": 80, "https": 443}
_TARGET: Final = re.compile(r"[!-~]+")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t -~\x80-\xff]*")


class Post:
    """Posts to one address. Used by one thread at a time.

    Args:
        address: full address, such as ``http://127.0.0.1:4318/v1/traces``.
        headers: sent with every request.
        timeout_s: longest that a request may take, from connecting to the last byte of its answer, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's by default.

    Raises:
        ValueError: this is no address.
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
        self._host_and_port = self._address.netloc.rpartition("@")[2]  # without credentials
        self.destination = f"{self._address.scheme}://{self._host_and_port}"
        self._timeout_s = timeout_s
        self._compress = compress
        self._certificate = certificate
        self._headers = {"User-Agent": "fleaglass", **headers}
        self._line: Line | None = None
        self._opened_by = os.getpid()

    def __call__(self, body: bytes) -> Reply | NotNow:
        """One request."""
        try:
            return self.exchange(body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._hang_up()
            return NotNow(one_line(str(error)) or type(error).__name__)

    def exchange(self, body: bytes) -> Reply:
        """One request. A connection that the server closed while it was idle is replaced once, without a word.

        Raises ``OSError``, ``http.client.HTTPException`` and, for what cannot be said in HTTP, ``ValueError``.
        """
        deadline = Deadline(self._timeout_s)
        request = self._request(body)
        if (line := self._open_line()) is not None:
            try:
                return self._ask(line, request, deadline)
            except CLOSED:
                self._hang_up()
        self._line = self._dial(deadline)
        return self._ask(self._line, request, deadline)

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        self._hang_up()

    def _open_line(self) -> Line | None:
        """The connection of the request before, if it is still good."""
        if self._opened_by != os.getpid():
            # After a fork it is the parent's; two processes writing to it would garble both.
            self._line, self._opened_by = None, os.getpid()
        if self._line is not None and (self._line.is_over or not self._line.is_quiet()):
            self._hang_up()
        return self._line

    def _ask(self, line: Line, request: bytes, deadline: Deadline) -> Reply:
        reply = line.ask(request, deadline)
        if line.is_over:
            self._hang_up()
        return reply

    def _dial(self, deadline: Deadline) -> Line:
        scheme, host = self._address.scheme, self._address.hostname
        if scheme not in _PORTS or not host:
            raise ValueError(f"{self.destination} is no address of an HTTP server")
        context = self._context() if scheme == "https" else None
        return Line.open(host, self._address.port or _PORTS[scheme], context, deadline)

    def _context(self) -> ssl.SSLContext:
        """Made anew for each connection, because certificates are replaced while a shipper runs."""
        try:
            return ssl.create_default_context(cafile=self._certificate)
        except OSError as error:
            raise OSError(f"certificate {self._certificate}: {error.strerror or error}") from error

    def _request(self, body: bytes) -> bytes:
        """Head and body in one piece. ``ValueError`` names what cannot be said in HTTP, and not the secret in it."""
        path, query = self._address.path or "/", self._address.query
        target = f"{path}?{query}" if query else path
        if _TARGET.fullmatch(target + self._host_and_port) is None:
            raise ValueError(f"the address {self.destination} has characters that must be percent-encoded")
        if self._compress:
            body = gzip.compress(body, compresslevel=1, mtime=0)
        lines = [f"POST {target} HTTP/1.1", f"Host: {self._host_and_port}", f"Content-Length: {len(body)}"]
        lines += ["Accept-Encoding: identity", *(["Content-Encoding: gzip"] if self._compress else [])]
        for name, value in self._headers.items():
            if _HEADER_NAME.fullmatch(name) is None or _HEADER_VALUE.fullmatch(value) is None:
                raise ValueError(f"the header {name!r} or its value has characters that a header cannot have")
            lines.append(f"{name}: {value}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
