"""alert_standings ▷─ incidents ◁─ incident_activity        notification_groups ◁─ notifications

A rule's view of a group is a standing, from when its value first goes beyond the threshold until it has been good
again for long enough; while it fires it has an incident. Incidents are gathered into groups, one for each receiver of a
route and set of label values, and a group's messages wait in `notifications` until they are taken or given up.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["alert_standings", "incident_activity", "incidents", "notification_groups", "notifications"]

incidents = Table(
    "incidents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("severity", String(12), nullable=False),  # as it is now
    Column("group_hash", String(32), nullable=False),  # of rule and group labels
    Column("labels", JSON, nullable=False),  # {name: value}: rule, severity, the rule's own, and those of the group
    Column("status", String(12), nullable=False, index=True),  # open, resolved
    Column("began_ns", Ns, nullable=False),  # the value went beyond the threshold
    Column("fired_ns", Ns, nullable=False),
    Column("resolved_ns", Ns, index=True),
    Column("resolved_by", Text),  # None: the rule itself; else who, or why (the rule is gone)
    Column("value", Float),  # the latest
    Column("worst", Float),
    Column("threshold", Float),
    Column("unit", String(12), nullable=False),  # ms, ratio, count, usd, s, times
    Column("summary", Text, nullable=False),  # one line: what, value against threshold
    Column("evidence", JSON, nullable=False),  # evidence.py: traces, orders, issue, last breadcrumbs
    Column("escalated_ns", Ns),  # it became critical
    Column("escalated_from", String(12)),  # its severity before that
    Column("escalated_why", Text),
    Column("acknowledged_ns", Ns),
    Column("acknowledged_by", Text),
    Column("muted_until_ns", Ns),
    Column("changed_ns", Ns, nullable=False, index=True),
    Index(None, "rule", "fired_ns"),
)

alert_standings = Table(
    "alert_standings",
    METADATA,
    Column("rule", String(64), primary_key=True),
    Column("group_hash", String(32), primary_key=True),
    Column("labels", JSON, nullable=False),
    Column("began_ns", Ns, nullable=False),
    Column("good_ns", Ns),  # good again since
    Column("value", Float),
    Column("incident", ForeignKey("incidents.id")),  # None: it does not fire yet; a resolved one keeps it quiet
    Column("rests_on", JSON),  # ids of what happened (judge/reading.py); None: of an earlier version
)

incident_activity = Table(
    "incident_activity",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("incident", ForeignKey("incidents.id"), nullable=False, index=True),
    Column("at_ns", Ns, nullable=False),
    # fired, worse, escalated, acknowledged, muted, note, told, not_told, resolved
    Column("kind", String(20), nullable=False),
    Column("actor", Text),
    Column("text", Text, nullable=False),
)

notification_groups = Table(
    "notification_groups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),  # of route, receiver and group labels: the dedup key
    Column("receiver", String(64), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("began_ns", Ns, nullable=False),
    Column("next_ns", Ns, nullable=False, index=True),  # when it is looked at again
    # {"at_ns", "firing": [incident ids], "escalated": [of them], "acknowledged": bool, "flushed": bool}
    Column("told", JSON, nullable=False),
    UniqueConstraint("key"),
)

notifications = Table(
    "notifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("receiver", String(64), nullable=False),
    Column("action", String(12), nullable=False),  # trigger, escalate, update, repeat, acknowledge, resolve, passed
    Column("firing", JSON, nullable=False),  # incident ids
    Column("resolved", JSON, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("status", String(12), nullable=False, index=True),  # waiting, sent, dead, dropped (no longer true)
    Column("attempts", Integer, nullable=False),
    Column("next_ns", Ns, nullable=False),
    Column("created_ns", Ns, nullable=False, index=True),
    Column("done_ns", Ns),
    Column("problem", Text),  # of the last attempt
)
