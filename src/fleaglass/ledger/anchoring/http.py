"""One POST, with the standard library's client: it reads no proxy variables, follows no redirects, and is none of the
libraries whose calls an agent's instrumentation records. Each makes a connection of its own; there is one a minute.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

__all__ = ["Post", "Reply", "post", "server_of"]

_TIMEOUT_S: Final = 10.0
"""For each step: connecting, and each time that the server is waited for."""
_MOST_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered; of a body that is larger, the first 64 KiB."""

    status: int
    body: bytes


Post: TypeAlias = Callable[[str, bytes, Mapping[str, str]], Reply]
"""``post(url, body, headers)``. Raises ``OSError``, also for an answer that is none."""


def server_of(url: str) -> str:
    """Of an address, what may be shown: no credentials, no path, no query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def post(url: str, body: bytes, headers: Mapping[str, str], *, certificate: str | None = None) -> Reply:
    """A `Post` over the network; the file of a certificate has the CAs to trust instead of the system's."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OSError(f"{parts.scheme}://{parts.hostname or ''} is no address of an HTTP server")
    line: http.client.HTTPConnection
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=certificate)
            line = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S, context=context)
        else:
            line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S)
        try:
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            line.request("POST", target, body, {"user-agent": "fleaglass", **headers})
            answer = line.getresponse()
            got = answer.read(_MOST_BYTES)
            if answer.length and len(got) < _MOST_BYTES:
                raise OSError(f"{answer.length} bytes of the answer are missing")
            return Reply(answer.status, got)
        finally:
            line.close()
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error
