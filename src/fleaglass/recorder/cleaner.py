"""Spans that other libraries made, as they may leave: normalised and scrubbed.

They lose what was said to a model, or by it, unless the agent's author asked for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from opentelemetry import trace as api

from fleaglass.recorder.content import is_content, is_content_event
from fleaglass.recorder.normalise import MAX_NAME_CHARS, Value, attributes
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.tracer import Link, Readable, Scope

__all__ = ["Cleaner"]


class Cleaner:
    """Cleans copies.

    Args:
        agent_id: the one value that is never scrubbed.
        capture_content: whether what was said to a model stays.
    """

    def __init__(self, agent_id: str, *, capture_content: bool) -> None:
        self._agent_id = agent_id
        self._capture_content = capture_content

    def span(self, span: Readable) -> Readable:
        """The same span with clean values."""
        events: list[tuple[Any, ...]] = [
            (told[0], event.timestamp, told[1])
            for event in span.events
            if (told := self.event(event.name, event.attributes)) is not None
        ]
        return span.but(
            name=_name(span.name),
            _attributes=self._told(span.attributes),
            _events=events,
            _is_simple=False,
            _links=[Link(link.context, self._told(link.attributes)) for link in span.links],
            status=api.Status(span.status.status_code, scrub(span.status.description or "") or None),
            instrumentation_scope=self.scope(span.instrumentation_scope),
        )

    def event(self, name: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Value]] | None:
        """Name and attributes of an event; ``None`` for one that may not leave."""
        if not self._capture_content and is_content_event(name):
            return None
        return _name(name), self._told(values)

    def scope(self, scope: Scope) -> Scope:
        """The same library with clean names."""
        return replace(
            scope, name=_name(scope.name), version=_name(scope.version), attributes=attributes(scope.attributes)
        )

    def _told(self, values: Mapping[str, object] | None) -> dict[str, Value]:
        kept = {name: value for name, value in (values or {}).items() if self._capture_content or not is_content(name)}
        return attributes(kept, exempt=self._agent_id)


def _name(text: str) -> str:
    return scrub(text)[:MAX_NAME_CHARS]
