"""The views' SELECTs: from one parsed OTLP message to flat rows, as SQL that the engine runs.

    resource_spans[] ── arrayJoin ──▶ scope_spans[] ── arrayJoin ──▶ spans[] ── arrayJoin ──▶ one row a span

A span that began and has no end yet, 0 in its place, is a snapshot: those have a table of their own. Requests that hold
one come by another raw table, so that all others, which is nearly all, are not looked through for them.
What the resource says (agent, service, release …) is worked out before its spans are unfolded, so once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["ORIGIN_SOURCES", "ended_spans", "logs", "open_spans", "spans"]

ORIGIN_SOURCES: Final = {
    "agent": ("pf.agent_id", "service.name"),
    "service": ("service.name",),
    "release": ("pf.release", "service.version"),
    "strategy": ("pf.strategy",),
    "environment": ("pf.environment", "deployment.environment.name", "deployment.environment"),
    "region": ("cloud.region", "deployment.region"),
    "services": ("pf.services",),
}
"""Column -> the resource attributes that can say it, the first non-empty string wins."""

_MEMBERS: Final = {"string": "string_value", "int": "int_value", "double": "double_value", "boolean": "bool_value"}


def spans(typed: Mapping[str, str], raw: str = "raw_traces", where: str = "") -> str:
    """The SELECT for `spans`; `typed` maps the attributes with a column of their own to their schema type."""
    rows = _unfold(raw, "spans", "spans")
    return f"WITH s.attributes.key AS keys SELECT {_list(_span(typed))} FROM {rows}{where}"


def ended_spans(typed: Mapping[str, str]) -> str:
    """The SELECT for `spans` of what came with snapshots."""
    return spans(typed, "raw_open", f" WHERE NOT ({_IS_OPEN})")


def open_spans(typed: Mapping[str, str]) -> str:
    """The SELECT for `open_spans`."""
    fields = _span(typed) | {"duration_ns": "toInt64(0)"}
    rows = _unfold("raw_open", "spans", "spans")
    return f"WITH s.attributes.key AS keys SELECT {_list(fields)} FROM {rows} WHERE {_IS_OPEN}"


def _span(typed: Mapping[str, str]) -> dict[str, str]:
    """The columns of a span `s`."""
    return {
        "trace_id": "s.trace_id",
        "span_id": "s.span_id",
        "parent_span_id": "toFixedString(s.parent_span_id, 8)",
        "trace_state": "s.trace_state",
        "flags": "s.flags",
        "name": "s.name",
        "kind": "s.kind",
        "start_time": _time("s.start_time_unix_nano"),
        "duration_ns": f"toInt64({_END}) - toInt64(s.start_time_unix_nano)",
        "status_code": "s.status.code",
        "status_message": "s.status.message",
        **_SCOPE,
        "scope_attributes": "scope.attributes",
        **{name: name for name in _ORIGIN},
        **{name.replace(".", "_"): _lookup(name, kind) for name, kind in typed.items()},
        **_maps(typed),
        "dropped_attributes_count": "s.dropped_attributes_count",
        "events": "s.events",
        "dropped_events_count": "s.dropped_events_count",
        "links": "s.links",
        "dropped_links_count": "s.dropped_links_count",
        "seen": "now()",
    }


def logs() -> str:
    """The SELECT for `logs`."""
    fields = {
        "trace_id": "s.trace_id",
        "span_id": "s.span_id",
        "flags": "s.flags",
        "time": _time("if(s.time_unix_nano = 0, s.observed_time_unix_nano, s.time_unix_nano)"),
        "observed_time": _time("s.observed_time_unix_nano"),
        "identity": "cityHash64(toString(s), resource)",
        "severity_number": "s.severity_number",
        "severity_text": "s.severity_text",
        "event_name": "s.event_name",
        "body": _tagged("s.body", "{}"),
        **_SCOPE,
        **{name: name for name in _ORIGIN},
        **_maps({}),
        "dropped_attributes_count": "s.dropped_attributes_count",
    }
    return f"WITH s.attributes.key AS keys SELECT {_list(fields)} FROM {_unfold('raw_logs', 'logs', 'log_records')}"


def _unfold(raw: str, nest: str, leaf: str) -> str:
    """The raw rows opened level by level into `s` (span or record), `scope` and what the resource says."""
    origin = ", ".join(_ORIGIN)
    return (
        f"(SELECT arrayJoin(group.{leaf}) AS s, group.scope AS scope, {origin} FROM "
        f"(SELECT arrayJoin(r.scope_{nest}) AS group, {origin} FROM "
        f"(SELECT r, {_list(_ORIGIN)} FROM (SELECT arrayJoin(resource_{nest}) AS r FROM {raw}))))"
    )


def _first(*names: str) -> str:
    """The first of these resource attributes that is a non-empty string, else an empty string."""
    found = ", ".join(
        "nullIf(arrayElementOrNull(r.resource.attributes.value.string_value, "
        f"indexOf(r.resource.attributes.key, '{name}')), '')"
        for name in names
    )
    return f"coalesce({found}, '')"


def _lookup(name: str, kind: str) -> str:
    """A typed column: the attribute's value if it is there and has the schema's type, else NULL."""
    return f"arrayElementOrNull(s.attributes.value.{_MEMBERS[kind]}, indexOf(keys, '{name}'))"


def _maps(typed: Mapping[str, str]) -> dict[str, str]:
    """One map a value type, without the attributes that the typed columns hold."""
    maps = {}
    for kind, member in _MEMBERS.items():
        held = ", ".join(f"'{name}'" for name, of in typed.items() if of == kind)
        keep = f"isNotNull(v) AND k NOT IN ({held})" if held else "isNotNull(v)"
        values = f"s.attributes.value.{member}"
        maps[f"attr_{kind}"] = (
            f"mapFromArrays(arrayFilter((k, v) -> {keep}, keys, {values}), "
            f"arrayMap(v -> assumeNotNull(v), arrayFilter((v, k) -> {keep}, {values}, keys)))"
        )
    plain = " AND ".join(f"isNull(v.{member})" for member in _MEMBERS.values())
    maps["attr_other"] = (
        f"mapFromArrays(arrayFilter((k, v) -> {plain}, keys, s.attributes.value), "
        f"arrayMap(v -> {_tagged_other('v', '{}')}, arrayFilter(v -> {plain}, s.attributes.value)))"
    )
    return maps


def _tagged(value: str, raw: str) -> str:
    """An AnyValue as one string: a letter for its kind, then its text; `raw` wraps bytes (plain, or as hex)."""
    return (
        f"multiIf(isNotNull({value}.string_value), concat('s', assumeNotNull({value}.string_value)), "
        f"isNotNull({value}.int_value), concat('i', toString(assumeNotNull({value}.int_value))), "
        f"isNotNull({value}.double_value), concat('d', toString(assumeNotNull({value}.double_value))), "
        f"isNotNull({value}.bool_value), if(assumeNotNull({value}.bool_value), 'b1', 'b0'), "
        f"{_tagged_other(value, raw)})"
    )


def _tagged_other(value: str, raw: str) -> str:
    def wrapped(member: str) -> str:
        return raw.format(f"assumeNotNull({value}.{member})")

    return (
        f"multiIf(isNotNull({value}.array_value), concat('a', {wrapped('array_value')}), "
        f"isNotNull({value}.kvlist_value), concat('k', {wrapped('kvlist_value')}), "
        f"isNotNull({value}.bytes_value), concat('y', {wrapped('bytes_value')}), 'e')"
    )


def _time(nanoseconds: str) -> str:
    return f"fromUnixTimestamp64Nano(toInt64({nanoseconds}), 'UTC')"


def _list(fields: Mapping[str, str]) -> str:
    return ", ".join(name if name == expression else f"{expression} AS {name}" for name, expression in fields.items())


_END: Final = "s.end_time_unix_nano"
_IS_OPEN: Final = f"{_END} = 0 AND s.start_time_unix_nano != 0"
_SCOPE: Final = {"scope_name": "scope.name", "scope_version": "scope.version"}
_ORIGIN: Final = {name: _first(*sources) for name, sources in ORIGIN_SOURCES.items()} | {
    "resource": f"toJSONString(arrayMap(a -> (a.key, {_tagged('a.value', 'hex({})')}), r.resource.attributes))"
}
