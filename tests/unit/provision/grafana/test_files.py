"""What Grafana reads when it starts: rules, contact points, policies, mute timings and dashboards."""

from __future__ import annotations

import json
from typing import Any

import yaml as reader

from fleaglass.provision.grafana.dashboards import dashboards
from fleaglass.provision.grafana.files import grafana_files
from fleaglass.provision.grafana.rules import Sources
from tests.unit.provision.books import BOOK


def documents(sources: Sources | None = None) -> dict[str, Any]:
    files = grafana_files(BOOK, sources or Sources("prom-1"))
    return {path: reader.safe_load(text) for path, text in files.items()}


def rules(sources: Sources | None = None) -> dict[str, dict[str, Any]]:
    (group,) = documents(sources)["alerting/fleaglass-rules.yaml"]["groups"]
    assert (group["folder"], group["interval"]) == ("Fleaglass", "10s")
    return {rule["title"]: rule for rule in group["rules"]}


def test_a_percentile_keeps_its_two_thresholds() -> None:
    rule = rules()["p99-order"]
    query, threshold = rule["data"]
    assert (rule["uid"], rule["condition"], rule["noDataState"]) == ("fleaglass-p99-order", "C", "KeepLast")
    assert (rule["for"], rule["keepFiringFor"]) == ("0s", "60s")
    assert query["datasourceUid"] == "prom-1"
    assert query["model"]["expr"].startswith("1000 * histogram_quantile(0.99, ")
    assert threshold["model"]["conditions"] == [
        {
            "evaluator": {"type": "gt", "params": [2000.0]},
            "unloadEvaluator": {"type": "lt", "params": [1000.0]},
        }
    ]


def test_labels_are_those_of_the_hubs_incidents() -> None:
    labels = rules()["slow-trade"]["labels"]
    assert labels == {
        "agent": "{{ $$labels.agent_id }}",
        "topic": "slow-trade",
        "rule": "slow-trade",
        "severity": "warning",
        "kind": "slow_span",
        "managed_by": "fleaglass",
    }


def test_tempo_is_asked_in_seconds_where_it_is_named() -> None:
    query, last, threshold = rules(Sources(tempo="tempo-1"))["p99-order"]["data"]
    assert query["datasourceUid"] == "tempo-1"
    assert query["model"]["query"] == (
        '{ span:name = "order.pipeline" } | quantile_over_time(duration, 0.99) by(resource.pf.agent_id)'
    )
    assert (last["model"]["type"], last["model"]["expression"]) == ("reduce", "A")
    assert threshold["model"]["expression"] == "B"
    assert threshold["model"]["conditions"][0]["evaluator"]["params"] == [2.0]
    slow = rules(Sources(tempo="tempo-1"))["slow-trade"]["data"][0]["model"]["query"]
    assert slow == (
        '{ span:name = "pf.trade.execute" && span.pf.asset = "BTC" && duration > 2000000us }'
        " | count_over_time() by(resource.pf.agent_id)"
    )


def test_rules_that_tempo_cannot_answer_stay_with_prometheus() -> None:
    query, _ = rules(Sources(tempo="tempo-1"))["risk-rejections"]["data"]
    assert query["datasourceUid"] == "prometheus"


def test_secrets_are_left_for_grafana_to_fill_in() -> None:
    points = documents()["alerting/fleaglass-contact-points.yaml"]["contactPoints"]
    settings = {point["receivers"][0]["type"]: point["receivers"][0]["settings"] for point in points}
    assert settings["pagerduty"] == {"integrationKey": "$__env{PAGER_KEY}"}
    (both,) = [point for point in points if len(point["receivers"]) == 2]
    assert both["name"] == "fleaglass pager+hook"
    assert both["receivers"][1]["settings"]["url"] == "$__file{/run/secrets/hook}"


def test_hours_beyond_midnight_are_cut_there() -> None:
    (mute,) = documents()["alerting/fleaglass-contact-points.yaml"]["muteTimes"]
    berlin = {"location": "Europe/Berlin"}
    assert mute["time_intervals"] == [
        {"weekdays": ["friday"], "times": [{"start_time": "22:00", "end_time": "24:00"}], **berlin},
        {"weekdays": ["saturday"], "times": [{"start_time": "00:00", "end_time": "06:00"}], **berlin},
    ]


def test_dashboards_pick_their_data_source_and_have_unique_ids() -> None:
    boards = dashboards()
    assert {board["uid"] for board in boards} == {
        "fleaglass-pnl",
        "fleaglass-execution",
        "fleaglass-wallets",
        "fleaglass-escrow",
    }
    for board in boards:
        ids = [panel["id"] for panel in board["panels"]]
        assert len(ids) == len(set(ids))
        for panel in board["panels"]:
            refs = [target["refId"] for target in panel["targets"]]
            assert refs
            assert len(refs) == len(set(refs))
            assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
            assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert json.loads(grafana_files(BOOK, Sources())[f"dashboards/fleaglass/{board['uid']}.json"]) == board


def test_the_hub_is_a_data_source_twice_and_its_token_stays_in_grafanas_environment() -> None:
    text = grafana_files(BOOK, Sources("prom-1"))["datasources/fleaglass.yaml"]
    tempo, jaeger, prometheus = reader.safe_load(text)["datasources"]
    assert [(source["type"], source["url"]) for source in (tempo, jaeger)] == [
        ("tempo", "http://127.0.0.1:4318/tempo"),
        ("jaeger", "http://127.0.0.1:4318/jaeger"),
    ]
    for source in (tempo, jaeger):
        assert source["jsonData"]["httpHeaderName1"] == "Authorization"
        assert source["secureJsonData"] == {"httpHeaderValue1": "Bearer $__env{FLEAGLASS_HUB_TOKEN}"}
    assert (prometheus["uid"], prometheus["type"]) == ("prom-1", "prometheus")
