"""What the hub knows beside spans, as rules ask for it."""

from __future__ import annotations

from typing import Any

from fleaglass.alerts.judge.facts import Death, Facts, InFlight, Issue, Schedule
from fleaglass.alerts.rules.model import InFlightAtDeath, MissedSchedule, NewIssue, SessionCrash
from fleaglass.hub.alerting.facts import gather
from fleaglass.hub.state import State
from fleaglass.hub.state.schema import issues, monitors, releases, sessions
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, trace_id, traces
from tests.unit.hub.alerting.story import an_issue

SECOND = 1_000_000_000
RULES = [SessionCrash(name="c"), MissedSchedule(name="m"), NewIssue(name="i"), InFlightAtDeath(name="f")]


def session(state: State, sid: int, status: str, started: int, seen: int, user: str = "a") -> None:
    values = {
        "project": 1,
        "sid": f"{sid:032x}",
        "release": "a@1",
        "environment": "production",
        "user": user,
        "status": status,
        "inferred": False,
        "errors": 0,
        "started_ns": T0 + started * SECOND,
        "seen_ns": T0 + seen * SECOND,
    }
    with state.write() as connection:
        connection.execute(sessions.sessions.insert().values(values))


def span(engine: Engine, *spans: dict[str, Any], agent: str = "a") -> None:
    engine.insert("traces", traces(*spans, resource={"pf.agent_id": agent}).SerializeToString())


async def test_a_session_that_broke_is_a_death_until_the_agent_begins_another(
    engine: Engine, store: Store, state: State
) -> None:
    span(engine, {})
    session(state, 1, "exited", -90, -50)
    session(state, 2, "crashed", -40, -10)
    facts, ended = await gather(store, state, RULES, T0)
    assert (facts.deaths, ended) == ([Death("a", "production", "a@1", T0 - 10 * SECOND, True, f"{2:032x}")], {})
    session(state, 3, "ok", -5, -5)
    facts, ended = await gather(store, state, RULES, T0)
    assert (facts.deaths, ended) == ([Death("a", "production", "a@1", T0 - 10 * SECOND, False, f"{2:032x}")], {})


async def test_an_agent_ended_as_it_should_once_its_latest_session_did(store: Store, state: State) -> None:
    session(state, 1, "crashed", -90, -50)
    session(state, 2, "exited", -40, -10)
    _, ended = await gather(store, state, RULES, T0)
    assert ended == {"a": T0 - 10 * SECOND}


async def test_a_browsers_session_that_crashed_is_no_agents_death(engine: Engine, store: Store, state: State) -> None:
    span(engine, {}, agent="another")
    session(state, 1, "crashed", -40, -10, user="visitor")
    assert (await gather(store, state, RULES, T0))[0].deaths == []


async def test_what_was_sent_without_an_answer_is_in_flight_of_agents_that_died(
    engine: Engine, store: Store, state: State
) -> None:
    lost = {"name": "pf.trade.execute", "attributes": {"pf.order.state": "unknown"}}
    held = {"name": "pf.trade.execute", "attributes": {"pf.order.state": "open", "pf.order_id": "o1"}, "trace": 2}
    span(engine, lost, held)
    span(engine, {**lost, "trace": 3}, agent="b")
    session(state, 1, "abnormal", -40, -10)
    facts, _ = await gather(store, state, RULES, T0)
    assert facts.in_flight == [InFlight("a", T0, trace_id(1).hex())]


async def test_schedules_are_known_unless_they_are_muted_or_off(store: Store, state: State) -> None:
    with state.write() as connection:
        for number, (slug, muted, enabled) in enumerate([("daily", 0, 1), ("quiet", 1, 1), ("off", 0, 0)], start=1):
            values = {"id": number, "project": 1, "slug": slug, "name": slug, "added_ns": 0}
            connection.execute(monitors.monitors.insert().values(**values, muted=bool(muted), enabled=bool(enabled)))
            lane = {"monitor": number, "environment": "production", "status": "error", "muted": False, "changed_ns": 0}
            connection.execute(monitors.monitor_environments.insert().values(lane))
    facts, _ = await gather(store, state, RULES, T0)
    assert facts.schedules == [Schedule("daily", "production", "error")]


async def test_a_new_issue_comes_with_the_moment_of_its_release(store: Store, state: State) -> None:
    with state.write() as connection:
        for number, version in enumerate(("a@1", "a@2"), start=1):
            connection.execute(releases.releases.insert().values(id=number, version=version, status="open", added_ns=5))
        for finished in (-600, -60, 60):
            values = {"release": 1, "environment": "production", "finished_ns": T0 + finished * SECOND}
            connection.execute(releases.deploys.insert().values(values))
        for number, (release, status, seen) in enumerate(
            [
                ("a@1", "unresolved", -5),
                ("a@2", "unresolved", -4),
                ("a@1", "resolved", -3),
                ("a@1", "unresolved", -900),
            ],
            start=1,
        ):
            told = {"first_release": release, "status": status}
            connection.execute(issues.issues.insert().values(an_issue(number, T0 + seen * SECOND, **told)))
    facts, _ = await gather(store, state, RULES, T0)
    assert facts.issues == [
        Issue(1, "boom", "error", "a@1", T0 - 5 * SECOND, T0 - 60 * SECOND),
        Issue(2, "boom", "error", "a@2", T0 - 4 * SECOND, 5),
    ]


async def test_a_release_that_breaks_everywhere_is_known_by_its_first_hundred(store: Store, state: State) -> None:
    with state.write() as connection:
        for number, version in enumerate(("a@1", "a@2"), start=1):
            connection.execute(releases.releases.insert().values(id=number, version=version, status="open", added_ns=5))
        for number in range(1, 251):
            told = {"first_release": f"a@{1 + (number == 250)}", "status": "unresolved"}
            connection.execute(issues.issues.insert().values(an_issue(number, T0 - SECOND, **told)))
    facts, _ = await gather(store, state, RULES, T0)
    assert [issue.id for issue in facts.issues] == [*range(1, 101), 250]


async def test_nothing_is_asked_that_no_rule_asks_for(store: Store, state: State) -> None:
    session(state, 1, "exited", -40, -10)
    assert await gather(store, state, [], T0) == (Facts(), {})
