"""One failure, one event: what an agent's errors look like in Sentry, and which of them go there.

::

    Span.fail ─────▶ report ──┐ reported already? ─▶ its id, no second event
    agent.capture ─▶ capture ─┤ noise?            ─▶ dropped, counted (never by hand, never during a placement)
    logging ───────▶ log ─────┘ else              ─▶ event ─▶ before_send ─▶ link ─▶ sentry.event_id on the span

The deepest span reports, while it is current. The exception carries a mark from then on, and so does everything raised
from it; the mark names the traces it is travelling through, because the same exception object, kept somewhere and
raised again in a later cycle, is another failure.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from fleaglass import semconv
from fleaglass.recorder.circumstances import failure_of, traces_around
from fleaglass.recorder.guard import guard
from fleaglass.recorder.noise import DEFAULT_NOISE, Failure, Rule, noise_of
from fleaglass.recorder.sentry.items import Event, Level
from fleaglass.recorder.sentry.link import NO_SENTRY, SentryLink
from fleaglass.recorder.verdict import Verdict, remember, verdict_on

if TYPE_CHECKING:
    from fleaglass.recorder.sentry.event import EventMaker
    from fleaglass.recorder.span import Span

__all__ = ["ErrorCounts", "Hook", "Reporter", "Said", "is_issue"]

Hook: TypeAlias = Callable[[Event, dict[str, Any]], Event | None]
"""``(event, hint) -> event``, as Sentry's ``before_send``; ``None`` drops the event. ``hint`` may have ``exc_info``."""


