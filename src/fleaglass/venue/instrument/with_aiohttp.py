"""aiohttp: a trace configuration of ours in every client session, the way that the library offers for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError

from fleaglass.venue.instrument.replacement import Replacement
from fleaglass.venue.instrument.sighting import Library, Sighting
from fleaglass.venue.instrument.watch import Watch
from fleaglass.venue.ledgering import in_event_loop

__all__ = ["LIBRARY", "patch"]

LIBRARY: Final = Library(
    no_answer=(aiohttp.ClientError, TimeoutError),
    never_sent=lambda error: isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError),
    read=lambda _: None,
    shows_body_late=True,
)
_STREAMS: Final = ("text/event-stream", "application/octet-stream", "ndjson", "stream+json", "multipart/")
_BUFFER_BYTES: Final = 65_536


def patch(watch: Watch) -> tuple[Replacement, ...]:
    """Watch all sessions made from now on."""
    config = _config(watch)

    def around(begin: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: aiohttp.ClientSession, *arguments: Any, **options: Any) -> None:
            options["trace_configs"] = [*(options.get("trace_configs") or ()), config]
            begin(self, *arguments, **options)

        return watched

    return (Replacement(aiohttp.ClientSession, "__init__", around),)


def _config(watch: Watch) -> aiohttp.TraceConfig:
    """The signals of one request share a namespace; they run in the task that makes the request."""

    async def start(_: aiohttp.ClientSession, here: SimpleNamespace, seen: aiohttp.TraceRequestStartParams) -> None:
        here.sighting, here.sent = watch(LIBRARY, seen.method, str(seen.url), lambda: None, seen.headers), bytearray()
        if here.sighting is not None:
            try:
                await here.sighting.recorded_in(in_event_loop)
            except BaseException as error:  # the library tells nobody of what is raised here, except the program
                _end(here, error)
                raise
            for name, value in here.sighting.headers().items():
                seen.headers.setdefault(name, value)  # of this request alone, unlike the session's

    async def again(_: aiohttp.ClientSession, here: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams) -> None:
        here.sent.clear()  # of an earlier attempt, or before a redirect

    async def chunk(_: aiohttp.ClientSession, here: SimpleNamespace, seen: aiohttp.TraceRequestChunkSentParams) -> None:
        if here.sighting is not None:
            here.sent += seen.chunk

    async def end(session: aiohttp.ClientSession, here: SimpleNamespace, seen: aiohttp.TraceRequestEndParams) -> None:
        sighting = _taken(here)
        if sighting is not None:
            sighting.asked(bytes(here.sent))
            with suppress(Exception), sighting:  # the program meets it when it reads the answer itself
                sighting.answered(seen.response.status, await _content(session, seen.response), seen.response)

    async def failed(
        _: aiohttp.ClientSession, here: SimpleNamespace, seen: aiohttp.TraceRequestExceptionParams
    ) -> None:
        sighting = _taken(here)
        if sighting is not None:
            error = seen.exception
            sighting.asked(bytes(here.sent))
            if isinstance(error, aiohttp.ClientResponseError) and _is_the_venues(error):
                sighting.answered(error.status, None, error)
            sighting.__exit__(type(error), error, error.__traceback__)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(start)
    config.on_request_headers_sent.append(again)
    config.on_request_chunk_sent.append(chunk)
    config.on_request_end.append(end)
    config.on_request_exception.append(failed)
    return config


def _taken(here: SimpleNamespace) -> Sighting | None:
    """The sighting, once: after ``end`` there may still be a ``failed``."""
    sighting: Sighting | None = getattr(here, "sighting", None)
    here.sighting = None
    return sighting


def _end(here: SimpleNamespace, error: BaseException) -> None:
    if (sighting := _taken(here)) is not None:
        sighting.__exit__(type(error), error, error.__traceback__)


def _is_the_venues(error: aiohttp.ClientResponseError) -> bool:
    """Whether the status is an answer's, in a session that raises for it; the library also gives one to nonsense."""
    return bool(error.status) and not isinstance(error.__cause__, HttpProcessingError)


async def _content(session: aiohttp.ClientSession, response: aiohttp.ClientResponse) -> bytes | None:
    """The answer's body, put back for the program, which reads it in one piece, in several, or not at all.

    What may be endless or stays packed is not touched. An error while reading comes again when the program reads.
    """
    packed = "Content-Encoding" in response.headers and not session.auto_decompress
    if packed or any(kind in response.content_type for kind in _STREAMS):
        return None
    content = await response.content.read()
    if content:
        loop = asyncio.get_running_loop()
        whole = aiohttp.StreamReader(BaseProtocol(loop), max(len(content), _BUFFER_BYTES), loop=loop)
        whole.feed_data(content)
        whole.feed_eof()
        response.content = whole
    return content
