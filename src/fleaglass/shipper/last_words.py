"""What is said to a Sentry server of an agent that died: an event with the story of its last decision, and its session.

Field names are those of Sentry's event and session payloads. Nothing is scrubbed here: the agent has done that to all
that it records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from fleaglass import semconv
from fleaglass.journal.records import Crumb, Opened, Run, State
from fleaglass.shipper.interrupted import Interrupted, all_decoded, decoded
from fleaglass.shipper.iso import iso
from fleaglass.shipper.unfinished import Unfinished

__all__ = ["died_mid_decision", "session_ended"]

_MESSAGE: Final = "agent died mid-decision"
_MAX_NAMED: Final = 100


def died_mid_decision(
    opened: Opened,
    spans: Sequence[Interrupted],
    unfinished: Unfinished,
    run: Run | None,
    *,
    time_ns: int,
    event_id: str,
) -> dict[str, Any]:
    """An event that names what was in flight, with the breadcrumbs and the state of the agent.

    Args:
        opened: what the journal is.
        spans: that were open, the outermost first.
        unfinished: what else the journal left.
        run: the session, if it is known.
        time_ns: when the agent was last heard of, in Unix nanoseconds.
        event_id: of the event, 32 hexadecimal digits.
    """
    agent_id, resource = opened.agent_id, opened.resource
    in_flight = [_named(each) for each in spans if each.is_in_flight]
    root, innermost = spans[0].ended, spans[-1].ended
    event = {
        "event_id": event_id,
        "timestamp": iso(time_ns),
        "platform": "python",
        "level": "fatal" if in_flight else "error",
        "logentry": {"formatted": _MESSAGE, "message": _MESSAGE},
        "release": (run.release if run is not None else "") or resource.get(semconv.SERVICE_VERSION),
        "environment": (run.environment if run is not None else "")
        or resource.get(semconv.DEPLOYMENT_ENVIRONMENT_NAME),
        "transaction": root.name,
        "fingerprint": [_MESSAGE, agent_id],
        "user": {"id": agent_id, "username": f"agent-{agent_id}"},
        "tags": _told(
            {
                "agent_id": agent_id,
                "strategy": resource.get(semconv.PF_STRATEGY),
                "platform": "purple_flea",
                "in_flight": str(len(in_flight)),
            }
        ),
        "contexts": {
            "trace": {"trace_id": innermost.trace_id.hex(), "span_id": innermost.span_id.hex(), "op": innermost.name},
            "interrupted": {
                "spans": [each.ended.name for each in spans[:_MAX_NAMED]],
                "in_flight": in_flight[:_MAX_NAMED],
            },
            **_state(unfinished.state),
        },
        "breadcrumbs": {"values": [_crumb(crumb) for crumb in all_decoded(Crumb, unfinished.crumbs)]},
    }
    return _told(event)


def session_ended(run: Run, agent_id: str, *, time_ns: int) -> dict[str, Any]:
    """The last update of a session whose process cannot send it."""
    return {
        "sid": run.sid,
        "init": False,
        "started": iso(run.started_ns),
        "timestamp": iso(time_ns),
        "status": "abnormal",
        "errors": run.errors,
        "did": agent_id,
        "duration": max(0, time_ns - run.started_ns) / 1e9,
        "attrs": _told({"release": run.release, "environment": run.environment}),
    }


def _named(span: Interrupted) -> dict[str, Any]:
    """A spend that left and had no answer: what, and all that is known of it."""
    ended = span.ended
    ids = {"trace_id": ended.trace_id.hex(), "span_id": ended.span_id.hex()}
    return {"operation": ended.name, "started": iso(ended.start_ns), **ids, **ended.attributes}


def _state(payload: bytes) -> dict[str, Any]:
    state = decoded(State, payload)
    try:
        return {"agent_state": msgspec.json.decode(state.values)} if state is not None else {}
    except msgspec.MsgspecError:
        return {}


def _crumb(crumb: Crumb) -> dict[str, Any]:
    return {
        "type": "http" if crumb.category == "http" else "default",
        "category": crumb.category,
        "message": crumb.message,
        "level": crumb.level,
        "data": crumb.data,
        "timestamp": iso(crumb.time_ns),
    }


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value not in (None, "")}
