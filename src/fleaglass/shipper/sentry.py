"""One attempt to deliver to a Sentry server, and what its answer means.

::

    an envelope     {"sent_at": …, "event_id": …}       from which a server learns how wrong this machine's clock is
                    {"type": …, "length": …}
                    the item, as the journal has it

A server that is over its quota says for how long: ``Retry-After``, or ``X-Sentry-Rate-Limits`` with a category for each
limit. Until then nothing is sent to it. What is limited as a whole waits; a category that is limited by itself is
dropped, because other categories are behind it. (Sentry's rate-limiting rules for SDKs.) What a hub refuses for its key
or token waits as well, until somebody has made another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from fleaglass.destinations.dsn import Dsn
from fleaglass.journal.records import Envelope
from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
from fleaglass.shipper.hubs_refusal import is_hubs_refusal
from fleaglass.shipper.iso import iso
from fleaglass.shipper.line import Reply
from fleaglass.shipper.post import Post
from fleaglass.shipper.retry_after import retry_after_s, seconds

__all__ = ["EnvelopeSender"]

_ITEM_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"error": "event", "session": "session", "monitor": "check_in"}
)
_NOT_NOW: Final = frozenset({502, 503, 504})
_DEFAULT_LIMIT_S: Final = 60.0
_ALL: Final = ""


class _Event(msgspec.Struct):
    event_id: str | None = None


class EnvelopeSender:
    """Sends envelopes to one project. Used by one thread at a time.

    Args:
        dsn: the project.
        version: of this Fleaglass, by which the server knows who speaks.
        headers: sent with every request.
        timeout_s: longest that a request may take, in seconds.
        monotonic: a clock in seconds that never goes back.
        wall_ns: Unix nanoseconds.
    """

    def __init__(
        self,
        dsn: Dsn,
        *,
        version: str,
        headers: Mapping[str, str] = MappingProxyType({}),
        timeout_s: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        client = f"fleaglass/{version}"
        key = f"sentry_key={dsn.key}, " if dsn.key else ""
        self._post = Post(
            dsn.envelope_url,
            headers={
                "Content-Type": "application/x-sentry-envelope",
                "User-Agent": client,
                "X-Sentry-Auth": f"Sentry {key}sentry_version=7, sentry_client={client}",
                **headers,
            },
            timeout_s=timeout_s,
            compress=True,
        )
        self.destination = self._post.destination
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._limited_until_s: dict[str, float] = {}

    def send(self, envelope: Envelope) -> Answer:
        """One request. What was spilled must be in ``item`` again."""
        if envelope.category not in _ITEM_TYPES:
            return Refused(f"nothing is known of the category {envelope.category!r}")
        if (wait_s := self._wait_s(_ALL)) > 0:
            return NotNow("over its rate limit", wait_s)
        if self._wait_s(envelope.category) > 0:
            return Refused(f"over its rate limit for {envelope.category}")
        reply = self._post(self._body(envelope))
        return reply if isinstance(reply, NotNow) else self._meaning(reply, envelope.category)

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        self._post.close()

    def _body(self, envelope: Envelope) -> bytes:
        kind = _ITEM_TYPES[envelope.category]
        head: dict[str, Any] = {"sent_at": iso(self._wall_ns())}
        if kind == "event" and (event_id := _event_id(envelope.item)) is not None:
            head["event_id"] = event_id
        about = {"type": kind, "length": len(envelope.item)}
        return b"\n".join((msgspec.json.encode(head), msgspec.json.encode(about), envelope.item, b""))

    def _meaning(self, reply: Reply, category: str) -> Answer:
        self._limit(reply.headers.get("x-sentry-rate-limits", ""))
        if 200 <= reply.status < 300:
            return Accepted()
        why = f"HTTP {reply.status}"
        if reply.status in _NOT_NOW or is_hubs_refusal(reply.status, reply.headers):
            return NotNow(why, retry_after_s(reply.headers))
        if reply.status != 429:
            return Refused(why)
        if self._wait_s(_ALL) <= 0 and self._wait_s(category) <= 0:
            self._leave_alone(_ALL, retry_after_s(reply.headers) or _DEFAULT_LIMIT_S)
        wait_s = self._wait_s(_ALL)
        return NotNow(why, wait_s) if wait_s > 0 else Refused(why)

    def _limit(self, limits: str) -> None:
        """``60:error;session:organization:quota, 10::key``: seconds, then categories, none for all."""
        for limit in limits.split(","):
            wait, _, rest = limit.strip().partition(":")
            wait_s = seconds(wait)
            if wait_s is not None:
                for category in rest.partition(":")[0].split(";"):
                    self._leave_alone(category.strip(), wait_s)

    def _leave_alone(self, category: str, wait_s: float) -> None:
        """Of two limits the longer holds. Those of what an agent never sends are nothing to us."""
        if category == _ALL or category in _ITEM_TYPES:
            self._limited_until_s[category] = self._monotonic() + max(wait_s, self._wait_s(category))

    def _wait_s(self, category: str) -> float:
        return self._limited_until_s.get(category, 0.0) - self._monotonic()


def _event_id(item: bytes) -> str | None:
    try:
        return msgspec.json.decode(item, type=_Event).event_id
    except msgspec.MsgspecError:
        return None
