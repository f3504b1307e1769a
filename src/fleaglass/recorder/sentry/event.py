"""From a failure to an event: everything that helps to read it without having been there.

::

    event_id, timestamp, level, platform, release, environment, transaction
    exception      the chain of causes, with stack traces
    fingerprint    class, asset, phase — for errors of trading; others while an order is placed, or once money may
                   have moved: stack trace, asset, phase; for all others Sentry groups by stack trace
    tags           who, doing what, with which asset and order
    user           the agent
    contexts       trace (ids of trace and span), agent_state, trade_context (what the author gave by hand)
    breadcrumbs    what led up to it

Names and tags are the Sentry integration guide's. One template of fingerprint per class of errors of trading: with the
default grouping among its parts, the same error raised in two places would be two issues. Errors of other classes that
are raised in two places are two issues: a ``ValueError`` says nothing by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec

from fleaglass.recorder.circumstances import attributes_around
from fleaglass.recorder.guard import guard
from fleaglass.recorder.noise import Failure
from fleaglass.recorder.sentry.clean import clean
from fleaglass.recorder.sentry.exception import exception_fields
from fleaglass.recorder.sentry.items import Event, Level
from fleaglass.recorder.sentry.tags import tags_of
from fleaglass.recorder.story import OperationError

if TYPE_CHECKING:
    from fleaglass.recorder.reporter import Said
    from fleaglass.recorder.seams import Clock, Ids
    from fleaglass.recorder.span import Span
    from fleaglass.recorder.state import AgentState
    from fleaglass.recorder.trail import Crumb, Trail

__all__ = ["EventMaker", "Identity", "iso"]

_LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_NO_TRACE: Final = "0" * 32
_BY_STACK: Final = "{{ default }}"  # in Sentry's words: grouped as it would be without a fingerprint


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks."""

    agent_id: str
    strategy: str | None = None
    release: str | None = None
    environment: str | None = None


class EventMaker(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the events of one agent."""

    identity: Identity
    trail: Trail
    state: AgentState
    clock: Clock
    ids: Ids
    capture_content: bool = False

    def event(self, failure: Failure, span: Span | None, said: Said) -> Event:
        """An event, not cleaned yet."""
        who = self.identity
        time_ns = span.now_ns() if span is not None else self.clock.wall_ns()
        event: Event = {
            "event_id": self.ids.event_id(),
            "timestamp": iso(time_ns),
            "platform": "python",
            "level": level_of(failure, said.level),
            "release": who.release,
            "environment": who.environment,
            "transaction": _root(span).name if span is not None else None,
            "logger": said.logger,
            "user": {"id": who.agent_id, "username": f"agent-{who.agent_id}"},
            "tags": {
                "agent_id": who.agent_id,
                "strategy": who.strategy,
                "platform": "purple_flea",
                "agent.phase": self.state.phase,
                **tags_of(failure, attributes_around(span)),
            },
            "contexts": self._contexts(failure, span, said),
            "breadcrumbs": {"values": [_crumb(crumb) for crumb in self.trail.lead_up(_trace_id(span))]},
            "fingerprint": _fingerprint(failure),
        }
        if failure.error is not None:
            event.update(_exception(failure.error, said, capture_content=self.capture_content))
        if said.message is not None:
            event["logentry"] = {"formatted": said.message, "message": said.template or said.message}
        event["tags"] = {tag: value for tag, value in event["tags"].items() if value}
        return {name: value for name, value in event.items() if value is not None}

    def cleaned(self, event: Event) -> Event:
        """The event as it may leave."""
        agent_id = self.identity.agent_id
        found: Event = clean(event, {agent_id, f"agent-{agent_id}"})
        return found

    def _contexts(self, failure: Failure, span: Span | None, said: Said) -> dict[str, Any]:
        contexts: dict[str, Any] = {}
        # Outside of spans: the one that it came through.
        where = failure if span is None else span
        if where.trace_id not in (None, _NO_TRACE):
            contexts["trace"] = {"trace_id": where.trace_id, "span_id": where.span_id, "op": failure.span}
        if state := self.state.snapshot(attributes_around(span)):
            contexts["agent_state"] = clean(state, {self.identity.agent_id})
        if isinstance(failure.error, OperationError):
            answer = {"status": failure.error.status, "code": failure.error.code, "service": failure.service}
            contexts["answer"] = {name: value for name, value in answer.items() if value is not None}
        if said.context:
            # Now and not when it is sent: what the author gave may have changed by then.
            contexts["trade_context"] = clean(said.context, {self.identity.agent_id})
        return {name: context for name, context in contexts.items() if context}


def level_of(failure: Failure, said: Level | None = None) -> Level:
    """How much it matters: what its class says, a step more while an order is being placed."""
    level: object = failure.error.level if isinstance(failure.error, OperationError) else said or "error"
    step = _LEVELS.index(level) if level in _LEVELS else _LEVELS.index("error")
    if said == "fatal":
        step = len(_LEVELS) - 1
    return _LEVELS[min(step + failure.placement, len(_LEVELS) - 1)]


def iso(time_ns: int) -> str:
    """Unix nanoseconds as RFC 3339, in UTC, to the microsecond."""
    seconds, rest_ns = divmod(time_ns, 1_000_000_000)
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC).replace(microsecond=rest_ns // 1_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _exception(error: BaseException, said: Said, *, capture_content: bool) -> Event:
    """The exception as it can be had: one whose own methods fail is still an event."""
    with guard.theirs("describing an exception"):
        return exception_fields(error, mechanism=said.mechanism, handled=said.handled, capture_content=capture_content)
    mechanism = {"type": said.mechanism, "handled": said.handled}
    kind = type(error)
    return {"exception": {"values": [{"type": kind.__name__, "module": kind.__module__, "mechanism": mechanism}]}}


def _fingerprint(failure: Failure) -> list[str] | None:
    about = [failure.asset or "unknown_asset", failure.phase or "unknown_phase"]
    if failure.trading:
        return [type(failure.error).__name__, *about]
    return [_BY_STACK, *about] if failure.error is not None and failure.at_stake else None


def _crumb(crumb: Crumb) -> Mapping[str, Any]:
    return {
        "type": "http" if crumb.category == "http" else "default",
        "category": crumb.category,
        "message": crumb.message,
        "level": crumb.level,
        "data": dict(crumb.data),
        "timestamp": iso(crumb.time_ns),
    }


def _trace_id(span: Span | None) -> str | None:
    return span.trace_id if span is not None else None


def _root(span: Span) -> Span:
    while span.parent is not None:
        span = span.parent
    return span