class ErrorCounts(msgspec.Struct):
    """Failures since the start, by what became of them.

    Attributes:
        sent: sent to Sentry.
        theirs: told of by an event that the author's own use of sentry_sdk sent to the same project.
        noise: dropped as noise.
        hooks: dropped by ``before_send``.
    """

    sent: int = 0
    theirs: int = 0
    noise: int = 0
    hooks: int = 0

    @property
    def told(self) -> int:
        """Those that Sentry was told of, by whomever."""
        return self.sent + self.theirs


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said about a failure, beyond the exception itself.

    Attributes:
        message: text of a log line.
        template: the same before its arguments were filled in.
        logger: name of the logger.
        level: how much it matters, where the exception does not say.
        context: values that the author gave.
        mechanism: what caught it.
        handled: whether the program goes on.
    """

    message: str | None = None
    template: str | None = None
    logger: str | None = None
    level: Level | None = None
    context: Mapping[str, object] = msgspec.field(default_factory=dict)
    mechanism: str = "fleaglass"
    handled: bool = True


class Reporter:
    """Makes events of one agent's failures. Without arguments it does nothing. Never raises into the agent.

    Args:
        maker: makes events.
        link: where they go.
        rules: what is noise; asked in order.
        hooks: the author's, called in order.
        phase: gives the phase that the author named, if any.
    """

    def __init__(
        self,
        maker: EventMaker | None = None,
        link: SentryLink = NO_SENTRY,
        *,
        rules: Sequence[Rule] = DEFAULT_NOISE,
        hooks: Sequence[Hook] = (),
        phase: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.counts = ErrorCounts()
        self._maker = maker
        self._link = link
        self._rules = tuple(rules)
        self._hooks = tuple(hooks)
        self._phase = phase
        self._thread = threading.local()
        self.look_around: Callable[[], None] = lambda: None
        """Called now and then, before anything is told, to find what else tells of errors in this process."""

    def report(self, span: Span, error: BaseException) -> str | None:
        """An error leaves a span. Its event's id, if it has one."""
        if not self._link.active or not span.reports:
            return None
        failure = failure_of(error, span, self._phase())
        return self._once(failure, span, Said()) if is_issue(error) else None

    def capture(self, error: BaseException, span: Span | None, context: Mapping[str, object]) -> str | None:
        """The author hands in an error. Never noise."""
        if not self._link.active or self._maker is None:
            return None
        known = self._known(error, span)
        if known is not None and known.event_id is not None and context:
            # An event cannot be added to. What the author knows is left where it will be seen: on the span, and in what
            # leads up to the next event.
            self._maker.trail.add("capture", f"more on {type(error).__name__}", data=context)
        return self._once(failure_of(error, span, self._phase()), span, Said(context=context), never_noise=True)

    def log(self, error: BaseException | None, span: Span | None, said: Said) -> str | None:
        """An error was logged, with an exception or without."""
        if not self._link.active or (error is not None and not is_issue(error)):
            return None
        return self._once(failure_of(error, span, self._phase()), span, said)

    def crashed(self, error: BaseException, mechanism: str) -> str | None:
        """An error that nobody caught ends a thread or the program. Never noise: somebody has to start it again."""
        if not self._link.active or not is_issue(error):
            return None
        said = Said(level="fatal", mechanism=mechanism, handled=False)
        return self._once(failure_of(error, None, self._phase()), None, said, never_noise=True)

    # For what else tells of errors in this process ---------------------------------------------------------------

    @property
    def destination(self) -> str | None:
        """What tells one server and project from another."""
        return self._link.destination

    def knows(self, error: BaseException) -> bool:
        """Whether the error came through a span of this agent."""
        found = verdict_on(error, frozenset())
        return found is not None and found.by is self

    def reported_as(self, error: BaseException, destination: str | None, span: Span | None) -> str | None:
        """The id of the event that told of this error at this destination, wherever it was raised from."""
        found = self._known(error, span)
        return found.event_id if found is not None and found.by is self and self.destination == destination else None

    def describe(self, error: BaseException | None, span: Span | None) -> Event:
        """What an event of ours would say, cleaned; for one that somebody else sends."""
        if self._maker is None or self._is_telling:
            return {}
        with self._telling():
            made: Event = self._maker.event(failure_of(error, span, self._phase()), span, Said())
            return self._maker.cleaned(made)

    def told(self, error: BaseException | None, event_id: str, span: Span | None, *, is_failure: bool) -> None:
        """Somebody else's event tells of this error, or of another failure of the agent's."""
        self.counts.theirs += is_failure
        if error is not None:
            self._mark(error, event_id, span)
        if span is not None:
            span.record({semconv.SENTRY_EVENT_ID: event_id})

    # How it goes -------------------------------------------------------------------------------------------------

    def _known(self, error: BaseException | None, span: Span | None) -> Verdict | None:
        """What became of it on its way through the traces around."""
        return verdict_on(error, frozenset(traces_around(span))) if error is not None else None

    def _mark(self, error: BaseException, event_id: str | None, span: Span | None) -> None:
        remember(error, event_id, frozenset(traces_around(span)), self)

    @property
    def _is_telling(self) -> bool:
        return getattr(self._thread, "telling", False)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """A block that calls the author's rules, hooks and function for the state. They may fail in spans of their own,
        log errors or capture some: telling of those would call them again, and again."""
        self._thread.telling = True
        try:
            yield
        finally:
            self._thread.telling = False

    def _once(self, failure: Failure, span: Span | None, said: Said, *, never_noise: bool = False) -> str | None:
        error = failure.error
        known = self._known(error, span)
        if known is not None and (known.event_id is not None or not never_noise):
            return known.event_id
        if self._is_telling:
            return None
        with self._telling():
            if not never_noise and noise_of(failure, self._rules) is not None:
                self.counts.noise += 1
                if error is not None:
                    self._mark(error, None, span)
                return None
            return self._send(failure, span, said)

    def _send(self, failure: Failure, span: Span | None, said: Said) -> str | None:
        if self._maker is None:
            return None
        self.look_around()
        event = self._through_hooks(self._maker.event(failure, span, said), failure.error)
        event_id = self._link.event(event, failure.error) if event is not None else None
        if failure.error is not None:
            self._mark(failure.error, event_id, span)
        if event_id is not None:
            self.counts.sent += 1
            if span is not None:
                span.record({semconv.SENTRY_EVENT_ID: event_id})
        return event_id

    def _through_hooks(self, event: Event, error: BaseException | None) -> Event | None:
        hint: dict[str, Any] = {"exc_info": (type(error), error, error.__traceback__)} if error is not None else {}
        for hook in self._hooks:
            answer: object = event
            with guard.theirs("calling a before_send hook"):
                answer = hook(_copy(event), hint)
            if answer is None:
                self.counts.hooks += 1
                return None
            if isinstance(answer, dict) and answer.get("event_id") == event["event_id"]:
                event = answer
        return event


def is_issue(error: BaseException) -> bool:
    """Whether somebody should look at it: not that the work was stopped from outside, nor that the program ended."""
    return isinstance(error, Exception)


def _copy(event: Event) -> Event:
    """So that a hook that fails half-way leaves nothing behind."""
    if isinstance(event, dict):
        return {key: _copy(value) for key, value in event.items()}
    return [_copy(value) for value in event] if isinstance(event, list) else event
