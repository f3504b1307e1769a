"""What came of a demo: the agents' own record of their spans against what fresh processes find in the store."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import click
import msgspec

from fleaglass.cli._demo.ledgers import unresolved_intents

__all__ = ["Counted", "Facts", "Report", "Unreadable", "compare", "make_report", "recorded_ids", "set_aside"]

_NAMED: Final = 20
_READ_TIMEOUT_S: Final = 120


class Facts(msgspec.Struct, frozen=True):
    """Counts over all spans of a store (count.py makes them).

    An order is a `pf.trade.execute` or a `pf.trade.close`; `errors` are spans with the status ERROR, as in the API.
    """

    cycles: int
    traces: int
    orders_filled: int
    orders_unknown: int
    escrows_released: int
    cross_agent_traces: int
    errors: int


class Counted(msgspec.Struct, frozen=True):
    """What count.py prints: counts, and `trace_id span_id` of the spans that ended only because their process died."""

    facts: Facts
    interrupted: list[str]


class Report(msgspec.Struct, frozen=True):
    """The last line of `fleaglass demo --json`.

    `spans_interrupted` are those that an agent had open when it was killed. No agent ended them, so they are in neither
    of the two numbers before.
    """

    cycles: int
    spans_recorded: int
    spans_stored: int
    spans_interrupted: int
    traces: int
    orders_filled: int
    orders_unknown: int
    escrows_released: int
    cross_agent_traces: int
    errors: int
    intents_unresolved: int
    ui: str


class Unreadable(Exception):
    """The store or a ledger could not be read; the text is what the one who read it said."""


async def make_report(
    data: Path, span_logs: Iterable[Path], home: Path, ui: str, env: Mapping[str, str]
) -> tuple[Report, str]:
    """The report, and in words what is wrong with the store (empty when nothing is). Raises Unreadable.

    `span_logs` are the files that the agents' recorder wrote, and `home` has their ledgers; the hub on `data` must have
    stopped.
    """
    recorded = recorded_ids(span_logs)
    stored = (await _read("-m", "fleaglass.cli", "store", "--spans", "--data", str(data), env=env)).splitlines()
    counted = msgspec.json.decode(await _read("-m", "fleaglass.cli._demo.count", str(data), env=env), type=Counted)
    whole = set_aside(stored, counted.interrupted, recorded)
    try:
        unresolved = unresolved_intents(home)
    except click.UsageError as error:
        raise Unreadable(error.message) from None
    report = Report(
        spans_recorded=len(recorded),
        spans_stored=len(whole),
        spans_interrupted=len(stored) - len(whole),
        intents_unresolved=unresolved,
        ui=ui,
        **msgspec.structs.asdict(counted.facts),
    )
    return report, compare(recorded, whole)


def recorded_ids(span_logs: Iterable[Path]) -> list[str]:
    """`trace_id span_id` of every span that the agents ended, one a line in their files."""
    lines = (line for log in span_logs if log.exists() for line in log.read_text().splitlines())
    return [" ".join(line.split(" ", 2)[:2]) for line in lines]


def set_aside(stored: Iterable[str], interrupted: Iterable[str], recorded: Iterable[str]) -> list[str]:
    """What is stored, without those interrupted spans that no agent could write down: it was dead when they ended."""
    aside = set(interrupted).difference(recorded)
    return [span for span in stored if span not in aside]


def compare(recorded: Iterable[str], stored: Iterable[str]) -> str:
    """What is not the same in both, span by span; empty when every span is there exactly once."""
    left, right = Counter(recorded), Counter(stored)
    found = {
        "recorded by the agents but not in the store": left - right,
        "in the store but not recorded by the agents, or there twice": right - left,
    }
    return "\n".join(_named(what, sorted(spans.elements())) for what, spans in found.items() if spans)


def _named(what: str, spans: list[str]) -> str:
    more = [f"  and {len(spans) - _NAMED} more"] if len(spans) > _NAMED else []
    return "\n".join([f"spans {what} ({len(spans)}):", *(f"  {one}" for one in spans[:_NAMED]), *more])


async def _read(*arguments: str, env: Mapping[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=PIPE, stderr=PIPE, env=dict(env), process_group=0
    )
    try:
        async with asyncio.timeout(_READ_TIMEOUT_S):
            said, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unreadable(complaint.decode(errors="replace").strip())
    return said.decode()
