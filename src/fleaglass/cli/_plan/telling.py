"""A plan as text that is read at a glance, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from fleaglass.cli._plan.figures import DISK_SHARE, HUB_MEMORY, SPAN_BYTES
from fleaglass.cli._plan.fleet import Fleet
from fleaglass.cli._plan.limits import NEXT, Step
from fleaglass.cli._plan.load import DAY_S, events_per_s, round_s, spans_per_s, state_writes_per_s
from fleaglass.cli._plan.plan import Plan
from fleaglass.cli._plan.sizing import Kept

__all__ = ["as_json", "as_text", "bytes_text", "count_text"]

UNKNOWN: Final = (
    "Not in it: the network, what people query, other tenants, copying between replicas, a server's own memory,\n"
    "logs and metrics, agents that are not alike."
)


# --- as text ----------------------------------------------------------------------------------------------------------


def as_text(plan: Plan) -> str:
    """Lines for a terminal."""
    return "\n".join([*_load(plan.fleet), "", *_stored(plan), "", *_needs(plan), "", *_limits(plan), "", UNKNOWN])


def _load(fleet: Fleet) -> Iterator[str]:
    rate = spans_per_s(fleet)
    yield f"spans          {count_text(rate)} a second, {count_text(rate * DAY_S)} a day"
    yield f"error events   {count_text(events_per_s(fleet))} a second, {count_text(events_per_s(fleet) * DAY_S)} a day"
    yield f"state writes   {count_text(state_writes_per_s(fleet))} a second"
    yield f"alert round    {count_text(round_s(fleet))} s, by {fleet.rules} rules for each agent"
    a_day = rate * DAY_S * SPAN_BYTES.value
    yield f"spans on disk  {bytes_text(SPAN_BYTES.value)} each, {bytes_text(a_day)} a day"


def _stored(plan: Plan) -> list[str]:
    rows = [("kept", "a day", "days", "once settled")]
    for each in plan.sizes.kept:
        days = f"{each.days}" if each.days else "for ever"
        rows.append((each.name, bytes_text(each.bytes_per_day), days, _settled(each.bytes)))
    rows.append(("one copy", "", "", _settled(plan.sizes.store_bytes)))
    return _table(rows)


def _settled(held: Fraction | None) -> str:
    return "grows for ever" if held is None else bytes_text(held)


def _needs(plan: Plan) -> Iterator[str]:
    sizes, machines = plan.sizes, plan.machines
    memory = bytes_text(HUB_MEMORY.value)
    yield f"hubs           {sizes.hubs} of {machines.cores_per_hub} cores and {memory} of memory" + (
        "; one more lets one fail" if sizes.shards else ""
    )
    if not sizes.shards:
        yield "store          in the hub: no server"
        yield f"state          {bytes_text(sizes.state_bytes)}, SQLite beside it"
    else:
        servers = f"{_times(sizes.shards, 'shard')} of {_times(machines.replicas, 'server')}"
        each = f"{machines.cores_per_server} cores and more than {memory} of memory"
        yield f"store          ClickHouse, {servers}, each {each}"
        yield f"state          PostgreSQL, {bytes_text(sizes.state_bytes)}"
    yield f"disk           {_disk(plan)}"
    for limit in plan.broken:
        yield f"DOES NOT HOLD  {limit.what}: {limit.breaks_at:,} agents are too many"


def _disk(plan: Plan) -> str:
    if plan.disk_bytes is None:
        return "grows for ever"
    free = float(1 - DISK_SHARE.value)
    price = "" if plan.usd_per_month is None else f"; {plan.usd_per_month:,} USD a month"
    return f"{bytes_text(plan.disk_bytes)} in all, {free:.0%} of it free{price}"


def _times(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _limits(plan: Plan) -> Iterator[str]:
    rows = [("too many agents", *(step.setup for step in plan.steps))]
    names = dict.fromkeys(limit.what for step in plan.steps for limit in step.limits)
    for name in names:
        rows.append((name, *(_cell(step, name) for step in plan.steps)))
    yield from _table(rows)
    yield ""
    for what in dict.fromkeys(step.first.what for step in plan.steps):
        advice, section = NEXT[what]
        where = ", ".join(step.setup for step in plan.steps if step.first.what == what)
        yield f"* {where}: {what} breaks first."
        yield f"  Next: {advice}; docs/scaling.md#{section}"


def _cell(step: Step, name: str) -> str:
    for limit in step.limits:
        if limit.what == name:
            mark = "*" if limit is step.first else ""
            return mark + ("none" if limit.breaks_at is None else f"{limit.breaks_at:,}")
    return "-"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns two spaces apart; all but the first to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return ["  ".join(line) for line in lines]


def bytes_text(held: Fraction) -> str:
    """Bytes with three digits and a unit, a thousand to the next."""
    size = float(held)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5:
            return f"{size:.3g} {unit}"
        size /= 1_000
    return f"{size:,.0f} PB"


def count_text(number: Fraction) -> str:
    """A number with its thousands apart; below ten with three digits."""
    return f"{float(number):,.0f}" if number >= 10 else f"{float(number):.3g}"


# --- as JSON ----------------------------------------------------------------------------------------------------------


def as_json(plan: Plan) -> dict[str, Any]:
    """The same for programs: bytes, seconds, and numbers of agents."""
    fleet, sizes = plan.fleet, plan.sizes
    return {
        "spans_per_s": float(spans_per_s(fleet)),
        "spans_per_day": float(spans_per_s(fleet) * DAY_S),
        "events_per_s": float(events_per_s(fleet)),
        "state_writes_per_s": float(state_writes_per_s(fleet)),
        "alert_round_s": float(round_s(fleet)),
        "bytes_per_span": float(SPAN_BYTES.value),
        "kept": [_class(each) for each in sizes.kept],
        "setup": sizes.setup,
        "hubs": sizes.hubs,
        "shards": sizes.shards,
        "replicas": plan.machines.replicas,
        "hub_memory_bytes": int(HUB_MEMORY.value),
        "store_bytes": _float(sizes.store_bytes),
        "state_bytes": float(sizes.state_bytes),
        "disk_bytes": _float(plan.disk_bytes),
        "usd_per_month": None if plan.usd_per_month is None else str(plan.usd_per_month),
        "does_not_hold": [each.what for each in plan.broken],
        "limits": [
            {"setup": step.setup, "what": each.what, "breaks_at_agents": each.breaks_at}
            for step in plan.steps
            for each in step.limits
        ],
    }


def _class(kept: Kept) -> dict[str, Any]:
    a_day = float(kept.bytes_per_day)
    return {"class": kept.name, "bytes_per_day": a_day, "days": kept.days, "bytes": _float(kept.bytes)}


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
