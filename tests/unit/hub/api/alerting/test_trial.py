"""A rule is tried before it is trusted: over stored history, and by a test message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fleaglass.hub.alerting.notify.trial import Trial
from fleaglass.hub.alerting.replayed import Limits
from fleaglass.hub.sessions.tables import sessions
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import trace_id, traces
from tests.unit.hub.api.alerting.conftest import Api
from tests.unit.hub.api.alerting.made import MINUTE, NOW, in_force, make_incident

SECOND = 1_000_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FILE = """version = 1
[[rule]]
name = "slow-signal"
kind = "slow_span"
span = "pf.signal.analysis"
above_ms = 2000
[[rule]]
name = "crash"
kind = "session_crash"
"""


def send(engine: Engine, number: int, ago_ns: int, ms: int = 10, **fields: Any) -> None:
    """A span that ended so long ago, in a trace of its own."""
    span = {
        "trace": number,
        "id": number,
        "name": "pf.signal.analysis",
        "start_time_unix_nano": NOW - ago_ns - ms * 1_000_000,
        "end_time_unix_nano": NOW - ago_ns,
        **fields,
    }
    engine.insert("traces", traces(span, resource={"pf.agent_id": "vol-arb"}).SerializeToString())


async def test_history_says_when_a_rule_would_have_fired_how_long_and_how_bad(api: Api, engine: Engine) -> None:
    send(engine, 1, 4 * HOUR, ms=900)
    send(engine, 2, 2 * HOUR, ms=800)
    send(engine, 3, 2 * HOUR - 30 * SECOND, ms=1200)
    send(engine, 4, 20 * SECOND, ms=600)
    answer = await api.post("alerts/rules/slow-signal/replay", {"since": "3h"})
    assert answer.pop("took_s") >= 0
    fired_ns, last_ns = NOW - 2 * HOUR, NOW - 20 * SECOND
    assert answer == {
        "rule": "slow-signal",
        "words": "pf.signal.analysis > 500 ms",
        "unit": "ms",
        "threshold": 500.0,
        "judged_by": "spans",
        "from_ns": str(NOW - 3 * HOUR),
        "to_ns": str(NOW),
        "until_ns": str(NOW),
        "stopped": None,
        "step_s": 5,
        "rows": 3,
        "count": 2,
        "episodes": [
            {
                "group": {"agent": "vol-arb"},
                "began_ns": str(fired_ns),
                "fired_ns": str(fired_ns),
                "escalated_ns": None,
                "resolved_ns": str(fired_ns + (30 + 60 + 5 + 60) * SECOND),
                "worst": 1200.0,
                "summary": "vol-arb: pf.signal.analysis took 800.0 ms, more than 500 ms",
                "trace_ids": [trace_id(2).hex()],
            },
            {
                "group": {"agent": "vol-arb"},
                "began_ns": str(last_ns),
                "fired_ns": str(last_ns),
                "escalated_ns": None,
                "resolved_ns": None,
                "worst": 600.0,
                "summary": "vol-arb: pf.signal.analysis took 600.0 ms, more than 500 ms",
                "trace_ids": [trace_id(4).hex()],
            },
        ],
        "messages": 3,
    }


async def test_a_rule_of_a_file_is_tried_instead_of_the_one_in_force(api: Api, engine: Engine) -> None:
    send(engine, 1, HOUR, ms=900)
    send(engine, 2, 2 * HOUR, ms=2100)
    asked = {"from": str(NOW - 3 * HOUR), "to": str(NOW - HOUR // 2)}
    assert (await api.post("alerts/rules/slow-signal/replay", asked))["count"] == 2
    tried = await api.post("alerts/rules/slow-signal/replay", {**asked, "rule": FILE})
    assert (tried["threshold"], [each["worst"] for each in tried["episodes"]]) == (2000.0, [2100.0])


async def test_when_it_would_have_become_critical_is_told(api: Api, engine: Engine) -> None:
    send(engine, 1, 600 * SECOND, ms=900)
    send(engine, 2, 570 * SECOND, ms=2_000)
    text = FILE.replace("above_ms = 2000", "above_ms = 500\ncritical_above_ms = 1000")
    answer = await api.post("alerts/rules/slow-signal/replay", {"since": "1h", "rule": text})
    assert answer["words"] == "pf.signal.analysis > 500 ms; critical > 1 s"
    fired_ns = NOW - 600 * SECOND
    assert [(each["fired_ns"], each["escalated_ns"]) for each in answer["episodes"]] == [
        (str(fired_ns), str(fired_ns + 30 * SECOND))
    ]


async def test_what_still_counted_at_the_start_is_judged_too(api: Api, engine: Engine) -> None:
    for number in range(1, 4):
        send(engine, number, HOUR + number * SECOND, status=2)
    streak = """version = 1
