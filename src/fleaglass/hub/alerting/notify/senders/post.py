"""A POST of JSON, and what its answer means. A receiver's address is a secret: it is in no error and no log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from fleaglass.hub.alerting.notify.words import one_line
from fleaglass.secret_shapes import MARKER, without_shapes

__all__ = ["post_json", "retry_after"]

_LATER: Final = frozenset((408, 425, 429))
_SAID: Final = 200
_READ: Final = 4_096
_MOST_S: Final = 3600.0

_NO_ADDRESS: Final = "its address is none: expected https://host/path"


async def post_json(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str], *, secrets: tuple[str, ...] = ()
) -> None:
    """POST to a receiver; returns when it has taken it. `secrets` are not repeated, though its answer may.

    Raises Unreachable for what may pass (no answer, 408, 425, 429, 5xx), Refused for anything else but 2xx.
    """
    request = _request(client, url, body, headers)
    try:
        answer = await client.send(request, stream=True)
        try:
            said = await _beginning(answer)
        finally:
            await answer.aclose()
    except (httpx.HTTPError, OSError) as error:
        raise Unreachable(type(error).__name__) from None  # its text may have the address
    if answer.is_success:
        return
    why = f"it answered {answer.status_code}"
    if text := _without(said, (url, *secrets)):
        why = f"{why}: {text}"
    if answer.status_code in _LATER or answer.is_server_error:
        raise Unreachable(why, retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC)))
    raise Refused(why)


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date, at most an hour; None where it says nothing.

    Source: RFC 9110, 10.2.3.
    """
    if header.strip().isascii() and header.strip().isdigit():
        return min(float(header), _MOST_S)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), _MOST_S)


def _request(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(_NO_ADDRESS)
        return client.build_request("POST", url, content=body, headers={"content-type": "application/json", **headers})
    except (httpx.InvalidURL, ValueError):
        raise Refused(_NO_ADDRESS) from None


async def _beginning(answer: httpx.Response) -> str:
    """The first of what it says: it may go on for ever."""
    said = b""
    async for chunk in answer.aiter_bytes():
        said += chunk
        if len(said) >= _READ:
            break
    return said[:_READ].decode("utf-8", "replace")


def _without(said: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        said = said.replace(secret, MARKER)
    return one_line(without_shapes(said), _SAID)
