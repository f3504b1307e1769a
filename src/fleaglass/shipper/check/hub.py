"""Whether somebody is a Fleaglass hub: only a hub has this status, so nothing is taken for one that merely listens.

One that asks for a token is known by its refusal, so no token is needed to find out.
Asked by the standard library's client, which writes no log: in a shipper that is a thread of the agent, what an HTTP
library says of its requests would be exported as the agent's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import msgspec

from fleaglass.shipper.check.finding import Finding
from fleaglass.shipper.hubs_refusal import is_hubs_refusal

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


def identify(server: str, *, timeout_s: float, headers: Mapping[str, str] | None = None) -> Hub:
    """Ask it who it is.

    Args:
        server: scheme, host and port of its API.
        timeout_s: longest wait, in seconds.
        headers: those that say who asks, if somebody does.
    """
    try:
        answer = _answer(server, headers or {}, timeout_s)
        status = msgspec.json.decode(answer, type=_Status)
    except _Refused:
        # Hubs that take no envelopes ask for no tokens either.
        said = "a Fleaglass hub that tells more only to a token that may read"
        return Hub("is a hub", "yes", said, takes=("open", "envelopes"))
    except (OSError, HTTPException):
        return Hub("is a hub", "unknown", f"{server} does not say who it is")
    except (msgspec.MsgspecError, RecursionError):
        return Hub("is a hub", "no", f"somebody else listens at {server}", "name it as it is: jaeger, tempo or otlp")
    # Hubs before 0.2 said nothing of what they take, and took open spans.
    said = f"Fleaglass {status.version}, {status.spans} spans"
    said += "" if "envelopes" in status.takes else "; it takes no Sentry envelopes"
    return Hub("is a hub", "yes", said, takes=status.takes or ("open",))


class _Refused(Exception):
    """It is a hub, and asks for a token."""


def _answer(server: str, headers: Mapping[str, str], timeout_s: float) -> bytes:
    parts = urlsplit(server)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=timeout_s)
    try:
        connection.request("GET", "/api/v1/status", headers=dict(headers))
        answer = connection.getresponse()
        if is_hubs_refusal(answer.status, {name.lower(): value for name, value in answer.getheaders()}):
            raise _Refused
        return answer.read(_MOST_BYTES)
    finally:
        connection.close()
