"""Whether a server can be reached at all: its name, a connection and, for https, TLS."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from fleaglass.shipper.check.finding import Mistake
from fleaglass.shipper.check.mistakes import unreachable

__all__ = ["reach", "speaks_tls"]

_PORTS = {"http": 80, "https": 443}


def reach(address: str, *, certificate: str | None, timeout_s: float, has_proxy: bool) -> Mistake | None:
    """Connect and hang up; what is wrong, if something is.

    Args:
        address: of the server.
        certificate: file with the CA certificates to trust for https; the system's if ``None``.
        timeout_s: longest wait for each step, in seconds.
        has_proxy: whether the environment names a proxy.
    """
    try:
        context = ssl.create_default_context(cafile=certificate) if urlsplit(address).scheme == "https" else None
    except OSError as error:
        return Mistake(f"the certificate {certificate} cannot be read: {error.strerror or error}", "correct its path")
    try:
        _connect(address, context, timeout_s)
    except OSError as error:
        return unreachable(error, address, has_proxy=has_proxy)
    return None


def speaks_tls(address: str, *, timeout_s: float) -> bool:
    """Whether a TLS handshake works there, whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with suppress(OSError):
        _connect(address, context, timeout_s)
        return True
    return False


def _connect(address: str, context: ssl.SSLContext | None, timeout_s: float) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    with socket.create_connection((host, parts.port or _PORTS[parts.scheme]), timeout_s) as connected:
        if context is not None:
            context.wrap_socket(connected, server_hostname=host).close()
