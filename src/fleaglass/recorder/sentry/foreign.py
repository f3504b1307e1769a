"""Events that an author's own use of sentry_sdk makes: linked to our span, and told of a failure once.

An author may have ``sentry_sdk.init`` in the program, with its hooks, and ``sentry_sdk.capture_exception`` here and
there. An event made that way inside one of our spans gets the ids of trace and span, unless the author traces with
Sentry. When it would reach the same project as ours, and it is clear whose it is (`at_work.py`):

    ours went first      theirs is dropped: the same failure
    theirs goes first    it gets what ours would have said where it says nothing: tags, contexts, user, fingerprint,
                         release, environment, and our breadcrumbs among theirs; ours is not sent

Of an exception that is remembered on the exception, of a line of the log on its record.

An event processor does it, and not ``register_external_propagation_context``: that is one slot per process which
somebody else may have filled, and it stops Sentry's own headers on the author's requests. Neither is a public promise
of sentry_sdk's; where it is missing, nothing is linked and everything else works.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from fleaglass.recorder.at_work import core_at_work, where_it_belongs
from fleaglass.recorder.guard import guard
from fleaglass.recorder.sentry.authors import destination_of
from fleaglass.recorder.sentry.items import Event
from fleaglass.recorder.span import own_span

if TYPE_CHECKING:
    from fleaglass.recorder.core import Core
    from fleaglass.recorder.reporter import Reporter

__all__ = ["is_told", "link_foreign_events", "mark_told"]

_MERGED: Final = ("tags", "contexts")
_ADDED: Final = ("user", "fingerprint", "release", "environment")
_ERRORS: Final = ("error", "fatal")
_reporters: Final[list[Reporter]] = []
_linked: Final[set[int]] = set()
_TOLD: Final = "_fleaglass_told"


def link_foreign_events(reporter: Reporter) -> Callable[[], None]:
    """Link them with this agent's, if sentry_sdk can be asked to; returns what ends it.

    It may be loaded later than this, so the reporter looks for it again.
    """

    def look() -> None:
        sdk = sys.modules.get("sentry_sdk")
        if sdk is not None and id(sdk) not in _linked:
            _linked.add(id(sdk))
            with guard.theirs("asking sentry_sdk to link events"):
                _process_events(sdk)

    def unlink() -> None:
        if reporter in _reporters:  # an agent may be shut down twice
            _reporters.remove(reporter)

    _reporters.append(reporter)
    reporter.look_around = look
    look()
    return unlink


def is_told(record: logging.LogRecord, destination: str | None) -> bool:
    """Whether an event at this destination tells of this line of the log."""
    return destination is not None and getattr(record, _TOLD, None) == destination


def mark_told(record: logging.LogRecord, destination: str | None) -> None:
    """Remember that one does."""
    record.__dict__[_TOLD] = destination


def _process_events(sdk: Any) -> None:
    from sentry_sdk.scope import add_global_event_processor

    def process(event: Any, hint: dict[str, Any]) -> Any:
        with guard("linking an event of the author's"):
            return where_it_belongs(hint.get("log_record"), lambda: _linked_event(event, hint, sdk))
        return event

    add_global_event_processor(process)


def _linked_event(event: Event, hint: dict[str, Any], sdk: Any) -> Event | None:
    if event.get("type") is not None:  # a transaction, a check-in
        return event
    error, record = (hint.get("exc_info") or (None, None, None))[1], hint.get("log_record")
    core, destination = core_at_work(), destination_of(sdk.get_client())
    span = own_span(core) if core is not None else None
    if error is not None and any(reporter.reported_as(error, destination, span) for reporter in _reporters):
        return None
    if record is not None and is_told(record, destination):
        return None
    reporter = _responsible(core)
    if span is not None and reporter is not None and sdk.get_current_span() is None:
        event.setdefault("contexts", {})["trace"] = {"trace_id": span.trace_id, "span_id": span.span_id}
    if reporter is not None and reporter.destination == destination is not None and event.get("event_id"):
        _enrich(event, reporter.describe(error, span))
        reporter.told(error, event["event_id"], span, is_failure=event.get("level", "error") in _ERRORS)
        if record is not None:
            mark_told(record, destination)
    return event


def _responsible(core: Core | None) -> Reporter | None:
    """Who would tell of the same: the agent that is at work; where none is, the only one of the process."""
    reporters = tuple(_reporters)
    if core is None:
        return reporters[0] if len(reporters) == 1 else None
    return core.reporter if core.reporter in reporters else None


def _enrich(event: Event, ours: Event) -> None:
    """Where the author's event says nothing, ours does."""
    for name in _MERGED:
        event[name] = {**ours.get(name, {}), **_as_mapping(event.get(name))}
    for name in _ADDED:
        if not event.get(name) and name in ours:
            event[name] = ours[name]
    if "breadcrumbs" in ours:
        event["breadcrumbs"] = {"values": _among(_as_mapping(event.get("breadcrumbs")), ours["breadcrumbs"]["values"])}


def _among(theirs: Mapping[str, Any], ours: Sequence[Event]) -> list[Event]:
    """Our breadcrumbs among theirs. Lines of the log are in both."""
    values = list(theirs.get("values", ()))
    said = {(crumb.get("category"), crumb.get("message")) for crumb in values}
    added = [crumb for crumb in ours if (crumb["category"], crumb["message"]) not in said]
    return sorted([*values, *added], key=_moment)


def _moment(crumb: Event) -> float:
    """When it was left, in seconds. sentry_sdk has a datetime where we have text."""
    with suppress(ValueError, TypeError):
        at = crumb.get("timestamp")
        return (at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(str(at))).timestamp()
    return 0.0


def _as_mapping(value: Any) -> dict[str, Any]:
    """Tags may be pairs as well."""
    return dict(value or {})
