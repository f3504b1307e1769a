"""POST /alerts/rules/{name}/replay: which rule over which time, and when it would have fired."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import Connection, select

from fleaglass.alerts.judge.plan import group_by
from fleaglass.alerts.judge.replay import Episode
from fleaglass.alerts.judge.words import threshold, unit
from fleaglass.alerts.rules.model import Drawdown, Rule, RuleBook
from fleaglass.alerts.rules.parse import parse
from fleaglass.alerts.rules.problem import RulesError
from fleaglass.hub.alerting.labels import kind_of
from fleaglass.hub.alerting.notify.forecast import messages
from fleaglass.hub.alerting.replayed import Limits, Replayable, Replayed, replayed
from fleaglass.hub.alerting.tables import incidents
from fleaglass.hub.api.alerting.bodies import Replay
from fleaglass.hub.api.alerting.rule_named import known_rule, rule_named
from fleaglass.hub.api.alerting.rule_words import rule_words
from fleaglass.hub.api.alerting.trial_shapes import EpisodeAnswer, JudgedBy, ReplayAnswer
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.times import SECOND_NS, TimeRange, parse_range
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["try_rule"]

_DAY_NS: Final = 86_400 * SECOND_NS
_USUAL_NS: Final = 7 * _DAY_NS
_MOST_NS: Final = 90 * _DAY_NS
_SHOWN: Final = 500


async def try_rule(
    store: Store,
    state: State,
    in_force: RuleBook,
    name: str,
    asked: Replay,
    now_ns: int,
    limits: Limits,
) -> ReplayAnswer:
    """The answer. Raises Problem, EngineError and StateError."""
    book = in_force if asked.rule is UNSET else _book(asked.rule)
    rule, span = known_rule(book, name), _span(asked, now_ns)
    judged_by: JudgedBy = "spans"
    if isinstance(rule, Replayable):
        judged_by = "earnings" if isinstance(rule, Drawdown) else "spans"
        found = await replayed(store, state, rule, span, limits)
    elif rule == rule_named(in_force, name):
        judged_by = "incidents"
        found = await _as_it_was(state, rule, span)
    else:
        raise _cannot_be_replayed(rule)
    told = await asyncio.to_thread(messages, book, rule, found.episodes, found.until_ns)
    return {
        "rule": rule.name,
        "words": rule_words(rule),
        "unit": unit(rule),
        "threshold": threshold(rule),
        "judged_by": judged_by,
        "from_ns": str(found.from_ns),
        "to_ns": str(span.to_ns),
        "until_ns": str(found.until_ns),
        "stopped": found.stopped,
        "step_s": found.step_ns // SECOND_NS,
        "rows": found.rows,
        "took_s": round(found.took_s, 3),
        "count": len(found.episodes),
        "episodes": [_answer(each) for each in found.episodes[-_SHOWN:]],
        "messages": told,
    }


def _book(text: str) -> RuleBook:
    try:
        return parse(text)
    except RulesError as error:
        hint = "`fleaglass alerts check` says the same, and is quicker."
        raise Problem(400, "bad_rules", str(error), hint) from None


def _span(asked: Replay, now_ns: int) -> TimeRange:
    if asked.since is not UNSET and (asked.from_ is not UNSET or asked.to is not UNSET):
        raise Problem(400, "bad_body", "since comes without from and to", "Say since, or from and to.")
    said = {"range": asked.since, "from": asked.from_, "to": asked.to}
    range_ = parse_range({key: [value] for key, value in said.items() if value is not UNSET}, now_ns)
    to_ns = min(range_.to_ns, now_ns)
    begins = asked.since is not UNSET or asked.from_ is not UNSET
    span = TimeRange(range_.from_ns if begins else max(0, to_ns - _USUAL_NS), to_ns)
    if span.from_ns >= span.to_ns:
        raise Problem(400, "bad_body", "the time is still to come", "Ask for what has been.")
    if span.to_ns - span.from_ns > _MOST_NS:
        raise Problem(400, "bad_body", "the time is longer than 90 days", "Ask for less, such as 7d.")
    return span


async def _as_it_was(state: State, rule: Rule, span: TimeRange) -> Replayed:
    """The incidents that the rule really had."""
    episodes = await state.reading(lambda connection: _incidents(connection, rule, span))
    return Replayed(episodes, span.from_ns, span.to_ns, 0, 0, 0.0, None)


def _incidents(connection: Connection, rule: Rule, span: TimeRange) -> list[Episode]:
    at = incidents.c
    query = (
        select(incidents)
        .where(at.rule == rule.name, at.kind == kind_of(rule), at.fired_ns >= span.from_ns, at.fired_ns <= span.to_ns)
        .order_by(at.fired_ns, at.id)
    )
    return [_episode(rule, row) for row in connection.execute(query)]


def _episode(rule: Rule, row: Any) -> Episode:
    group = tuple((label, row.labels.get(label, "")) for label in sorted(group_by(rule)))
    traces = tuple(row.evidence.get("traces", ()))
    return Episode(group, row.began_ns, row.fired_ns, row.resolved_ns, row.summary, traces, row.worst, row.escalated_ns)


def _cannot_be_replayed(rule: Rule) -> Problem:
    what = f"a rule of kind {kind_of(rule)} cannot be tried before it is in force"
    why = "it is judged by sessions, schedules and issues, of which the hub keeps how they are, not how they were"
    hint = "Once it is in force, its incidents are shown here. A test message can be sent at any time."
    return Problem(422, "cannot_be_replayed", f"{what}: {why}", hint)


def _answer(episode: Episode) -> EpisodeAnswer:
    return {
        "group": dict(episode.group),
        "began_ns": str(episode.began_ns),
        "fired_ns": str(episode.fired_ns),
        "escalated_ns": None if episode.escalated_ns is None else str(episode.escalated_ns),
        "resolved_ns": None if episode.resolved_ns is None else str(episode.resolved_ns),
        "worst": None if episode.worst is None else float(episode.worst),
        "summary": episode.says,
        "trace_ids": list(episode.trace_ids),
    }
