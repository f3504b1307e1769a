"""What the hub answers when a rule is tried on its history, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

__all__ = ["Answer", "Episode", "told", "utc"]

_SECOND_NS: Final = 1_000_000_000
_UNITS_S: Final = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_HEAD: Final = ("fired (UTC)", "lasted", "worst", "group", "trace")
_CRITICAL: Final = "critical since"
_JUDGED: Final = {
    "spans": "by {rows:,} stored spans, every {step_s} s",
    "earnings": "by {rows:,} amounts earned, every {step_s} s",
    "incidents": "these are the incidents that it had: what such a rule is judged by is not kept",
}


class Episode(msgspec.Struct):
    """What would have been an incident. Unix nanoseconds."""

    group: dict[str, str]
    fired_ns: str
    resolved_ns: str | None
    worst: float | None
    trace_ids: list[str]
    escalated_ns: str | None = None


class Answer(msgspec.Struct):
    """When a rule would have fired."""

    rule: str
    words: str
    unit: str
    judged_by: str
    from_ns: str
    until_ns: str
    stopped: str | None
    step_s: int
    rows: int
    took_s: float
    count: int
    episodes: list[Episode]
    messages: int


def told(answer: Answer) -> Iterator[str]:
    """What it comes to, a table of the episodes, and how that was found."""
    yield f"{answer.rule}: {answer.words}"
    times = f"{answer.count} time{'' if answer.count == 1 else 's'}" if answer.count else "never"
    messages = f", {answer.messages} message{'' if answer.messages == 1 else 's'}" if answer.count else ""
    yield f"would have fired {times}{messages}, from {utc(answer.from_ns)} to {utc(answer.until_ns)} UTC"
    if answer.episodes:
        yield ""
        yield from _table(_rows(answer))
        yield ""
    if answer.count > len(answer.episodes):
        yield f"the latest {len(answer.episodes)} are shown"
    how = _JUDGED[answer.judged_by].format(rows=answer.rows, step_s=answer.step_s)
    yield f"judged {how}, in {answer.took_s:.1f} s" if answer.step_s else how


def utc(ns: str) -> str:
    """Unix nanoseconds as a time of day."""
    return datetime.fromtimestamp(int(ns) // _SECOND_NS, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _rows(answer: Answer) -> list[tuple[str, ...]]:
    """The head and a row for each episode; when it became critical only where one did."""
    rows = [_HEAD, *(_cells(each, answer) for each in answer.episodes)]
    if not any(each.escalated_ns for each in answer.episodes):
        return rows
    critical = [_CRITICAL, *(utc(each.escalated_ns) if each.escalated_ns else "-" for each in answer.episodes)]
    return [(row[0], when, *row[1:]) for row, when in zip(rows, critical, strict=True)]


def _cells(episode: Episode, answer: Answer) -> tuple[str, ...]:
    group = " ".join(value for value in episode.group.values() if value)
    trace = episode.trace_ids[0] if episode.trace_ids else "-"
    return utc(episode.fired_ns), _lasted(episode), _value(episode.worst, answer.unit), group or "-", trace


def _lasted(episode: Episode) -> str:
    if episode.resolved_ns is None:
        return "still open"
    seconds = (int(episode.resolved_ns) - int(episode.fired_ns)) // _SECOND_NS
    name, size = next(((name, size) for name, size in _UNITS_S if seconds >= 2 * size), _UNITS_S[-1])
    return f"{seconds // size} {name}"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    match unit:
        case "ratio":
            return f"{value:.1%}"
        case "usd":
            return f"{'-' if value < 0 else ''}${abs(value):,.2f}"
        case "times":
            return f"{value:.1f} times"
        case "count":
            return f"{value:,.0f}"
    return f"{value:,.0f} {unit}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
