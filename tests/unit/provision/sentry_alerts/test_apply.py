"""Sentry says what the rules file says, however often that is asked for; what is not ours stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from fleaglass.alerts.rules.model import Count, RuleBook, Selector
from fleaglass.provision.change import Change
from fleaglass.provision.sentry import SentryApi, SentryApiError
from fleaglass.provision.sentry_alerts.apply import apply_to_sentry, slack_action
from tests.support.answering import answering
from tests.support.sentry_alerts_api import ORG, PROJECT, TOKEN, FakeSentryAlerts
from tests.unit.provision.books import BOOK, P99, book


@contextmanager
def sentry(server: FakeSentryAlerts, **options: Any) -> Iterator[SentryApi]:
    with answering(server.answer) as url, SentryApi(url, token=TOKEN, org=ORG, **options) as api:
        yield api
    assert not server.faults, "Sentry's own description does not allow what was sent"


def applied(server: FakeSentryAlerts, rules: RuleBook, *, is_dry: bool = False) -> list[Change]:
    with sentry(server) as api:
        return list(apply_to_sentry(api, rules, PROJECT, is_dry=is_dry))


def test_the_second_time_sends_no_write() -> None:
    server = FakeSentryAlerts()
    first = applied(server, BOOK)
    assert {change.kind for change in first} == {"create"}
    assert len(server.writes) == len(first)
    server.asked.clear()
    assert {change.kind for change in applied(server, BOOK)} == {"none"}
    assert server.writes == []


def test_a_dry_run_tells_the_same_and_sends_no_write() -> None:
    server = FakeSentryAlerts()
    told = [change.what for change in applied(server, BOOK, is_dry=True)]
    assert server.writes == []
    assert told == [change.what for change in applied(server, BOOK)]


def test_a_percentile_is_a_detector_and_whoever_is_told_of_it() -> None:
    server = FakeSentryAlerts()
    applied(server, book(P99))
    detector, workflow = (each.body for each in server.writes)
    assert detector == {
        "name": "fleaglass p99-order",
        "type": "metric_issue",
        "enabled": True,
        "description": "Orders are slow.\nmanaged-by: fleaglass; key: p99-order",
        "workflow_ids": [],
        "data_sources": [
            {
                "aggregate": "p99(span.duration)",
                "dataset": "events_analytics_platform",
                "query": 'span.op:"order.pipeline"',
                "queryType": 1,
                "eventTypes": ["trace_item_span"],
                "timeWindow": 300,
                "environment": None,
                "extrapolationMode": "unknown",
            }
        ],
        "config": {"detectionType": "static"},
        "condition_group": {
            "logic_type": "any",
            "conditions": [
                {"type": "gt", "comparison": 2000.0, "conditionResult": 75},
                {"type": "lte", "comparison": 1000.0, "conditionResult": 0},
            ],
            "actions": [],
        },
    }
    assert workflow["name"] == "[fleaglass agents] p99-order"
    assert workflow["detector_ids"] == [3]
    assert workflow["config"] == {"frequency": 720}
    assert [each["type"] for each in workflow["triggers"]["conditions"]] == [
        "first_seen_event",
        "regression_event",
        "reappeared_event",
        "issue_resolved_trigger",
    ]


def test_a_critical_failure_is_a_workflow_on_sentrys_own_error_detector() -> None:
    server = FakeSentryAlerts()
    failed = Selector(span=("pf.trade.execute",), error=("OrderRejectedError",))
    applied(server, book(Count(name="failure", of=failed)))
    (workflow,) = (each.body for each in server.writes)
    assert workflow["detector_ids"] == [1]
    (filter_,) = workflow["action_filters"]
    tag = {"key": "trade.error_type", "match": "eq", "value": "OrderRejectedError"}
    assert filter_["conditions"] == [{"type": "tagged_event", "comparison": tag, "conditionResult": True}]


def test_a_changed_threshold_is_one_update_told_as_a_diff() -> None:
    server = FakeSentryAlerts()
    applied(server, BOOK)
    server.detectors[3]["workflowIds"] = ["99"]
    server.asked.clear()
    slower = msgspec.structs.replace(P99, above_ms=3000)
    changed = [each for each in applied(server, book(slower, *BOOK.rules[1:])) if each.kind != "none"]
    assert [(each.kind, each.what) for each in changed] == [("update", 'detector "fleaglass p99-order"')]
    assert changed[0].lines == ('-        "comparison": 2000.0,', '+        "comparison": 3000,')
    (write,) = server.writes
    assert (write.method, write.path) == ("PUT", f"/api/0/organizations/{ORG}/detectors/3/")
    assert write.body["workflow_ids"] == [99], "somebody else's workflow was disconnected"


def test_what_left_the_file_is_deleted_and_nothing_else() -> None:
    server = FakeSentryAlerts()
    theirs = server.add_detector(name="fleaglass like", type="metric_issue", description="ours")
    applied(server, BOOK)
    gone = [each for each in applied(server, book()) if each.kind == "delete"]
    assert len(gone) == 4 + 7
    assert server.workflows == {}
    assert [each["name"] for each in server.detectors.values() if each["type"] == "metric_issue"] == ["fleaglass like"]
    assert theirs in server.detectors


def test_a_detector_of_that_name_that_is_not_ours_stops_it() -> None:
    server = FakeSentryAlerts()
    server.add_detector(name="fleaglass p99-order", type="metric_issue")
    with pytest.raises(SentryApiError, match="not ours: rename it"):
        applied(server, book(P99))
    assert server.writes == []


def test_two_of_what_should_be_one_stop_it() -> None:
    server = FakeSentryAlerts()
    for _ in range(2):
        server.add_detector(name="fleaglass p99-order", type="metric_issue")
    with pytest.raises(SentryApiError, match="delete all but one"):
        applied(server, book(P99))


def test_a_sentry_without_detectors_is_said_to_be_too_old() -> None:
    server = FakeSentryAlerts(is_old=True)
    with pytest.raises(SentryApiError, match="too old: this Sentry has no detectors API"):
        applied(server, BOOK)
    assert all("rules" not in each.path for each in server.asked), "a retired API was asked"


def test_a_token_without_the_scope_is_told_which() -> None:
    server = FakeSentryAlerts(answers=[(403, {"detail": "You do not have permission"})])
    with pytest.raises(SentryApiError, match="give the token the scope alerts:read") as said:
        applied(server, BOOK)
    assert TOKEN not in str(said.value)


def test_it_waits_for_as_long_as_sentry_asks() -> None:
    waits: list[float] = []
    server = FakeSentryAlerts(answers=[(429, {"detail": "slow down"}, {"Retry-After": "7"})])
    with sentry(server, sleep=waits.append) as api:
        assert len(list(apply_to_sentry(api, book(P99), PROJECT, is_dry=False))) == 2
    assert waits == [7.0]


def test_one_that_asks_for_too_long_is_told_of() -> None:
    server = FakeSentryAlerts(answers=[(429, {}, {"Retry-After": "3600"})])
    with sentry(server, sleep=lambda _: None) as api, pytest.raises(SentryApiError, match="wait 3600 s and try again"):
        list(apply_to_sentry(api, BOOK, PROJECT, is_dry=False))


def test_a_slack_channel_is_told_by_the_organisations_integration() -> None:
    server = FakeSentryAlerts()
    with sentry(server) as api:
        list(apply_to_sentry(api, book(P99), PROJECT, slack_action(api, "#trading"), is_dry=False))
    (action,) = server.writes[-1].body["action_filters"][0]["actions"]
    assert (action["type"], action["integrationId"], action["config"]["targetDisplay"]) == ("slack", "7", "#trading")
