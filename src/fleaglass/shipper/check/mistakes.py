"""The mistakes that show before a server has answered: in names, connections, TLS, and the wrong protocol on a port."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from fleaglass.destinations import server_of
from fleaglass.shipper.check.finding import Mistake
from fleaglass.shipper.said import one_line

__all__ = ["GRPC_PORT", "HTTP_PORT", "OLD_PORTS", "QUERY_PORTS", "unanswered", "unreachable"]

GRPC_PORT: Final = 4317
HTTP_PORT: Final = 4318
OLD_PORTS: Final = {
    6831: "Jaeger's old agent",
    6832: "Jaeger's old agent",
    14250: "Jaeger's old collector",
    14268: "Jaeger's old collector",
    9411: "Zipkin",
}
QUERY_PORTS: Final = {16685: "Jaeger's query API", 16686: "Jaeger's pages", 3200: "Tempo's query API", 3000: "Grafana"}

_SETTINGS_FRAME: Final = ("\0\0", "PRI * HTTP/2")
_TLS_ALERT: Final = "\x15\x03"


def unreachable(error: OSError, address: str, *, has_proxy: bool) -> Mistake:
    """Why no connection, or no TLS, could be made.

    Args:
        error: what was raised.
        address: of the server.
        has_proxy: whether the environment names a proxy.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    if isinstance(error, ssl.SSLError):
        return _tls(error, address)
    around = (
        "; HTTPS_PROXY is set, and the shipper connects directly: open the way, or send to a collector that has one"
        if has_proxy and not _is_here(host)
        else ""
    )
    if isinstance(error, socket.gaierror):
        return Mistake(f"there is no host {host}", f"check the name, and the region or site in it{around}")
    if isinstance(error, TimeoutError):
        return Mistake(
            f"{host} does not answer on port {port}", f"a firewall may be between: ask for port {port}{around}"
        )
    if port in OLD_PORTS:
        return Mistake(
            f"nothing listens on {host}:{port}, which was {OLD_PORTS[port]}",
            f"Jaeger takes OTLP now: port {HTTP_PORT} for http/protobuf, {GRPC_PORT} for grpc",
        )
    if isinstance(error, ConnectionRefusedError):
        hint = "; inside a container, that is the container itself" if _is_here(host) else ""
        return Mistake(
            f"nothing listens on {host}:{port}", f"start it, or set the endpoint to where it runs{hint}{around}"
        )
    return Mistake(one_line(str(error)) or type(error).__name__, f"check the endpoint {server_of(address)}{around}")


def unanswered(error: Exception, address: str, *, speaks_tls: bool) -> Mistake:
    """Why a connection that was made gave no answer to an HTTP request.

    Args:
        error: what was raised.
        address: of the server.
        speaks_tls: whether a TLS handshake works there.
    """
    if isinstance(error, http.client.BadStatusLine) and str(error).startswith(_SETTINGS_FRAME):
        return Mistake(
            "it speaks gRPC, and was spoken to over HTTP", f"use port {HTTP_PORT}, or set the protocol to grpc"
        )
    if urlsplit(address).scheme == "http" and (
        speaks_tls or (isinstance(error, http.client.BadStatusLine) and str(error).startswith(_TLS_ALERT))
    ):
        return Mistake("it speaks TLS, and the endpoint begins with http://", "write https:// in the endpoint")
    if isinstance(error, TimeoutError):
        return Mistake("it takes the connection and does not answer", "see whether it hangs, or is something else")
    if isinstance(error, ValueError):
        return Mistake(one_line(str(error)), "correct the header, or the variable that it comes from")
    if isinstance(error, OSError | http.client.HTTPException):
        port = urlsplit(address).port
        which = f"; port {GRPC_PORT} is gRPC's" if port == GRPC_PORT else ""
        return Mistake(
            "it hangs up, or answers something that is not HTTP", f"check that OTLP over HTTP is on this port{which}"
        )
    raise error


def _tls(error: ssl.SSLError, address: str) -> Mistake:
    said = str(error)
    if "WRONG_VERSION_NUMBER" in said or "record layer failure" in said.lower():
        return Mistake("it speaks without TLS, and the endpoint begins with https://", "write http:// in the endpoint")
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or "it cannot be verified"
        if "expired" in why or "not yet valid" in why:
            return Mistake(
                f"its certificate is not good at this time ({why})", "check this machine's clock, then theirs"
            )
        if "hostname" in why.lower() or "ip address" in why.lower():
            return Mistake(f"its certificate is for another name ({why})", "use the name that is in the certificate")
        return Mistake(
            f"its certificate is from somebody unknown ({why})",
            "for a CA of your own set OTEL_EXPORTER_OTLP_CERTIFICATE to its file",
        )
    return Mistake(f"no TLS with it: {one_line(said)}", f"check that {server_of(address)} is a TLS server")


def _is_here(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"
