"""Whether somebody is a Fleaglass hub: only a hub has this status, so nothing is taken for one that merely listens.

Asked by the standard library's client, which writes no log: in a shipper that is a thread of the agent, what an HTTP
library says of its requests would be exported as the agent's own.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import msgspec

from fleaglass.shipper.check.finding import Finding

__all__ = ["Hub", "identify"]


_MOST_BYTES: Final = 1 << 20


class _Store(msgspec.Struct):
    backend: str


class _Status(msgspec.Struct):
    version: str
    started_ns: str
    store: _Store
    spans: int
    takes: tuple[str, ...] = ()


class Hub(Finding, frozen=True):
    """Who it is; and of a hub what it takes besides spans, logs and metrics: `open` spans, Sentry's `envelopes`."""

    takes: tuple[str, ...] = ()


def identify(server: str, *, timeout_s: float) -> Hub:
    """Ask it who it is.

    Args:
        server: scheme, host and port of its API.
        timeout_s: longest wait, in seconds.
    """
    try:
        status = msgspec.json.decode(_answer(server, timeout_s), type=_Status)
    except (OSError, HTTPException):
        return Hub("is a hub", "unknown", f"{server} does not say who it is")
    except (msgspec.MsgspecError, RecursionError):
        return Hub("is a hub", "no", f"somebody else listens at {server}", "name it as it is: jaeger, tempo or otlp")
    # Hubs before 0.2 said nothing of what they take, and took open spans.
    said = f"Fleaglass {status.version}, {status.spans} spans"
    said += "" if "envelopes" in status.takes else "; it takes no Sentry envelopes"
    return Hub("is a hub", "yes", said, takes=status.takes or ("open",))


def _answer(server: str, timeout_s: float) -> bytes:
    parts = urlsplit(server)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=timeout_s)
    try:
        connection.request("GET", "/api/v1/status")
        return connection.getresponse().read(_MOST_BYTES)
    finally:
        connection.close()
