"""From an operation to an answer or a typed error: when to try again, and when never to.

read    nothing can happen by asking twice: tried up to three times, with short waits
spend   money may have moved before the answer was lost: sent once, and then `OutcomeUnknown`
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from fleaglass import semconv
from fleaglass.recorder import Operation, current_core
from fleaglass.venue.body import Body, encode
from fleaglass.venue.classify import error_for
from fleaglass.venue.errors import OutcomeUnknown, RateLimitedError, Rejected, Unreachable, VenueError
from fleaglass.venue.profile import Endpoint, Profile
from fleaglass.venue.wire import Answer, Wire, never_sent

__all__ = ["Calls", "at_stake", "mark_unknown"]

_READ_ATTEMPTS: Final = 3
_WAITS_S: Final = (0.1, 0.3)
_LONGEST_WAIT_S: Final = 2.0
_MAX_CODE_CHARS: Final = 64


class Calls:
    """All calls of one client.

    Args:
        profile: how HTTP says it.
        wire: where it goes.
        monotonic: a clock in seconds that never goes back.
        sleep: how to wait, in seconds.
    """

    def __init__(
        self,
        profile: Profile,
        wire: Wire,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self.profile = profile
        self.monotonic = monotonic
        self.sleep = sleep
        self.on_spend: Callable[[], None] = lambda: None
        """Called before anything is sent that may change what is owned, and again after."""
        self._wire = wire

    def operation(self, span: str, service: str, attributes: Mapping[str, object]) -> Operation:
        """The span of an operation, for ``with``."""
        return Operation(current_core(), span, service, attributes)

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of an operation."""
        return self.profile.endpoints[name]

    async def read(
        self,
        span: Operation,
        name: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        attempts: int = _READ_ATTEMPTS,
    ) -> Body:
        """Ask, again if need be. `Rejected` or `Unreachable`."""
        call = _Call(self, span, name, path or {}, query or {}, {})
        for resend in range(attempts - 1):
            try:
                return await call.once(self._wire, resend)
            except (Unreachable, RateLimitedError):
                wait_s = _WAITS_S[min(resend, len(_WAITS_S) - 1)]
                await self.sleep(min(call.retry_after_s or wait_s, _LONGEST_WAIT_S))
        return await call.once(self._wire, attempts - 1)

    async def spend(
        self,
        span: Operation,
        name: str,
        *,
        path: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Body:
        """Send once. `Rejected`, `Unreachable` if it certainly was not sent, else `OutcomeUnknown`."""
        call = _Call(self, span, name, path or {}, {}, body or {})
        self._wire.address(self.endpoint(name), path or {})  # raises here what would be raised before sending
        span.sent = True
        self.on_spend()
        try:
            return await call.once(self._wire, 0)
        finally:
            self.on_spend()  # what was read meanwhile may be from before


class _Call:
    """One operation's request, with what its errors must tell."""

    def __init__(
        self,
        calls: Calls,
        span: Operation,
        name: str,
        path: Mapping[str, str],
        query: Mapping[str, str],
        body: Mapping[str, object],
    ) -> None:
        self._profile = calls.profile
        self._endpoint = calls.endpoint(name)
        self._span = span
        self._name = name
        self._path = path
        self._intent = {**path, **query, **body}
        self._query = {theirs: query[ours] for ours, theirs in self._endpoint.sends.items() if ours in query}
        fields = {theirs: body[ours] for ours, theirs in self._endpoint.sends.items() if body.get(ours) is not None}
        # Encoded before anything is sent, so that what is no JSON fails here, where nothing can have happened.
        self._content = encode(fields) if fields else None
        self.retry_after_s: float | None = None

    async def once(self, wire: Wire, resend: int) -> Body:
        """One request and what its answer means."""
        if wire.closed:
            raise self._error(Unreachable, "the client is closed")
        began_ns = self._span.now_ns()
        try:
            answer = await wire.send(
                self._endpoint, path=self._path, query=self._query, content=self._content, resend=resend
            )
        except httpx.HTTPError as error:
            lost = self._endpoint.spends and not never_sent(error)
            raise self._error(OutcomeUnknown if lost else Unreachable, type(error).__name__) from error
        finally:
            self._span.answered((self._span.now_ns() - began_ns) / 1e6)
        return self._meaning(answer)

    def _meaning(self, answer: Answer) -> Body:
        self.retry_after_s = answer.retry_after_s
        if answer.status in self._endpoint.success:
            try:
                return Body.parse(answer.content, self._endpoint)
            except ValueError as error:
                unreadable = OutcomeUnknown if self._endpoint.spends else Unreachable
                raise self._error(unreadable, str(error), answer.status) from None
        code, message = self._complaint(answer.content)
        service = self._name.partition(".")[0]
        kind = error_for(service, answer.status, code, spends=self._endpoint.spends)
        raise self._error(kind, message or "", answer.status, code)

    def _complaint(self, content: bytes) -> tuple[str | None, str | None]:
        """Code and message of an error's body, as far as it has them."""
        names = {"code": self._profile.error_code, "message": self._profile.error_message}
        try:
            body = Body.parse(content, self._endpoint)
        except ValueError:
            return None, None
        complaint = Body(body.fields, names)
        code = complaint.text("code")
        return code and code[:_MAX_CODE_CHARS], complaint.text("message")

    def _error(
        self, kind: type[VenueError], detail: str, status: int | None = None, code: str | None = None
    ) -> VenueError:
        intent: dict[str, Any] = {name: value for name, value in self._intent.items() if value is not None}
        return kind(
            detail,
            operation=self._name,
            intent=intent,
            status=status,
            code=code,
            trace_id=self._span.trace_id,
        )


@contextmanager
def at_stake(span: Operation, state: str, event: str | None = None) -> Iterator[None]:
    """Around a spend: when its answer is lost in whatever way, the span and the cycle above it say ``unknown``.

    That includes the task being cancelled while the request was under way.

    Args:
        span: the operation.
        state: the attribute to set to ``unknown``.
        event: event to add as well.
    """
    try:
        yield
    except (Rejected, Unreachable):
        raise
    except BaseException:
        if span.sent:  # else the request could not be written: nothing left, nothing is at stake
            mark_unknown(span, state, event)
        raise


def mark_unknown(
    span: Operation, state: str, event: str | None = None, about: Mapping[str, object] | None = None
) -> None:
    """Say that something may have happened that the agent does not know of; ``about`` goes into the event."""
    span.record({state: semconv.PF_ORDER_STATE_UNKNOWN})
    if event is not None:
        span.event(event, about)
    span.tell(lambda story: story.lose_answer())
