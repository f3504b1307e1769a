"""Which span is current: OpenTelemetry's context, written the quick way where that works.

The API keeps its context in a ``ContextVar`` and copies it twice to change it. Writing the variable ourselves takes a
third of the time, but variable and key are private to the API. So the way is tried once, when an agent is made: what
is written must be what the API reads. Where it is not (another version, a runtime context that the program chose with
``OTEL_PYTHON_CONTEXT``), the API's own functions are used.

A span may be left in another context than it was entered in: an async generator that is closed by the garbage collector
leaves its blocks in whatever task runs then. There is nothing to give back then, and nothing to say.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from typing import Any, Final, Protocol

from opentelemetry import context as otel
from opentelemetry import trace as api
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext
from opentelemetry.trace import propagation

from fleaglass.recorder.guard import guard

__all__ = ["ByApi", "Current", "Direct", "find_current"]


class Current(Protocol):
    """Reads and writes which span is current."""

    def span(self, context: otel.Context | None) -> object:
        """The span in a context, by default the current one; something else, or nothing, if there is none."""
        ...

    def enter(self, span: api.Span) -> Any:
        """Make it current. What is returned gives the context back."""
        ...

    def leave(self, entered: Any) -> None:
        """Make current what was before, if this is where the span was entered. Never raises."""
        ...


class Direct:
    """The quick way.

    Args:
        variable: holds the API's current context.
        key: of the current span in a context.
    """

    __slots__ = ("_key", "_variable")

    def __init__(self, variable: ContextVar[otel.Context], key: str) -> None:
        self._variable = variable
        self._key = key

    def span(self, context: otel.Context | None) -> object:
        """See `Current`."""
        return (self._variable.get() if context is None else context).get(self._key)

    def enter(self, span: api.Span) -> Token[otel.Context]:
        """See `Current`."""
        return self._variable.set(otel.Context(self._variable.get(), **{self._key: span}))

    def leave(self, entered: Token[otel.Context]) -> None:
        """See `Current`."""
        try:  # noqa: SIM105  # suppress() takes four times as long as all of this
            self._variable.reset(entered)
        except (ValueError, RuntimeError):  # another context; left a second time
            pass


class ByApi:
    """The API's own way, which works with any runtime context."""

    __slots__ = ()

    def span(self, context: otel.Context | None) -> object:
        """See `Current`."""
        return api.get_current_span(context)

    def enter(self, span: api.Span) -> tuple[otel.Context, Any] | None:
        """See `Current`."""
        with guard.theirs("making a span current"):
            context = api.set_span_in_context(span)
            return context, otel.attach(context)
        return None

    def leave(self, entered: tuple[otel.Context, Any] | None) -> None:
        """See `Current`. The API's ``detach`` logs an error where there is nothing to give back, so it is not asked."""
        with guard.theirs("giving the context back"):
            if entered is None:
                return
            context, token = entered
            if isinstance(token, Token):
                with suppress(ValueError, RuntimeError):
                    token.var.reset(token)
            elif otel.get_current() is context:
                otel.detach(token)


_BY_API: Final = ByApi()


def find_current() -> Current:
    """The quick way, if it is one here."""
    runtime = getattr(otel, "_RUNTIME_CONTEXT", None)
    variable = getattr(runtime, "_current_context", None)
    key = getattr(propagation, "_SPAN_KEY", None)
    if type(runtime) is ContextVarsRuntimeContext and isinstance(variable, ContextVar) and isinstance(key, str):
        direct = Direct(variable, key)
        with guard.theirs("trying the quick way to OpenTelemetry's context"):
            if _works(direct):
                return direct
    return _BY_API


def _works(direct: Direct) -> bool:
    before = otel.get_current()
    span = api.NonRecordingSpan(api.INVALID_SPAN_CONTEXT)
    entered = direct.enter(span)
    try:
        return api.get_current_span() is span and direct.span(None) is span
    finally:
        direct.leave(entered)
        assert otel.get_current() is before
