"""Watches as an OpenTelemetry span processor; the recorder runs them through it as well.

Whatever goes wrong in here stays in here: OpenTelemetry calls a processor in the middle of the code that is traced, and
an exception of the processor's would come out there.

A processor is never told of spans that were sampled out. `RecordAll` around the sampler changes that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from opentelemetry import trace as api
from opentelemetry.context import Context

from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import LOCK, Callback, Judge, LockedWatch, SpanView, Watch

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
else:
    SpanProcessor = object  # a provider asks for its methods only, and loading the SDK takes long

__all__ = ["WatchProcessor", "logger"]

logger: Final = logging.getLogger("pf.alerts")
"""Where alerts are logged: fired as warnings, resolved as information. The name is the integration guide's."""

_ERROR: Final = api.StatusCode.ERROR  # an enumeration takes long to look one up, before Python 3.12

Fence = Callable[[str], AbstractContextManager[object]]

_Looking: TypeAlias = tuple[tuple[Watch, ...], tuple[tuple[Watch, Judge], ...]]
_Said: TypeAlias = tuple[tuple[Watch, Sequence[Alert] | Exception], ...]


class WatchProcessor(SpanProcessor):
    """Shows every ended span to the watches, logs their alerts, and calls their callbacks. Never raises.

    Args:
        watches: the watches. Each sees only spans of the names it asks for.
        fence: what keeps errors of watches and callbacks in; logs the first of each kind by default.
        heard: called with each alert, whichever watch it is from.
    """

    def __init__(self, *watches: Watch, fence: Fence | None = None, heard: Callback | None = None) -> None:
        self._fence: Fence = _Logged() if fence is None else fence
        self._heard = heard
        named = frozenset().union(*(watch.names for watch in watches if watch.names is not None))
        with LOCK:
            self._of_any = _looking(None, watches)
            self._by_name = {name: _looking(name, watches) for name in named}

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing: a span is judged when it is complete."""

    def _on_ending(self, span: Span) -> None:
        """Nothing. The SDK calls this, whatever its name says."""

    def on_end(self, span: ReadableSpan) -> None:
        """Show it to the watches that ask for its name."""
        # Where nothing goes wrong, a fence costs more than what it is around, and one more call as much as a judge.
        try:
            looking = self._by_name.get(span.name, self._of_any)
            if looking is None or span.start_time is None or span.end_time is None:
                return
            view = _Ended(span)
        except Exception:
            with self._fence("looking at an ended span"):
                raise
            return
        watches, judges = looking
        for watch in watches:
            try:
                alerts = watch.ended(view)
                if alerts:
                    self._tell(watch, tuple(alerts))
            except Exception as error:
                self._tell(watch, error)
        if not judges:
            return
        said: _Said = ()  # outside of the lock: what is told runs code of others
        lock = LOCK.bare
        lock.acquire()
        try:
            for watch, judge in judges:
                try:
                    alerts = judge(view)
                    if alerts:
                        said = (*said, (watch, alerts))
                except Exception as error:
                    said = (*said, (watch, error))
        finally:
            lock.release()
        for watch, alerts_or_error in said:
            self._tell(watch, alerts_or_error)

    def _tell(self, watch: Watch, said: Sequence[Alert] | Exception) -> None:
        if isinstance(said, Exception):
            with self._fence(f"watching with {type(watch).__name__}"):
                raise said
            return
        for alert in said:
            with self._fence("logging an alert"):
                level = logging.WARNING if alert.state == "fired" else logging.INFO
                logger.log(level, "%s", alert.summary, extra=dict(alert.fields))
            for called in (self._heard, watch.callback):
                if called is not None:
                    with self._fence(f"calling the callback of {type(watch).__name__}"):
                        called(alert)

    def shutdown(self) -> None:
        """Nothing to release."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """True: alerts are never held back."""
        return True


def _looking(name: str | None, watches: Sequence[Watch]) -> _Looking | None:
    """Who looks at spans of a name: watches as they are, and the judges of those that remember."""
    asked = [watch for watch in watches if watch.names is None or name in watch.names]
    judges = [
        (watch, watch.judge_of(name))
        for watch in asked
        if isinstance(watch, LockedWatch) and type(watch).ended is LockedWatch.ended
    ]
    judged = [watch for watch, _ in judges]
    return (tuple(watch for watch in asked if watch not in judged), tuple(judges)) if asked else None


class _Ended(SpanView):
    """An ended span, of which nothing is made that no watch asks for."""

    __slots__ = ("_span",)
    _span: ReadableSpan
    # A frozen dataclass sets its fields the slow way, which takes as long as a watch does. The interpreter takes the
    # fast one only where both are given back.
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__

    def __init__(self, span: ReadableSpan) -> None:
        view: Any = self
        view._span = span
        view.name = span.name
        view.start_ns = span.start_time
        view.end_ns = span.end_time
        view.failed = span.status.status_code is _ERROR

    @property
    def trace_id(self) -> str:
        context = self._span.get_span_context()
        return "" if context is None else api.format_trace_id(context.trace_id)

    @property
    def attributes(self) -> Mapping[str, object]:
        return self._span.attributes or {}


class _Logged:
    """A fence that logs the first error of each kind."""

    def __init__(self) -> None:
        self._kinds: set[tuple[str, type[Exception]]] = set()

    @contextmanager
    def __call__(self, doing: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            kind = (doing, type(error))
            if kind not in self._kinds:
                self._kinds.add(kind)
                logger.warning("%s failed with %s; not logged again", doing, type(error).__name__)
