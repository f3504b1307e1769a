"""Who comes in: what a request needs, held against what it shows.

An ingest key is held against its project also where nobody is asked for one: a wrong key is a mistake in somebody's
DSN, and would otherwise be found only on the day the hub asks. A browser that sends for a page from elsewhere always
needs one, since the page's owner was given it: nobody else's page may write into a hub on loopback.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.access import denied
from fleaglass.hub.access.credentials import Credentials
from fleaglass.hub.access.denied import Denied
from fleaglass.hub.access.needs import Need
from fleaglass.hub.access.register import Known, Register
from fleaglass.hub.access.scopes import SCOPES, Scope, allowed_by
from fleaglass.hub.access.throttle import Throttle
from fleaglass.hub.access.tokens import Token

__all__ = ["Doorman", "Visitor"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came in: by a token or without one, and all scopes that this includes."""

    token: Token | None
    scopes: frozenset[Scope]


_ANYBODY: Final = Visitor(None, frozenset(SCOPES))
_SENDER: Final = Visitor(None, frozenset({"ingest"}))


class Doorman:
    """Decides. Used on the event loop only.

    Args:
        register: whom the hub knows.
        asks: whether a request must show something.
        now_ns: Unix nanoseconds.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        register: Register,
        *,
        asks: bool,
        now_ns: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.asks = asks
        self._register = register
        self._now_ns = now_ns
        self._monotonic = monotonic
        self._throttle = Throttle()

    async def admit(self, need: Need, shown: Credentials, address: str, *, is_foreign: bool = False) -> Visitor:
        """Let in whoever may. Raises Denied, and StateError.

        `address` is the sender's; `is_foreign` says that a browser sends for a page that is not the hub's.
        """
        if need.manner == "open" or (need.project is None and not self.asks):
            return _ANYBODY
        try:
            visitor = self._decide(need, shown, await self._register.known(), is_foreign)
        except Denied as first:
            if not first.looked_up:
                raise
            visitor = await self._look_again(need, shown, address, is_foreign)
        if visitor.token is not None:
            await self._register.used(visitor.token)
        return visitor

    async def _look_again(self, need: Need, shown: Credentials, address: str, is_foreign: bool) -> Visitor:
        """What was not found may have just been made; whoever guesses does not get many such looks."""
        now_s = self._monotonic()
        if wait_s := self._throttle.wait_s(address, now_s):
            raise denied.too_often(wait_s)
        try:
            return self._decide(need, shown, await self._register.known(afresh=True), is_foreign)
        except Denied as again:
            if again.looked_up:
                self._throttle.failed(address, now_s)
            raise

    def _decide(self, need: Need, shown: Credentials, known: Known, is_foreign: bool) -> Visitor:
        if need.project is None:
            return self._by_token(need, shown, known)
        if need.project not in known.projects:
            raise denied.no_project(need.project)
        if shown.key is not None:
            if known.keys.get(shown.key) != need.project:
                raise denied.wrong_key(need.project)
            return _SENDER
        if shown.token is not None and self.asks:
            return self._by_token(need, shown, known)
        if self.asks or is_foreign:
            raise denied.no_key()
        return _ANYBODY

    def _by_token(self, need: Need, shown: Credentials, known: Known) -> Visitor:
        login = shown.login if need.manner == "api" else None  # a cookie is for the pages, which ask nothing else
        if shown.token is not None:
            token = known.token(shown.token)
        elif login is not None:
            token = known.logged_in(login, self._now_ns())
        else:
            raise denied.no_token(need)
        if token is None:
            raise denied.unknown_token(need)
        scopes = allowed_by(token.scopes)
        if need.scope is not None and need.scope not in scopes:
            raise denied.missing_scope(token, need.scope)
        return Visitor(token, scopes)
