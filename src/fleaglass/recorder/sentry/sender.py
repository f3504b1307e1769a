"""One envelope to a Sentry server, and what its answer means.

Cleaning, encoding and listing the installed packages happen here, on the delivery's thread, not where the error was.

A server that is over its quota says for how long: ``Retry-After``, or ``X-Sentry-Rate-Limits`` with a category for each
limit. Until then nothing is sent to it. What is limited as a whole waits; a category that is limited by itself is
dropped, because other categories are behind it in the queue. (Sentry's rate-limiting rules for SDKs.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence, Set
from importlib import metadata
from typing import Any, Final

from fleaglass.recorder.guard import guard
from fleaglass.recorder.post import Post, Reply, seconds
from fleaglass.recorder.resource import version
from fleaglass.recorder.sender import Accepted, Answer, NotNow, Refused
from fleaglass.recorder.sentry.dsn import Dsn
from fleaglass.recorder.sentry.envelope import category_of, envelope_of
from fleaglass.recorder.sentry.items import Event, Item

__all__ = ["EnvelopeSender"]

_NOT_NOW: Final = frozenset({502, 503, 504})
_DEFAULT_LIMIT_S: Final = 60.0
_ALL: Final = ""


class EnvelopeSender:
    """Sends envelopes to one project. Used by one thread at a time.

    Args:
        dsn: the project.
        exempt: texts that are not scrubbed: the agent's own id.
        server_name: name of this machine, for events.
        timeout_s: longest wait for each step of a request, in seconds.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        dsn: Dsn,
        *,
        exempt: Set[str],
        server_name: str | None = None,
        timeout_s: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        client = f"fleaglass/{version()}"
        self._post = Post(
            dsn.envelope_url,
            headers={
                "Content-Type": "application/x-sentry-envelope",
                "User-Agent": client,
                "X-Sentry-Auth": f"Sentry sentry_key={dsn.key}, sentry_version=7, sentry_client={client}",
            },
            timeout_s=timeout_s,
            compress=True,
        )
        self.destination = self._post.destination
        self._exempt = exempt
        self._server_name = server_name
        self._monotonic = monotonic
        self._limited_until_s: dict[str, float] = {}
        self._modules: Mapping[str, str] | None = None

    def send(self, batch: Sequence[Item]) -> Answer:
        """Send the only item of the batch."""
        (item,) = batch
        category = category_of(item)
        if (wait_s := self._wait_s(_ALL)) > 0:
            return NotNow("over its rate limit", wait_s)
        if self._wait_s(category) > 0:
            return Refused(f"over its rate limit for {category}")
        reply = self._post(self._body(item))
        return reply if isinstance(reply, NotNow) else self._meaning(reply)

    def _body(self, item: Item) -> bytes:
        if isinstance(item, dict):
            item = {**item, **self._surroundings()}
        return envelope_of(item, self._exempt, sent_at_ns=time.time_ns()).serialize()

    def _surroundings(self) -> Event:
        """What an event says about the machine and the program."""
        if self._modules is None:
            self._modules = {}
            with guard("listing the installed packages"):
                self._modules = {str(found.name): found.version for found in metadata.distributions()}
        sdk: dict[str, Any] = {"name": "fleaglass.python", "version": version()}
        return {"modules": dict(self._modules), "sdk": sdk, "server_name": self._server_name}

    def _meaning(self, reply: Reply) -> Answer:
        if limits := reply.headers.get("x-sentry-rate-limits"):
            self._limit(limits)
        elif reply.status == 429:
            wait_s = seconds(reply.headers.get("retry-after")) or _DEFAULT_LIMIT_S
            self._limited_until_s[_ALL] = self._monotonic() + wait_s
        if 200 <= reply.status < 300:
            return Accepted()
        if reply.status == 429:
            wait_s = self._wait_s(_ALL)
            return NotNow("HTTP 429", wait_s) if wait_s > 0 else Refused("HTTP 429")
        return NotNow(f"HTTP {reply.status}") if reply.status in _NOT_NOW else Refused(f"HTTP {reply.status}")

    def _limit(self, limits: str) -> None:
        """``60:error;session:organization:quota, 10::key``: seconds, then categories, none for all."""
        for limit in limits.split(","):
            wait, _, rest = limit.strip().partition(":")
            wait_s = seconds(wait)
            if wait_s is not None:
                for category in rest.partition(":")[0].split(";"):
                    self._limited_until_s[category.strip()] = self._monotonic() + wait_s

    def _wait_s(self, category: str) -> float:
        return self._limited_until_s.get(category, 0.0) - self._monotonic()
