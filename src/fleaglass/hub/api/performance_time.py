"""GET /performance/time: where the time of decisions went, by agent and release, with the slowest of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleaglass.hub.api.performance_facts import CYCLES, DECISIONS, about_asset, spans_of
from fleaglass.hub.api.performance_parameters import PerformanceQuery
from fleaglass.hub.api.performance_shapes import SlowCycle, Stage, TimeGroup, TimeShares
from fleaglass.hub.api.performance_stages import STAGES, cycles_and_stages
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.store import Row, Store

__all__ = ["time_shares"]

TOTAL: Final = -1
OTHERS: Final = 0
EXAMPLES: Final = 3

_PLACES: Final = range(1, len(STAGES) + 1)
_OF_STAGE: Final = ", ".join(
    f"(sum(spent[{place}]), countIf(spent[{place}] > 0),"
    f" quantilesExactIf(0.5, 0.95)(spent[{place}], spent[{place}] > 0))"
    for place in _PLACES
)


async def time_shares(store: Store, query: PerformanceQuery) -> TimeShares:
    """The answer. Raises EngineError."""
    bind = Bindings()
    wanted = [*spans_of(query, bind), DECISIONS, *about_asset(query, bind)]
    cycles = cycles_and_stages(wanted, spans_of(query, bind, wide=True), CYCLES)
    # Ranked within the query: the cycles are read once for everything.
    took = "sum(lasted_ns) OVER (PARTITION BY agent, release)"
    rank = "dense_rank() OVER (ORDER BY took DESC, agent, release)"
    ranked = f"SELECT *, {rank} AS rank FROM (SELECT *, {took} AS took FROM ({cycles}))"
    bucket = f"arrayJoin([if(rank > {query.limit}, {OTHERS}, toInt64(rank)), {TOTAL}]) AS bucket"
    sql = (
        "SELECT bucket, any(agent) AS its_agent, any(release) AS its_release, uniqExact(agent, release) AS groups,"
        " count() AS cycles, sum(lasted_ns) AS total_ns, quantilesExact(0.5, 0.95)(lasted_ns) AS quantiles,"
        f" tuple({_OF_STAGE}) AS stages,"
        f" groupArraySorted({EXAMPLES})((-lasted_ns, start_ns, lower(hex(trace_id)), spent)) AS slowest"
        f" FROM (SELECT *, {bucket} FROM ({ranked})) GROUP BY bucket"
    )
    found = {row["bucket"]: row for row in await store.query(sql, bind.values)}
    apart = sorted(bucket for bucket in found if bucket > OTHERS)
    return {
        "from_ns": str(query.time.from_ns),
        "to_ns": str(query.time.to_ns),
        "total": _group(found[TOTAL], apart=False) if found else None,
        "groups": [
            *(_group(found[bucket], apart=True) for bucket in apart),
            *([_group(found[OTHERS], apart=False)] if OTHERS in found else []),
        ],
    }


def _group(row: Row, *, apart: bool) -> TimeGroup:
    return {
        "agent": row["its_agent"] if apart else None,
        "release": (row["its_release"] or None) if apart else None,
        "groups": row["groups"],
        "cycles": row["cycles"],
        "total_ns": row["total_ns"],
        "p50_ns": row["quantiles"][0],
        "p95_ns": row["quantiles"][1],
        "stages": [_stage(place, told, row["total_ns"]) for place, told in enumerate(row["stages"])],
        "slowest": [_slow(*cycle) for cycle in row["slowest"]],
    }


def _stage(place: int, told: tuple[int, int, Sequence[int]], total_ns: int) -> Stage:
    spent_ns, cycles, quantiles = told
    return {
        "stage": STAGES[place],
        "total_ns": spent_ns,
        "share": round(spent_ns / total_ns, 6) if total_ns else 0.0,
        "cycles": cycles,
        "p50_ns": quantiles[0] if cycles else None,
        "p95_ns": quantiles[1] if cycles else None,
    }


def _slow(behind_ns: int, start_ns: int, trace_id: str, spent: Sequence[int]) -> SlowCycle:
    return {
        "trace_id": trace_id,
        "start_ns": str(start_ns),
        "duration_ns": -behind_ns,
        "stages": {stage: spent[place] for place, stage in enumerate(STAGES) if spent[place]},
    }
