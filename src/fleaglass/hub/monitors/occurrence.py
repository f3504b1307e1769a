"""What a monitor has to tell: a failure, which becomes an event of its incident's issue, and the end of the incident.

All failures of one incident have one fingerprint, so they are one issue; the next incident is another.
"""

from __future__ import annotations

import hashlib

import msgspec

from fleaglass.hub.issues.event import Event
from fleaglass.hub.monitors.check_in import MonitorConfig
from fleaglass.hub.monitors.rules import Run
from fleaglass.hub.monitors.words import clock_time

__all__ = ["Occurrence", "Recovery", "group_hash", "incident_key", "occurrence_event"]


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A failure of a monitor that is in error. `incident`: what `incident_key` gave for its incident."""

    project: int
    slug: str
    name: str
    environment: str
    incident: str
    run: Run
    config: MonitorConfig | None


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an incident, at `at_ns`; `hash` is the grouping hash of its issue, which is thereby resolved."""

    project: int
    slug: str
    environment: str
    hash: str
    at_ns: int


def incident_key(project: int, slug: str, environment: str, started_ns: int) -> str:
    """The fingerprint of every event of an incident: which monitor, where, since when."""
    return f"monitor {project} {slug} {environment} {started_ns}"


def group_hash(key: str) -> str:
    """The grouping hash of events with this one fingerprint entry: a custom one is the MD5 of its values."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


def occurrence_event(occurrence: Occurrence, now_ns: int) -> Event:
    """The event of a failure; the same failure has the same event id, however often it is told."""
    run, title = occurrence.run, _title(occurrence)
    return Event(
        event_id=group_hash(f"{occurrence.incident} {run.id}"),
        project=occurrence.project,
        time_ns=run.ended_ns or run.updated_ns,
        received_ns=now_ns,
        level="error",
        platform="other",
        logger="fleaglass.monitors",
        release=run.release,
        environment=occurrence.environment,
        message=title,
        raw_message=title,
        fingerprint=(occurrence.incident,),
        tags={"monitor.slug": occurrence.slug, "monitor.status": run.status},
        trace_id=run.trace_id,
        body={"contexts": {"monitor": _context(occurrence)}},
    )


def _title(occurrence: Occurrence) -> str:
    run, config = occurrence.run, occurrence.config
    zone = config.timezone if config else "UTC"
    begun = clock_time(run.started_ns, zone)
    if run.status == "missed" and config:
        how = f"missed its {begun} check-in (expected {begun} {zone}, {config.margin_min} min margin)"
    elif run.status == "timeout":
        how = f"did not end in time (began {begun} {zone}{_limit(config)})"
    else:
        how = f"failed (began {begun} {zone})"
    return f"Monitor {occurrence.name} {how}"


def _limit(config: MonitorConfig | None) -> str:
    return f", {config.max_runtime_min} min allowed" if config else ""


def _context(occurrence: Occurrence) -> dict[str, str | float | None]:
    run = occurrence.run
    return {
        "slug": occurrence.slug,
        "check_in_id": run.id,
        "status": run.status,
        "started_ns": str(run.started_ns),
        "expected_ns": None if run.expected_ns is None else str(run.expected_ns),
        "duration_s": run.duration_s,
    }
