"""Which span is current: OpenTelemetry's context, written the quick way where that works.

The API keeps its context in a ``ContextVar`` that is private to it. So the quick way is tried once, when an agent is
made: what is written to the variable must be what the API reads. Where it is not (another version, a runtime context
that the program chose with ``OTEL_PYTHON_CONTEXT``), the API's own functions take its place.

A span may be left in another context than it was entered in: an async generator that is closed by the garbage collector
leaves its blocks in whatever task runs then. There is nothing to give back then, and nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, Final

import msgspec
from opentelemetry import context as otel
from opentelemetry import trace as api
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext

from fleaglass.recorder.guard import guard

__all__ = ["Current", "by_api", "directly", "find_current"]


class Current(msgspec.Struct, frozen=True):
    """How the context is read and written.

    Attributes:
        key: of the span in a context.
        get: the current context.
        set: makes a context current; what it returns gives the one before back.
        reset: gives it back. Raises ``ValueError`` or ``RuntimeError`` where it cannot.
    """

    key: str
    get: Callable[[], otel.Context]
    set: Callable[[otel.Context], Any]
    reset: Callable[[Any], None]


# By the public way: it is the one thing in a context that holds nothing but a span.
_KEY: Final = next(iter(api.set_span_in_context(api.INVALID_SPAN, otel.Context())))


def find_current() -> Current:
    """The quick way, if it is one here."""
    with guard.theirs("trying the quick way to OpenTelemetry's context"):
        current = directly()
        if current is not None and _works(current):
            return current
    return by_api()


def directly() -> Current | None:
    """By the variable that the API keeps its context in; None if there is no such thing."""
    runtime = getattr(otel, "_RUNTIME_CONTEXT", None)
    variable = getattr(runtime, "_current_context", None)
    if type(runtime) is ContextVarsRuntimeContext and isinstance(variable, ContextVar):
        return Current(_KEY, variable.get, variable.set, variable.reset)
    return None


def by_api() -> Current:
    """By the API's own functions, which work with any runtime context."""
    return Current(_KEY, otel.get_current, _attach, _detach)


def _works(current: Current) -> bool:
    before = otel.get_current()
    span = api.NonRecordingSpan(api.INVALID_SPAN_CONTEXT)
    token = current.set(otel.Context({current.key: span}))
    try:
        return api.get_current_span() is span and current.get() is otel.get_current()
    finally:
        current.reset(token)
        if otel.get_current() is not before:
            raise RuntimeError("the context is not as it was")


def _attach(context: otel.Context) -> tuple[otel.Context, Any] | None:
    with guard.theirs("making a span current"):
        return context, otel.attach(context)
    return None


def _detach(attached: tuple[otel.Context, Any] | None) -> None:
    """The API's ``detach`` logs an error where there is nothing to give back. So it is not asked in vain."""
    if attached is None:
        return
    context, token = attached
    if isinstance(token, Token):
        token.var.reset(token)
        return
    with guard.theirs("giving the context back"):
        if otel.get_current() is context:
            otel.detach(token)
