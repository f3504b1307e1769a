"""One HTTP request to the venue: its span, its headers, its answer. What the answer means is decided elsewhere.

Trace context goes into the headers of requests to the venue's own address and nowhere else: every request is made
below the base URL, and redirects are not followed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx

from fleaglass.recorder import Request, current_core, outgoing_headers, uninstrumented
from fleaglass.venue.profile import Endpoint

__all__ = ["Answer", "Wire", "never_sent"]

_MAX_ID_CHARS: Final = 1_024  # the HTTP library refuses longer addresses with an error that is none of its own

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. ``retry_after_s`` if the venue said how long to wait, which it rarely does."""

    status: int
    content: bytes
    retry_after_s: float | None


def never_sent(error: httpx.HTTPError) -> bool:
    """Whether the request certainly did not reach the venue."""
    return isinstance(error, _NEVER_SENT)


class Wire:
    """The connection to one venue.

    Args:
        base_url: ``http://`` or ``https://`` address that paths are appended to. ``ValueError`` for anything else.
        api_key: sent as a bearer token, recorded nowhere.
        timeout_s: longest wait for connecting, for sending and for each piece of the answer, in seconds.
        transport: what carries the requests; the network by default.
    """

    def __init__(
        self, base_url: str, api_key: str, *, timeout_s: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        base = httpx.URL(base_url)
        if base.scheme not in {"http", "https"} or not base.host:
            raise ValueError("base_url must be an http:// or https:// address")
        if not (api_key.isascii() and api_key.isprintable()):
            # The HTTP library would refuse it later, with an error that repeats the key.
            raise ValueError("api_key must be printable ASCII on one line")
        self.host = base.host
        self.port = base.port or (443 if base.scheme == "https" else 80)
        self._prefix = base.path.rstrip("/")
        self._address = f"{base.scheme}://{base.netloc.decode('ascii')}{self._prefix}"
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {api_key}", "User-Agent": "fleaglass"},
            timeout=timeout_s,
            transport=transport,
            follow_redirects=False,
            trust_env=not _is_loopback(base.host),  # a proxy meant for the internet does not reach a local sandbox
        )

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._client.is_closed

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def address(self, endpoint: Endpoint, path: Mapping[str, str]) -> str:
        """Where a request goes. ``ValueError`` for an id that cannot be part of it."""
        return self._address + endpoint.path.format_map({name: _segment(name, value) for name, value in path.items()})

    async def send(
        self,
        endpoint: Endpoint,
        *,
        path: Mapping[str, str],
        query: Mapping[str, str],
        content: bytes | None,
        resend: int = 0,
    ) -> Answer:
        """Make one request. ``httpx.HTTPError`` without an answer; an answer of any status is returned."""
        url = self.address(endpoint, path)
        with Request(
            current_core(),
            method=endpoint.method,
            template=endpoint.path,
            address=url,
            host=self.host,
            port=self.port,
            resend=resend,
        ) as span:
            headers = outgoing_headers()
            if content is not None:
                headers["Content-Type"] = "application/json"
            with uninstrumented():
                response = await self._client.request(
                    endpoint.method, url, params=query or None, content=content, headers=headers
                )
            span.answered(response.status_code)
        return Answer(response.status_code, response.content, _seconds(response.headers.get("Retry-After")))


def _segment(name: str, value: str) -> str:
    """An id as one segment of a path. ``ValueError`` for what would be a path of its own."""
    if value in {"", ".", ".."} or len(value) > _MAX_ID_CHARS:
        raise ValueError(f"{name} must be an id, got {value[:40]!r}")
    return quote(value, safe="")


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after is not None and retry_after.strip().isdecimal() else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
