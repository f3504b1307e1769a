"""`fleaglass alerts test` and `fire`: what a hub is asked, and how its answer is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from tests.support.fake_hub import FakeHub, fake_hub

NOON = 1_795_183_200_000_000_000  # 2026-11-20T14:00:00Z
MINUTE = 60_000_000_000


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with fake_hub() as server:
        yield server


def run(hub: FakeHub, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, ["alerts", *arguments, "--hub", hub.url], env=environment)


def answer(episodes: list[dict[str, Any]], **differs: Any) -> dict[str, Any]:
    return {
        "rule": "slow",
        "words": "order.pipeline > 2 s",
        "unit": "ms",
        "threshold": 2000.0,
        "judged_by": "spans",
        "from_ns": str(NOON - 7 * 1440 * MINUTE),
        "to_ns": str(NOON),
        "until_ns": str(NOON),
        "stopped": None,
        "step_s": 5,
        "rows": 12_345,
        "took_s": 0.84,
        "count": len(episodes),
        "episodes": episodes,
        "messages": 4,
        **differs,
    }


def episode(ago: int, minutes: int | None, worst: float | None = 2400.0, **differs: Any) -> dict[str, Any]:
    fired_ns = NOON - ago * MINUTE
    return {
        "group": {"agent": "vol-arb"},
        "began_ns": str(fired_ns),
        "fired_ns": str(fired_ns),
        "resolved_ns": None if minutes is None else str(fired_ns + minutes * MINUTE),
        "worst": worst,
        "summary": "vol-arb: slow",
        "trace_ids": ["ab" * 16],
        **differs,
    }


def test_a_table_says_when_it_would_have_fired_how_long_how_bad_and_where_to_look(hub: FakeHub) -> None:
    hub.answer = 200, answer([episode(600, 12), episode(30, None, 31_000.4, trace_ids=[])])
    done = run(hub, "test", "--rule", "slow", FLEAGLASS_HUB_TOKEN="t")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "slow: order.pipeline > 2 s",
        "would have fired 2 times, 4 messages, from 2026-11-13 14:00:00 to 2026-11-20 14:00:00 UTC",
        "",
        "fired (UTC)          lasted      worst      group    trace",
        f"2026-11-20 04:00:00  12 min      2,400 ms   vol-arb  {'ab' * 16}",
        "2026-11-20 13:30:00  still open  31,000 ms  vol-arb  -",
        "",
        "judged by 12,345 stored spans, every 5 s, in 0.8 s",
    ]
    assert hub.asked == [("/api/v1/alerts/rules/slow/replay", "Bearer t", {"since": "7d"})]


def test_where_it_would_have_become_critical_that_has_a_column(hub: FakeHub) -> None:
    worse = episode(600, 12, escalated_ns=str(NOON - 595 * MINUTE))
    hub.answer = 200, answer([worse, episode(30, 1, escalated_ns=None)])
    assert run(hub, "test", "--rule", "slow").stdout.splitlines()[3:6] == [
        "fired (UTC)          critical since       lasted  worst     group    trace",
        f"2026-11-20 04:00:00  2026-11-20 04:05:00  12 min  2,400 ms  vol-arb  {'ab' * 16}",
        f"2026-11-20 13:30:00  -                    60 s    2,400 ms  vol-arb  {'ab' * 16}",
    ]


def test_a_rule_of_a_file_is_tried_before_it_is_in_force(hub: FakeHub, tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text("version = 1\n")
    hub.answer = 200, answer([])
    done = run(hub, "test", "--rule", "slow", "--since", "3h", "--file", str(file))
    assert "would have fired never, from" in done.stdout
    assert hub.asked[0][2] == {"since": "3h", "rule": "version = 1\n"}


def test_a_broken_file_is_told_by_line_and_no_hub_is_asked(hub: FakeHub, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text('version = 1\n[[rule]]\nname = "slow"\nkind = "slow_span"\nspan = "x"\nabove_ms = "2s"\n')
    done = run(hub, "test", "--rule", "slow", "--file", str(file))
    assert (done.exit_code, hub.asked) == (2, [])
    assert f'{file}:6: rule "slow": above_ms: expected a number of milliseconds, got "2s"' in done.stderr


def test_how_far_it_got_is_told_when_it_ended_early(hub: FakeHub) -> None:
    hub.answer = 200, answer([], until_ns=str(NOON - 60 * MINUTE), stopped="it took longer than 30 s")
    done = run(hub, "test", "--rule", "slow")
    assert (done.exit_code, done.stderr) == (0, "it got only until 2026-11-20 13:00:00 UTC: it took longer than 30 s\n")


def test_real_incidents_are_told_as_such(hub: FakeHub) -> None:
    hub.answer = 200, answer([episode(9, 1, None)], judged_by="incidents", step_s=0, rows=0, messages=1)
    done = run(hub, "test", "--rule", "crash")
    assert "fired 1 time, 1 message, from" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "these are the incidents that it had: what such a rule is judged by is not kept"
    )


@pytest.mark.parametrize(
    ("unit", "worst", "said"),
    [
        ("ratio", 0.253, "25.3%"),
        ("usd", -5.5, "-$5.50"),
        ("times", 12.34, "12.3 times"),
        ("count", 3, "3"),
        ("s", 75, "75 s"),
    ],
)
def test_a_value_is_told_in_its_unit(hub: FakeHub, unit: str, worst: float, said: str) -> None:
    hub.answer = 200, answer([episode(1, 1, worst)], unit=unit)
    assert f"  {said}  " in run(hub, "test", "--rule", "slow").stdout


def test_json_is_the_hubs_answer_on_one_line(hub: FakeHub) -> None:
    hub.answer = 200, answer([episode(1, 1)])
    printed = run(hub, "test", "--rule", "slow", "--json").stdout
    assert json.loads(printed) == hub.answer[1]
    assert printed.count("\n") == 1


def test_each_receivers_verdict_is_told_and_one_refusal_is_a_no(hub: FakeHub) -> None:
    hub.answer = 200, {"rule": "slow", "verdicts": [{"receiver": "log", "problem": None}]}
    assert (run(hub, "fire", "--rule", "slow").exit_code, hub.asked[0][0]) == (0, "/api/v1/alerts/rules/slow/fire")
    refused = {"receiver": "pager", "problem": "it answered 400"}
    hub.answer = 200, {"rule": "slow", "verdicts": [{"receiver": "log", "problem": None}, refused]}
    done = run(hub, "fire", "--rule", "slow")
    assert (done.exit_code, done.stdout) == (1, "log    taken\npager  it answered 400\n")


def test_a_rule_that_nobody_would_hear_of_is_a_no(hub: FakeHub) -> None:
    hub.answer = 200, {"rule": "slow", "verdicts": []}
    done = run(hub, "fire", "--rule", "slow")
    assert (done.exit_code, done.stderr) == (1, "Error: the routes name nobody who would hear of slow\n")


@pytest.mark.parametrize("what", ["test", "fire"])
def test_a_refusal_is_one_line(hub: FakeHub, what: str) -> None:
    hub.answer = 404, {"error": {"code": "unknown_rule", "message": "there is no rule 'a/b'", "hint": "…"}}
    done = run(hub, what, "--rule", "a/b")
    assert (done.exit_code, done.stderr) == (1, "Error: there is no rule 'a/b'\n")
    assert hub.asked[0][0].startswith("/api/v1/alerts/rules/a%2Fb/")


def test_where_no_hub_answers_that_is_told() -> None:
    done = CliRunner().invoke(cli, ["alerts", "fire", "--rule", "slow", "--hub", "http://127.0.0.1:1"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: no hub answered at http://127.0.0.1:1: ")
