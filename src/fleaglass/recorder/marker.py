"""Markers: moments at which the agent itself changed, without a new release of it.

    agent.marker("parameters", iv_window=30)          pf.agent.marker   iv_window 20 → 30
    agent.marker("model_checkpoint", signal="v12")    pf.agent.marker   signal v11 → v12

A marker is a root span of no length, so that the hub can draw it across whatever was going on; the span it was set in
gets an event, and so do the breadcrumbs. Saying the same value again is no change, and marks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opentelemetry import context as otel

from fleaglass import semconv
from fleaglass._forks import Lock
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.scrub import MARKER, holds_secret, scrub
from fleaglass.recorder.span import Span, own_span
from fleaglass.recorder.tracer import Link

__all__ = ["Markers"]

_MAX_NAMES: Final = 1000
_MAX_CHARS: Final = 200


class Markers:
    """The latest values of everything an agent has marked."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = Lock()
        self._values: dict[tuple[str, str], str] = {}

    def set(self, kind: object, values: Mapping[str, object]) -> None:
        """Mark what differs from the last time. Never raises."""
        with guard("setting a marker"):
            name = scrub(str(kind))[:_MAX_CHARS]
            if changes := self._changes(name, values):
                self._mark(name, changes)

    def _changes(self, kind: str, values: Mapping[str, object]) -> dict[str, tuple[str | None, str]]:
        """By name, the value before (None the first time) and the value now."""
        changes = {}
        with self._lock:
            for raw_name, raw in values.items():
                name, new = scrub(str(raw_name))[:_MAX_CHARS], _text(raw_name, raw)
                old = self._values.get((kind, name))
                if old != new and (old is not None or len(self._values) < _MAX_NAMES):
                    self._values[kind, name] = new
                    changes[name] = old, new
        return changes

    def _mark(self, kind: str, changes: Mapping[str, tuple[str | None, str]]) -> None:
        line = ", ".join(
            f"{name} {new}" if old is None else f"{name} {old} → {new}" for name, (old, new) in changes.items()
        )
        here = own_span(self._core)
        with _MarkerSpan(self._core, here, {semconv.PF_MARKER_KIND: kind, semconv.PF_MARKER_CHANGE: line}) as marker:
            for name, (old, new) in changes.items():
                fields = {
                    semconv.PF_MARKER_KIND: kind,
                    semconv.PF_MARKER_NAME: name,
                    semconv.PF_MARKER_OLD: old,
                    semconv.PF_MARKER_NEW: new,
                }
                marker.event(semconv.EVENT_AGENT_MARKER, fields)
                if here is not None:
                    here.event(semconv.EVENT_AGENT_MARKER, fields)
        with_kind = {"kind": kind, **{name: new for name, (_, new) in changes.items()}}
        self._core.trail.add("marker", f"{kind}: {line}", data=with_kind)


class _MarkerSpan(Span):
    """A root, linked to where it was set: the change is about the agent and not about one decision."""

    def __init__(self, core: Core, here: Span | None, attributes: Mapping[str, object]) -> None:
        super().__init__(core, semconv.SPAN_PF_AGENT_MARKER, attributes=attributes)
        if here is not None and here.span_context.is_valid:
            self._links = (Link(here.span_context, {}),)

    def _below(self) -> otel.Context:
        return otel.Context()


def _text(name: object, value: object) -> str:
    return MARKER if holds_secret(str(name), value) else scrub(str(value))[:_MAX_CHARS]
