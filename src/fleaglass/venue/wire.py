"""One HTTP request to the venue: its span, its headers, its answer. What the answer means is decided elsewhere.

Trace context and keys go to the services' own addresses and nowhere else: every request is made below a service's base
URL, and redirects are not followed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx

from fleaglass.recorder import Request, current_core, outgoing_headers, scrub, uninstrumented
from fleaglass.venue.access import Route
from fleaglass.venue.clocks import Ahead, now
from fleaglass.venue.connections import Http
from fleaglass.venue.fields import Query
from fleaglass.venue.profile import Endpoint
from fleaglass.venue.times import http_date

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


def never_sent(error: BaseException) -> bool:
    """Whether the request certainly did not reach the venue."""
    return isinstance(error, _NEVER_SENT)


class Wire:
    """The connections to the services.

    Args:
        routes: where each service is, and with which key.
        timeout_s: longest wait for connecting, for sending and for each piece of the answer, in seconds.
        open_http: opens what carries the requests.
    """

    def __init__(self, routes: Mapping[str, Route], *, timeout_s: float, open_http: Callable[[bool], Http]) -> None:
        self._routes = routes
        self._timeout_s = timeout_s
        self._ahead: dict[str, Ahead] = {}
        # A proxy that is meant for the internet does not reach a local sandbox.
        self._http = {local: open_http(not local) for local in {route.local for route in routes.values()}}

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return all(http.is_closed for http in self._http.values())

    async def close(self) -> None:
        """Close all connections."""
        for http in self._http.values():
            await http.aclose()

    def account_id(self, service: str) -> str | None:
        """The account at a service, if the author named it."""
        route = self._routes.get(service)
        return route.account_id if route is not None else None

    def ahead(self, service: str) -> Ahead | None:
        """How far a service's clock is ahead of this machine's, by its last answer that had a ``Date``."""
        return self._ahead.get(self._routes[service].address)

    def url(self, service: str, endpoint: Endpoint, path: Mapping[str, str], query: Query) -> httpx.URL:
        """Where a request goes. ``ValueError`` for an id or a value that cannot be part of it."""
        segments = {name: _segment(name, value) for name, value in path.items()}
        address = self._routes[endpoint.at or service].address + endpoint.path.format_map(segments)
        try:
            return httpx.URL(address, params=query) if query else httpx.URL(address)
        except httpx.InvalidURL as error:  # a value is too long
            raise ValueError(f"{endpoint.method} {endpoint.path} cannot be asked for: {error}") from None

    async def send(
        self,
        service: str,
        endpoint: Endpoint,
        url: httpx.URL,
        *,
        content: bytes | None,
        resend: int = 0,
        timeout_s: float | None = None,
    ) -> Answer:
        """Make one request. An answer of any status is returned; whatever is raised says that there is none."""
        route = self._routes[endpoint.at or service]
        http = self._http[route.local]
        asked_at = now()
        with Request(
            current_core(),
            method=endpoint.method,
            template=endpoint.path,
            address=str(url.copy_with(query=None)),
            host=route.host,
            port=route.port,
            resend=resend,
        ) as span:
            request = http.build_request(
                endpoint.method,
                url,
                content=content,
                headers=self._headers(route, content),
                timeout=self._timeout_s if timeout_s is None else min(timeout_s, self._timeout_s),
            )
            with uninstrumented():
                response = await http.send(request)
            span.answered(response.status_code)
        date = http_date(response.headers.get("Date"))
        if date is not None and (ahead := Ahead.told_by(date, asked_at, now())) is not None:
            self._ahead[route.address] = ahead
        return Answer(response.status_code, response.content, _wait_s(response.headers.get("Retry-After"), date))

    @staticmethod
    def _headers(route: Route, content: bytes | None) -> dict[str, str]:
        headers = {"User-Agent": "fleaglass", **outgoing_headers()}
        if route.api_key is not None:
            headers["Authorization"] = f"Bearer {route.api_key}"
        if content is not None:
            headers["Content-Type"] = "application/json"
        return headers


def _segment(name: str, value: str) -> str:
    """An id as one segment of a path. ``ValueError`` for what would be a path of its own."""
    if value in {"", ".", ".."} or len(value) > _MAX_ID_CHARS:
        raise ValueError(f"{name} must be an id, got {scrub(value)[:40]!r}")
    return quote(value, safe="")


def _wait_s(retry_after: str | None, date: dt.datetime | None) -> float | None:
    """What ``Retry-After`` says, in seconds or as a date (RFC 9110, 10.2.3), which is by the answer's own clock."""
    if retry_after is not None and retry_after.strip().isdecimal():
        return float(retry_after)
    until = http_date(retry_after)
    return None if until is None or date is None else max(0.0, (until - date).total_seconds())
