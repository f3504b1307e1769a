"""Spans that other libraries made, as they may leave: normalised and scrubbed.

They lose what was said to a model, or by it, unless the agent's author asked for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from opentelemetry import trace as api

from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.content import is_content, is_content_event
from fleaglass.recorder.normalise import MAX_NAME_CHARS, Value
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.tracer import UNSET, Link, Readable, Scope

__all__ = ["Cleaner"]

_holds_content: Final = lru_cache(maxsize=2_048)(is_content)  # a library has few names, and uses each again and again


class Cleaner:
    """Cleans copies.

    Args:
        agent_id: the one value that is never scrubbed.
        capture_content: whether what was said to a model stays.
    """

    def __init__(self, agent_id: str, *, capture_content: bool) -> None:
        self._agent_id = agent_id
        self._capture_content = capture_content
        self._scopes: dict[int, Scope] = {}

    def span(self, span: Readable) -> Readable:
        """The same span with clean values."""
        events: list[tuple[Any, ...]] = [
            (*told[:1], time_ns, *told[1:], *dropped)
            for name, time_ns, values, *dropped in span._events
            if (told := self.event(name, values)) is not None
        ]
        status = span.status
        if status is not UNSET:
            status = api.Status(status.status_code, scrub(status.description or "") or None)
        return span.clean_copy(
            name=_name(span.name),
            attributes=self._told(span._attributes.copy()),
            events=events,
            links=[Link(link.context, self._told(link.attributes), link.dropped_attributes) for link in span._links],
            status=status,
            scope=self.scope(span.instrumentation_scope),
        )

    def started(self, span: Readable) -> Readable:
        """The same of a span that has only begun: most have no more than a name by then, which is clean."""
        if span._attributes or span._links or _name(span.name) != span.name:
            return self.span(span)
        return span

    def event(self, name: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Value]] | None:
        """Name and attributes of an event; ``None`` for one that may not leave."""
        if not self._capture_content and is_content_event(name):
            return None
        return _name(name), self._told(values)

    def scope(self, scope: Scope) -> Scope:
        """The same library with clean names."""
        clean = self._scopes.get(scope.number)
        if clean is None:
            name, version = _name(scope.name), _name(scope.version)
            clean = replace(scope, name=name, version=version, attributes=attributes(scope.attributes))
            self._scopes[scope.number] = clean
        return clean

    def _told(self, values: Mapping[str, object] | None) -> dict[str, Value]:
        if not values:
            return {}
        if not self._capture_content and any(map(_holds_content, values)):
            values = {name: value for name, value in values.items() if not _holds_content(name)}
        return attributes(values, exempt=self._agent_id)


def _name(text: str) -> str:
    return scrub(text)[:MAX_NAME_CHARS]
