"""What would wake an owner, how each rule stands, and what became of the messages."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from fleaglass.alerts.rules.model import Duration
from fleaglass.hub.alerting.rulebook import Problem, Rulebook
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from tests.unit.hub.api.alerting.conftest import Api
from tests.unit.hub.api.alerting.made import BOOK, MINUTE, NOW, in_force, make_incident, make_message, make_standing

DAY = 1440 * MINUTE


async def test_firing_rules_come_first_then_as_in_the_file(api: Api, state: State) -> None:
    make_incident(state, 1)
    make_standing(state, "crash")
    rules = (await api.get("alerts/rules"))["rules"]
    assert [(rule["name"], rule["state"]) for rule in rules] == [
        ("p99-order", "firing"),
        ("crash", "pending"),
        ("slow-signal", "ok"),
        ("refused", "ok"),
        ("errors", "not_judged"),
    ]


async def test_a_rule_says_when_it_fires_how_often_it_did_and_who_is_told(api: Api, state: State) -> None:
    make_incident(state, 1)
    make_incident(state, 2, fired_ns=NOW - 2 * DAY, status="resolved")
    make_incident(state, 3, fired_ns=NOW - 2 * DAY + 1, status="resolved")
    make_incident(state, 4, fired_ns=NOW - 8 * DAY, status="resolved")
    (rule, *_) = (await api.get("alerts/rules"))["rules"]
    assert rule == {
        "name": "p99-order",
        "kind": "percentile",
        "severity": "error",
        "words": "P99 of order.pipeline over 5 min > 2 s",
        "summary": "Fills get worse.",
        "runbook": "https://runbooks.example/p99",
        "enabled": True,
        "state": "firing",
        "open_incidents": 1,
        "last_fired_ns": str(NOW - MINUTE),
        "fired_by_day": [0, 0, 0, 0, 2, 0, 1],
        "told": [{"receiver": "desk", "when": "agent = vol-arb"}, {"receiver": "log", "when": None}],
    }


async def test_a_rule_that_escalates_says_how_and_who_is_told_then(store: Store, state: State) -> None:
    first, *others = BOOK.rules
    worse = structs.replace(first, critical_above_ms=5000, escalate_after=Duration(900))
    rules = in_force(structs.replace(BOOK, rules=(worse, *others)))
    api = Api(store, state, rules)
    answer = (await api.get("alerts/rules/slow-signal"))["rule"]
    await api.close()
    assert answer["words"] == "pf.signal.analysis > 500 ms; critical > 5 s or after 15 min unseen"
    assert answer["told"] == [
        {"receiver": "desk", "when": "agent = vol-arb"},
        {"receiver": "log", "when": None},
        {"receiver": "chat", "when": "severity = critical"},
    ]


async def test_one_rule_comes_with_its_latest_incidents(api: Api, state: State) -> None:
    make_incident(state, 1, rule="refused")
    make_incident(state, 2, rule="refused", status="resolved")
    answer = await api.get("alerts/rules/refused")
    assert answer["rule"]["told"] == [{"receiver": "chat", "when": None}]
    assert [incident["id"] for incident in answer["incidents"]] == [1, 2]
    assert await api.refused("GET", "alerts/rules/none") == (404, "unknown_rule", "there is no rule 'none'")


async def test_a_broken_file_is_told_while_the_last_good_one_runs_on(store: Store, state: State) -> None:
    problem = 'alerts.toml:14: rule "p99-order": above_ms: expected a number of milliseconds, got "2s"'
    rules = in_force()
    rules.problem = Problem(problem, NOW - MINUTE)
    api = Api(store, state, rules)
    answer = await api.get("alerts/rules")
    assert answer["file"] == {
        "path": "/etc/fleaglass/alerts.toml",
        "loaded_ns": str(NOW - 60 * MINUTE),
        "problem": problem,
        "problem_since_ns": str(NOW - MINUTE),
    }
    assert len(answer["rules"]) == 5
    await api.close()


async def test_without_a_file_the_rules_of_fleaglass_hold(store: Store, state: State) -> None:
    api = Api(store, state, Rulebook(None))
    answer = await api.get("alerts/rules")
    assert answer["file"] == {"path": None, "loaded_ns": None, "problem": None, "problem_since_ns": None}
    assert "P99 of order.pipeline over 5 min > 2 s" in [rule["words"] for rule in answer["rules"]]
    await api.close()


async def test_receivers_are_told_without_their_secrets(api: Api, state: State) -> None:
    make_message(state, 1, [1])
    make_message(state, 2, [1], status="dead", problem="HTTP 404")
    make_message(state, 3, [1], receiver="desk", status="waiting", done_ns=None)
    assert (await api.get("alerts/rules"))["receivers"] == [
        _receiver("log", "log", "the hub's log"),
        _receiver("chat", "slack", "Slack, by $SLACK_URL", last_sent_ns=str(NOW - MINUTE // 2), dead=1),
        _receiver("desk", "email", "e-mail to desk@example.com", waiting=1),
    ]


def _receiver(name: str, kind: str, words: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "words": words, "last_sent_ns": None, "waiting": 0, "dead": 0} | more


async def test_what_was_given_up_is_listed_with_its_reason_and_sent_again(api: Api, state: State) -> None:
    make_incident(state, 1)
    make_message(state, 1, [1])
    make_message(state, 2, [1], status="dead", attempts=9, problem="HTTP 404")
    answer = await api.get("alerts/notifications", status="dead")
    assert answer["counts"] == {"waiting": 0, "sent": 1, "dead": 1, "dropped": 0}
    assert [(each["id"], each["problem"]) for each in answer["notifications"]] == [(2, "HTTP 404")]
    again = await api.post("alerts/notifications/2/resend")
    assert (again["status"], again["next_ns"], again["done_ns"]) == ("waiting", str(NOW), None)
    refusal = await api.refused("POST", "alerts/notifications/2/resend", {})
    assert refusal == (400, "cannot_be_done", "message 2 is not dead: it is waiting")
    assert (await api.refused("POST", "alerts/notifications/3/resend", {}))[0] == 404


async def test_messages_come_page_by_page(api: Api, state: State) -> None:
    for number in (1, 2, 3):
        make_message(state, number, [])
    page = await api.get("alerts/notifications", limit=2)
    rest = await api.get("alerts/notifications", limit=2, cursor=page["next_cursor"])
    assert [each["id"] for each in (*page["notifications"], *rest["notifications"])] == [3, 2, 1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", [{"status": "lost"}, {"cursor": "x"}, {"limit": "0"}, {"to": "chat"}])
async def test_a_wrong_question_about_messages_is_refused(api: Api, query: dict[str, str]) -> None:
    assert (await api.refused("GET", "alerts/notifications", **query))[0] == 400
