"""GET /releases/compare: one release held against another, each figure with the sample that it is taken of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import Connection

from fleaglass.hub.api.release_detail import the_release
from fleaglass.hub.api.release_figures import Figures, Pair, figures, pairs
from fleaglass.hub.api.release_issues import new_issues
from fleaglass.hub.api.release_listing import NO_SESSIONS, health_of_releases
from fleaglass.hub.api.release_parameters import Span
from fleaglass.hub.api.release_shapes import (
    Better,
    ComparedOperation,
    Comparison,
    Measure,
    MeasureName,
    Operation,
    ReleaseIssue,
    Side,
    Unit,
)
from fleaglass.hub.api.release_verdicts import Sample, mean, rate, share, verdict
from fleaglass.hub.api.session_shapes import Health
from fleaglass.hub.releases.records import Release
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["compare_releases"]

_LEAST_SPANS: Final = 100
_MORE_THAN: Final = 0.1
"""A p95 that is off by less than a tenth is alike, however sure: no strategy minds."""


class _Way(NamedTuple):
    """How a figure is told: its unit, the way it should go, and of how many it has to be for a verdict."""

    unit: Unit
    better: Better
    least: int


_WAYS: Final[Mapping[MeasureName, _Way]] = {
    "errors_per_hour": _Way("per_hour", "lower", 6),
    "errors_per_1000_cycles": _Way("per_1000_cycles", "lower", 100),
    "net_per_cycle_usd": _Way("usd", "higher", 100),
    "slippage_mean_bps": _Way("bps", "lower", 30),
    "crash_free_sessions_percent": _Way("percent", "higher", 30),
}


class _Known(NamedTuple):
    """One side."""

    release: Release
    told: Figures
    health: Health


async def compare_releases(
    store: Store, state: State, versions: tuple[str, str], span: Span, now_ns: int
) -> Comparison:
    """The answer. Raises Problem, EngineError, StateError."""

    def look(connection: Connection) -> tuple[list[tuple[Release, Health]], list[ReleaseIssue]]:
        healths = health_of_releases(connection, span, now_ns)
        both = [the_release(connection, version) for version in versions]
        healthy = [healths[each.version]["totals"] if each.version in healths else NO_SESSIONS for each in both]
        return list(zip(both, healthy, strict=True)), new_issues(connection, both[1].version)

    kept, issues = await state.reading(look)
    names = [release.version for release, _ in kept]
    told, spans = await asyncio.gather(figures(store, names, span), pairs(store, names[0], names[1], span))
    a, b = (_Known(release, told[release.version], healthy) for release, healthy in kept)
    return {
        "from_ns": str(span.time.from_ns),
        "to_ns": str(span.time.to_ns),
        "a": _side(a),
        "b": _side(b),
        "measures": _measures(a, b),
        "operations": [_operation(pair) for pair in spans],
        "new_issues": issues,
    }


def _side(known: _Known) -> Side:
    return {
        "version": known.release.version,
        "active_hours": len(known.told.hours),
        "events": known.told.events,
        "health": known.health,
        "money": known.told.money,
        "new_issues": known.release.new_issues,
    }


def _measures(a: _Known, b: _Known) -> list[Measure]:
    samples_a, samples_b, shown_a, shown_b = _samples(a), _samples(b), _shown(a), _shown(b)
    return [
        {
            "name": name,
            "unit": way.unit,
            "better": way.better,
            "a": shown_a[name],
            "b": shown_b[name],
            "a_sample": _size(samples_a[name]),
            "b_sample": _size(samples_b[name]),
            "verdict": verdict(samples_a[name], samples_b[name], way.better, way.least),
        }
        for name, way in _WAYS.items()
    ]


def _samples(known: _Known) -> dict[MeasureName, Sample | None]:
    """What verdicts are made of."""
    told, money, sessions = known.told, known.told.money, known.health["sessions"]
    hours, cycles = len(told.hours), money["cycles"]
    return {
        "errors_per_hour": rate(told.events, hours, hours),
        "errors_per_1000_cycles": rate(told.events, cycles / 1000, cycles),
        "net_per_cycle_usd": mean(float(money["net_usd"]), told.net_squares, cycles),
        "slippage_mean_bps": mean(told.slippage_sum, told.slippage_squares, money["slipped"]),
        "crash_free_sessions_percent": share(sessions - known.health["crashed"], sessions),
    }


def _shown(known: _Known) -> dict[MeasureName, float | None]:
    """What people read."""
    told, money = known.told, known.told.money
    hours, cycles = len(told.hours), money["cycles"]
    return {
        "errors_per_hour": round(told.events / hours, 6) if hours else None,
        "errors_per_1000_cycles": round(told.events * 1000 / cycles, 6) if cycles else None,
        "net_per_cycle_usd": round(float(Decimal(money["net_usd"]) / cycles), 8) if cycles else None,
        "slippage_mean_bps": money["slippage_mean_bps"],
        "crash_free_sessions_percent": known.health["crash_free_sessions_percent"],
    }


def _size(sample: Sample | None) -> int:
    return 0 if sample is None else sample.size


def _operation(pair: Pair) -> ComparedOperation:
    """The p95s are held against each other by how many of each side took longer than 95 % of the first."""
    said = verdict(_slow(pair.a, pair.beyond_a), _slow(pair.b, pair.beyond_b), "lower", _LEAST_SPANS)
    if said in ("better", "worse") and pair.a is not None and pair.b is not None:
        off = abs(pair.b["p95_ns"] - pair.a["p95_ns"])
        said = said if off > _MORE_THAN * pair.a["p95_ns"] else "alike"
    return {"name": pair.name, "a": pair.a, "b": pair.b, "verdict": said}


def _slow(told: Operation | None, beyond: int) -> Sample | None:
    return None if told is None else share(beyond, told["count"])