[[rule]]
name = "in-a-row"
kind = "streak"
of = { status = "error" }
among = { span = ["pf.signal.analysis"] }
length = 3
"""
    (only,) = (await api.post("alerts/rules/in-a-row/replay", {"since": "1h", "rule": streak}))["episodes"]
    assert (only["fired_ns"], only["worst"]) == (str(NOW - HOUR), 3.0)


async def test_a_drawdown_is_tried_over_what_was_earned(api: Api, engine: Engine) -> None:
    for number, usd in ((1, 20.0), (2, -50.0)):
        closed = {"name": "pf.trade.close", "attributes": {"pf.pnl_usd": usd}}
        send(engine, number, 5 * HOUR - number * 600 * SECOND, **closed)
    rule = 'version = 1\n[[rule]]\nname = "drop"\nkind = "drawdown"\nabove_usd = "40"\nwindow = "2h"\n'
    answer = await api.post("alerts/rules/drop/replay", {"since": "1d", "rule": rule})
    assert (answer["judged_by"], answer["rows"], answer["unit"]) == ("earnings", 2, "usd")
    (only,) = answer["episodes"]
    assert (only["worst"], only["trace_ids"]) == (50.0, [trace_id(2).hex()])
    assert int(only["fired_ns"]) - (NOW - 5 * HOUR + 1200 * SECOND) < answer["step_s"] * SECOND


async def test_what_is_judged_by_the_state_is_answered_by_its_real_incidents(api: Api, state: State) -> None:
    crash = {"rule": "crash", "kind": "session_crash", "unit": "s", "evidence": {"traces": ["ab" * 16]}}
    make_incident(state, 1, **crash, status="resolved", resolved_ns=NOW, worst=75.0)
    make_incident(state, 2, **crash | {"kind": "count"})
    make_incident(state, 3, **crash, fired_ns=NOW - 2 * DAY)
    answer = await api.post("alerts/rules/crash/replay", {"since": "1d"})
    assert (answer["judged_by"], answer["step_s"], answer["rows"]) == ("incidents", 0, 0)
    assert [(each["fired_ns"], each["worst"], each["group"]) for each in answer["episodes"]] == [
        (str(NOW - MINUTE), 75.0, {"agent": "vol-arb"})
    ]
    refusal = await api.refused("POST", "alerts/rules/crash/replay", {"rule": FILE})
    assert refusal[:2] == (422, "cannot_be_replayed")
    assert refusal[2].startswith("a rule of kind session_crash cannot be tried before it is in force: it is judged by")


@pytest.mark.parametrize(
    ("limits", "why"), [(Limits(0, 10), "it took longer than 0 s"), (Limits(60, 0), "more than 0 spans were read")]
)
async def test_it_ends_early_and_says_how_far_it_got(
    store: Store, state: State, engine: Engine, limits: Limits, why: str
) -> None:
    send(engine, 1, DAY - 30 * 60 * SECOND, ms=900)
    send(engine, 2, HOUR, ms=900)
    api = Api(store, state, in_force(), limits)
    answer = await api.post("alerts/rules/slow-signal/replay", {"since": "1d"})
    assert answer["stopped"] == why
    assert int(answer["from_ns"]) <= int(answer["until_ns"]) < NOW
    assert answer["count"] <= 1
    await api.close()


async def test_over_more_than_a_week_it_is_judged_more_seldom(api: Api) -> None:
    answer = await api.post("alerts/rules/slow-signal/replay", {"since": "15d"})
    assert (answer["step_s"], answer["until_ns"], answer["stopped"]) == (15, str(NOW), None)


async def test_one_rule_is_tried_at_a_time(api: Api) -> None:
    first = asyncio.create_task(api.post("alerts/rules/slow-signal/replay", {"since": "2d"}))
    await asyncio.sleep(0.05)
    refusal = await api.refused("POST", "alerts/rules/slow-signal/replay", {"since": "1h"})
    assert refusal == (409, "busy", "another rule is being tried")
    assert (await first)["count"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"since": "week"}, 400, "bad_body"),
        ({"since": "1d", "to": str(NOW)}, 400, "bad_body"),
        ({"from": "yesterday"}, 400, "bad_filter"),
        ({"from": str(NOW + 1)}, 400, "bad_body"),
        ({"since": "91d"}, 400, "bad_body"),
        ({"rule": "version = 1\n[[rule]]\nname = 1"}, 400, "bad_rules"),
        ({"rule": "version = 1"}, 404, "unknown_rule"),
        ({"till": "now"}, 400, "bad_body"),
    ],
)
async def test_a_wrong_question_is_refused(api: Api, body: dict[str, str], status: int, code: str) -> None:
    assert (await api.refused("POST", "alerts/rules/slow-signal/replay", body))[:2] == (status, code)


async def test_what_is_wrong_with_a_file_is_told_by_line(api: Api) -> None:
    broken = FILE.replace("2000", '"2s"')
    refusal = await api.refused("POST", "alerts/rules/slow-signal/replay", {"rule": broken})
    assert refusal[2] == 'alerts.toml:6: rule "slow-signal": above_ms: expected a number of milliseconds, got "2s"'


async def test_a_test_message_is_sent_and_each_receivers_verdict_told(api: Api) -> None:
    api.verdicts = [Trial("chat", None), Trial("desk", "it answered 550")]
    assert await api.post("alerts/rules/crash/fire") == {
        "rule": "crash",
        "verdicts": [{"receiver": "chat", "problem": None}, {"receiver": "desk", "problem": "it answered 550"}],
    }
    assert (await api.refused("POST", "alerts/rules/none/fire", {}))[0] == 404
    assert api.fired == ["crash"]


async def test_an_agent_is_missed_for_as_long_as_it_had_not_ended_as_it_should(
    api: Api, engine: Engine, state: State
) -> None:
    for number, ago_ns in ((1, 170 * MINUTE), (2, 80 * MINUTE)):
        send(engine, number, ago_ns)
    run = {"project": 1, "user": "vol-arb", "environment": "", "release": "", "inferred": False, "errors": 0}
    times = {"started_ns": NOW - 90 * MINUTE, "seen_ns": NOW - 80 * MINUTE}
    with state.write() as connection:
        connection.execute(sessions.insert().values(**run, **times, sid="1" * 32, status="exited"))
    rule = """version = 1
[[rule]]
name = "silent"
kind = "absence"
of = { span = ["pf.signal.analysis"] }
within = "30m"
"""
    (only,) = (await api.post("alerts/rules/silent/replay", {"since": "3h", "rule": rule}))["episodes"]
    assert int(only["fired_ns"]) == NOW - 140 * MINUTE + 5 * SECOND
    assert int(only["resolved_ns"]) == NOW - 79 * MINUTE
