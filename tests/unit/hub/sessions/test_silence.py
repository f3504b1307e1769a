"""An agent that is killed or hangs says nothing, and that is noticed; nobody else is blamed for being silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from fleaglass.hub.monitors.check_in import CheckIn
from fleaglass.hub.monitors.keeper import take_check_in
from fleaglass.hub.sessions.keeper import take_session
from fleaglass.hub.sessions.silence import tick
from fleaglass.hub.sessions.tables import sessions
from fleaglass.hub.sessions.update import SessionUpdate
from fleaglass.hub.state import State
from fleaglass.monitor_slugs import liveness_slug

T = 1_780_000_020_000_000_000
MINUTE_NS = 60_000_000_000
AGENT = "Vol Arb 1"


class Hub:
    """A hub that ticks every minute from T on; minutes are counted from there."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._minute = -1
        self.until(0)

    def until(self, minute: int, spans: Mapping[tuple[str, str], int] | None = None) -> Hub:
        """`spans`: the minute of the newest span of each agent and environment."""
        heard = {who: T + at * MINUTE_NS for who, at in (spans or {}).items()}
        for each in range(self._minute + 1, minute + 1):
            with self._state.write() as connection:
                tick(connection, T + each * MINUTE_NS, heard)
        self._minute = minute
        return self

    def down_until(self, minute: int) -> Hub:
        self._minute = minute - 1
        return self

    def session(self, sid: str = "a", at: int = 0, **told: Any) -> Hub:
        told = {"started_ns": T, "timestamp_ns": T + at * MINUTE_NS, "status": "ok", "did": AGENT, **told}
        with self._state.write() as connection:
            take_session(connection, 1, SessionUpdate(sid=sid, init=at == 0, release="a@1", **told), T + at * MINUTE_NS)
        return self

    def heartbeat(self, at: int, environment: str = "production", status: Any = "ok") -> Hub:
        check_in = CheckIn(
            check_in_id=f"{at:032}",
            slug=liveness_slug(AGENT),
            status=status,
            environment=environment,
        )
        with self._state.write() as connection:
            take_check_in(connection, 1, check_in, T + at * MINUTE_NS)
        return self

    def status(self, sid: str = "a") -> tuple[str, bool]:
        with self._state.read() as connection:
            row = connection.execute(select(sessions).where(sessions.c.sid == sid)).one()
            return row.status, row.inferred


DEAD, ALIVE = ("abnormal", True), ("ok", False)


@pytest.fixture
def hub(state: State) -> Hub:
    return Hub(state)


def test_a_killed_agent_is_abnormal_when_it_was_silent_for_more_than_ten_minutes(hub: Hub) -> None:
    hub.session().heartbeat(1).until(11)
    assert hub.status() == ALIVE
    assert hub.until(12).status() == DEAD


@pytest.mark.parametrize("sign", ["heartbeat", "stalled heartbeat", "span", "update"])
def test_any_sign_of_life_is_one(hub: Hub, sign: str) -> None:
    hub.session().heartbeat(0)
    if sign == "update":
        hub.session(at=5)
    elif sign != "span":
        hub.heartbeat(5, status="ok" if sign == "heartbeat" else "error")
    spans = {(AGENT, "production"): 5} if sign == "span" else {}
    assert hub.until(15, spans).status() == ALIVE
    assert hub.until(16, spans).status() == DEAD


def test_the_same_agent_elsewhere_is_another(hub: Hub) -> None:
    hub.session().heartbeat(0).heartbeat(12, "staging").until(12, {(AGENT, "staging"): 12})
    assert hub.status() == DEAD


@pytest.mark.parametrize("environment", ["", "production"])
def test_an_agent_that_names_no_environment_is_in_production(hub: Hub, environment: str) -> None:
    hub.session(environment=environment).until(15, {(AGENT, ""): 5})
    assert hub.status() == ALIVE
    assert hub.until(16, {(AGENT, ""): 5}).status() == DEAD


@pytest.mark.parametrize("user", ["", "alice@example.com"])
def test_who_is_no_agent_may_be_silent(hub: Hub, user: str) -> None:
    assert hub.session(did=user).until(60, {(AGENT, "production"): 60}).status() == ALIVE


def test_nobody_is_judged_by_what_was_said_while_the_hub_was_down(hub: Hub) -> None:
    hub.session().heartbeat(0).until(3).down_until(500).until(510)
    assert hub.status() == ALIVE
    assert hub.until(511).status() == DEAD


def test_an_agent_that_was_only_cut_off_is_well_again_when_it_is_heard(hub: Hub) -> None:
    hub.session().heartbeat(0).until(20)
    assert hub.status() == DEAD
    assert hub.heartbeat(21).until(21).status() == ALIVE


def test_a_killed_run_stays_dead_when_the_agent_is_started_again(hub: Hub) -> None:
    hub.session().heartbeat(0).until(20).session("b", at=21, started_ns=T + 21 * MINUTE_NS).heartbeat(21).until(22)
    assert (hub.status("a"), hub.status("b")) == (DEAD, ALIVE)


def test_a_run_that_was_killed_and_soon_started_again_is_noticed_all_the_same(hub: Hub) -> None:
    hub.session().heartbeat(0).session("b", at=2, started_ns=T + 2 * MINUTE_NS)
    for minute in range(2, 15):
        hub.heartbeat(minute).until(minute)
    assert (hub.status("a"), hub.status("b")) == (DEAD, ALIVE)


def test_what_the_agent_says_after_all_is_the_last_word(hub: Hub) -> None:
    hub.session().heartbeat(0).until(20).session(at=25, status="exited").until(60)
    assert hub.status() == ("exited", False)
