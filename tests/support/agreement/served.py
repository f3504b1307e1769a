"""What the shipper serves of a history, scraped at each step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from fleaglass.alerts.judge.row import Row
from fleaglass.journal.records import Opened
from fleaglass.shipper.metrics import Totals, metrics_of
from fleaglass.shipper.metrics.exposition import exposition
from tests.support.agreement.history import AGENT, ENVIRONMENT, STEP_NS
from tests.unit.shipper.metrics.spans import T0, span, totals_of

__all__ = ["SAMPLE", "series"]

SAMPLE: Final = re.compile(r"^(\w+\{.*\}) (\S+)(?: #.*)?$", re.MULTILINE)
"""A line of what is served: the series, and its value."""


def series(rows: Sequence[Row], steps: int) -> Mapping[str, list[str]]:
    """Of each series the value at each step, `_` before its first."""
    found: dict[str, list[str]] = {}
    scraped = dict(_scrapes(rows))
    for step in range(steps):
        # What no span has ended since the last scrape is served as it was.
        for values in found.values():
            values.append(values[-1])
        for name, value in scraped.get(step, ()):
            found.setdefault(name, [*["_"] * step, value])[-1] = value
    return found


def _scrapes(rows: Sequence[Row]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Every sample, at each step by which a span has ended."""
    totals, opened = Totals(), Opened(AGENT, {}, T0, "0.1.0", {"pf.environment": ENVIRONMENT})
    for step, ended in groupby(rows, lambda row: -(-row.end_ns // STEP_NS)):
        totals = totals_of(*map(_recorded, ended), before=totals)
        metrics = list(metrics_of(totals, started_ns=T0, now_ns=T0))
        yield step, SAMPLE.findall(exposition([(opened, "j", metrics)]).decode())


def _recorded(row: Row) -> Any:
    failed = {"error.type": row.error_type} if row.failed else {}
    return span(row.name, {**row.attributes, **failed}, ms=row.duration_ns / 1e6, status=2 if row.failed else 0)
