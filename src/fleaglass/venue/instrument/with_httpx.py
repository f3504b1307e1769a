"""httpx: its two clients' ``send``, through which every request goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from fleaglass.recorder import guard
from fleaglass.venue.instrument.replacement import Replacement
from fleaglass.venue.instrument.sighting import Library, Sighting
from fleaglass.venue.instrument.watch import Watch, carrying, keep_key
from fleaglass.venue.ledgering import in_event_loop
from fleaglass.venue.wire import never_sent

__all__ = ["LIBRARY", "patch"]


def _read(response: httpx.Response) -> bytes | None:
    """The body, unless it was not read, which is up to the program."""
    try:
        return response.content
    except httpx.ResponseNotRead:
        return None


LIBRARY: Final = Library(
    no_answer=(httpx.HTTPError,),
    never_sent=never_sent,
    read=_read,
)


def patch(watch: Watch) -> tuple[Replacement, ...]:
    """Watch all clients, those that exist already included."""

    def seen(request: httpx.Request) -> Sighting | None:
        return watch(LIBRARY, request.method, str(request.url), lambda: _content(request), request.headers)

    def around(send: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
            sighting = seen(request)
            if sighting is None:
                return send(self, request, **options)  # type: ignore[no-any-return]
            with sighting, carrying(request.headers, sighting.headers()):
                sighting.recorded()
                response: httpx.Response = send(self, request, **options)
                _note(sighting, response, options)
                return response

        return watched

    def around_async(send: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
            sighting = seen(request)
            if sighting is None:
                return await send(self, request, **options)  # type: ignore[no-any-return]
            with sighting, carrying(request.headers, sighting.headers()):
                await sighting.recorded_in(in_event_loop)
                response: httpx.Response = await send(self, request, **options)
                _note(sighting, response, options)
                return response

        return watched

    return Replacement(httpx.Client, "send", around), Replacement(httpx.AsyncClient, "send", around_async)


def _note(sighting: Sighting, response: httpx.Response, options: Mapping[str, Any]) -> None:
    with guard("looking at an answer"):
        keep_key(response.request.headers)  # where an authentication of the program's has put it meanwhile
        content = None if options.get("stream") else response.content
        sighting.answered(response.status_code, content, response)


def _content(request: httpx.Request) -> bytes | None:
    """The body, unless it is a stream, which only the library may read."""
    try:
        return request.content
    except httpx.RequestNotRead:
        return None
