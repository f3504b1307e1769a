"""requests: its session's ``send``, through which every request and every redirect goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from fleaglass.recorder import guard
from fleaglass.venue.instrument.replacement import Replacement
from fleaglass.venue.instrument.sighting import Library
from fleaglass.venue.instrument.watch import Watch, carrying

__all__ = ["LIBRARY", "patch"]


def _never_sent(error: BaseException) -> bool:
    """Whether no connection came about."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def _read(response: requests.Response) -> bytes | None:
    """The body of an answer that a hook of the program's raised for, before the library itself read it."""
    try:
        return response.content
    except requests.RequestException:
        return None


LIBRARY: Final = Library(no_answer=(requests.RequestException,), never_sent=_never_sent, read=_read)
_REPEATING: Final = replace(LIBRARY, never_sent=lambda _: False)


def patch(watch: Watch) -> tuple[Replacement, ...]:
    """Watch all sessions, those that exist already included."""

    def around(send: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            method, url = request.method or "", request.url or ""
            library = _REPEATING if _repeats(self, method, url) else LIBRARY
            sighting = watch(library, method, url, lambda: _content(request.body), request.headers)
            if sighting is None:
                return send(self, request, **options)  # type: ignore[no-any-return]
            with sighting, carrying(request.headers, sighting.headers()):
                sighting.recorded()
                response: requests.Response = send(self, request, **options)
                with guard("looking at an answer"):
                    content = None if options.get("stream", self.stream) else response.content
                    sighting.answered(response.status_code, content, response)
                return response

        return watched

    return (Replacement(requests.Session, "send", around),)


def _repeats(session: requests.Session, method: str, url: str) -> bool:
    """Whether the adapter sends such a request again when its answer is lost; then the last error tells only of the
    last attempt."""
    with guard("looking at an adapter"):
        retry = getattr(session.get_adapter(url), "max_retries", None)
        if retry is not None and retry.total != 0:
            return not retry.allowed_methods or method.upper() in retry.allowed_methods
    return False


def _content(body: object) -> bytes | None:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else None
