"""What is recorded on a span, within its limits.

There is no lock on the way of what is recorded, and nothing to wait for: a signal handler or a destructor may record on
a span while its thread does so, and two threads may. Each change is one step of the interpreter, which another thread
or a handler sees done or not begun: a store into a dict whose keys are exactly ``str``, ``dict.update`` from such a
dict, ``list.append``. None of them runs anybody else's code, so the interpreter's lock is held throughout. Only what
is beyond a limit takes a lock: one for all spans, which the thread that holds it may take again.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import trace as api

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard
from fleaglass.recorder.tracer.cleaning import Cleaning, as_text
from fleaglass.recorder.tracer.readable import Link, Readable

if TYPE_CHECKING:
    from fleaglass.recorder.tracer.tracer import Tracer

__all__ = ["Recorded"]

_rarely: Final = Lock()
_SAMPLED: Final = int(api.TraceFlags.SAMPLED)


class Recorded(Readable):
    """A span to record on. Nothing that is called on it raises.

    Attributes:
        is_open: whether it has started and not ended.
    """

    __slots__ = ("_tracer", "is_open")

    _tracer: Tracer
    is_open: bool

    def is_recording(self) -> bool:
        """Whether it is open."""
        return self.is_open

    def set_attribute(self, key: str, value: Any) -> None:
        """Set one attribute. See `Cleaning` for what becomes of the value."""
        if not self.is_open:
            self._say_over()
            return
        tracer = self._tracer
        if type(value) in tracer.plain and type(key) is str and key:
            attributes = self._attributes
            attributes[key] = value
            if len(attributes) > tracer.most_attributes:
                self._drop_attributes()
        elif isinstance(key, str) and key:
            self._update({as_text(key): value})
        else:
            self._refuse(key)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Set several attributes."""
        if self.is_open:
            self._update(attributes)
        else:
            self._say_over()

    def put(self, clean: dict[str, Any]) -> None:
        """Set attributes that are clean as they are, on a span of the recorder's own."""
        if self._tracer.cuts:
            self._update(clean)
            return
        self._attributes.update(clean)
        if len(self._attributes) > self._tracer.most_attributes:
            self._drop_attributes()

    def add_event(self, name: str, attributes: Mapping[str, Any] | None = None, timestamp: int | None = None) -> None:
        """Add an event.

        Args:
            name: of the event.
            attributes: of the event.
            timestamp: when, in Unix nanoseconds; now by default.
        """
        if not self.is_open:
            self._say_over()
            return
        tracer = self._tracer
        dropped = 0
        values = tracer.other_cleaning.plain_copy(attributes) if attributes else {}
        if values is None or len(values) > tracer.limits.event_attributes:
            values, dropped = self._limited(attributes or {}, tracer.limits.event_attributes)
        time_ns = tracer.now_ns() if timestamp is None else tracer.time_ns(timestamp)
        name = name if type(name) is str else as_text(name)
        self._events.append((name, time_ns, values, dropped) if dropped else (name, time_ns, values))
        tracer.happened(self, name, time_ns, values)
        if len(self._events) > tracer.limits.events:
            self._drop_events()

    def put_links(self, clean: Sequence[Link]) -> None:
        """Likewise, links."""
        limits = self._tracer.limits
        if self._tracer.cuts_others or not limits.link_attributes or len(clean) > limits.links:
            self._add_links(clean)
        else:
            self._links.extend(clean)

    def put_event(self, name: str, time_ns: int, clean: Mapping[str, Any]) -> None:
        """Add an event whose values are clean as they are, on a span of the recorder's own."""
        if self.hold_event(name, time_ns, clean):
            self._tracer.happened(self, name, time_ns, clean)

    def hold_event(self, name: str, time_ns: int, clean: Mapping[str, Any]) -> bool:
        """Likewise, but leave it to the caller to write it down; whether there is anything to write down."""
        tracer = self._tracer
        if tracer.cuts_others or len(clean) > tracer.limits.event_attributes:
            self.add_event(name, clean, time_ns)
            return False
        self._events.append((name, time_ns, clean))
        if len(self._events) > tracer.limits.events:
            self._drop_events()
        return self._flags & _SAMPLED != 0

    def mark(self) -> None:
        """Have all that is known of it by now outlive the process, whatever happens next."""
        if self.is_open:
            self._tracer.marked(self, self._tracer.now_ns())

    def add_link(self, context: api.SpanContext, attributes: Mapping[str, Any] | None = None) -> None:
        """Add a link. One to nothing, with nothing to say, is none."""
        if self.is_open:
            with guard.theirs("reading a link"):
                self._add_link(context, attributes)
        else:
            self._say_over()

    def update_name(self, name: str) -> None:
        """Give it another name."""
        if self.is_open:
            self.name = as_text(name)
        else:
            self._say_over()

    def set_status(self, status: api.Status | api.StatusCode, description: str | None = None) -> None:
        """Say how it ended. "Unset" says nothing, "ok" is the last word, and only an error has a description."""
        if not self.is_open:
            self._say_over()
        elif self.status.status_code is not api.StatusCode.OK:
            if isinstance(status, api.StatusCode):
                status = api.Status(status, description if status is api.StatusCode.ERROR else None)
            if isinstance(status, api.Status) and status.status_code is not api.StatusCode.UNSET:
                self.status = status

    def record_exception(
        self,
        exception: BaseException,
        attributes: Mapping[str, Any] | None = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """Add an exception's event, by OpenTelemetry's conventions."""
        with guard.theirs("describing an exception"):
            kind = type(exception)
            is_builtin = kind.__module__ in ("builtins", "", None)
            values: dict[str, Any] = {
                "exception.type": kind.__qualname__ if is_builtin else f"{kind.__module__}.{kind.__qualname__}",
                "exception.message": str(exception),
                "exception.stacktrace": "".join(traceback.format_exception(exception)),
                "exception.escaped": str(escaped),
            }
            self.add_event("exception", {**values, **(attributes or {})}, timestamp)

    # Rarely ------------------------------------------------------------------------------------------------------

    def _update(self, values: Mapping[str, Any]) -> None:
        """Set attributes; those without a name count as dropped."""
        tracer = self._tracer
        clean, dropped = self._cleaned(values, tracer.cleaning)
        self._attributes.update(clean)
        if dropped:
            self._count(attributes=dropped)
        if len(self._attributes) > tracer.most_attributes:
            self._drop_attributes()

    def _limited(self, values: Mapping[str, Any], limit: int) -> tuple[dict[str, Any], int]:
        """Attributes of an event or a link, and how many were left out."""
        clean, dropped = self._cleaned(values, self._tracer.other_cleaning)
        while len(clean) > limit:
            del clean[next(iter(clean))]
            dropped += 1
        return clean, dropped

    def _cleaned(self, values: Mapping[str, Any], cleaning: Cleaning) -> tuple[dict[str, Any], int]:
        if (clean := cleaning.plain_copy(values)) is not None:
            return clean, 0
        self._is_simple = False
        return cleaning.all(values)

    def _add_links(self, links: Sequence[api.Link]) -> None:
        with guard.theirs("reading links"):
            for link in links:
                with guard.theirs("reading a link"):
                    self._add_link(link.context, link.attributes)

    def _add_link(self, context: api.SpanContext, attributes: Mapping[str, Any] | None) -> None:
        if not (context.is_valid or attributes or context.trace_state):
            return
        limits = self._tracer.limits
        link = Link(context, *self._limited(attributes or {}, limits.link_attributes))
        self._links.append(link)
        if len(self._links) > limits.links:
            self._drop_links()

    def _drop_attributes(self) -> None:
        with _rarely:
            while len(self._attributes) > self._tracer.limits.attributes:
                # What is raised is that another thread, or a signal handler, has changed it in between.
                with suppress(RuntimeError, StopIteration, KeyError):
                    del self._attributes[next(iter(self._attributes))]
                    self._count(attributes=1)

    def _drop_events(self) -> None:
        with _rarely:
            while len(self._events) > self._tracer.limits.events:
                with suppress(IndexError):
                    del self._events[0]
                    self._count(events=1)

    def _drop_links(self) -> None:
        with _rarely:
            while len(self._links) > self._tracer.limits.links:
                with suppress(IndexError):
                    del self._links[0]
                    self._count(links=1)

    def _refuse(self, key: object) -> None:
        guard.say("attribute name", f"the name of an attribute must be text, not {type(key).__name__}; not recorded")
        self._count(attributes=1)

    def _count(self, attributes: int = 0, events: int = 0, links: int = 0) -> None:
        self._is_simple = False
        with _rarely:
            before = self._dropped
            self._dropped = before[0] + attributes, before[1] + events, before[2] + links

    def _say_over(self) -> None:
        guard.say("after the end", f"something is recorded on the span {self.name!r}, which is not open; it is ignored")
