"""What an owner sees of incidents, and what they do to them."""

from __future__ import annotations

import pytest

from fleaglass.hub.state import State
from tests.unit.hub.api.alerting.conftest import Api
from tests.unit.hub.api.alerting.made import MINUTE, NOW, make_incident, make_message

FOREVER = str(2**63 - 1)


async def test_an_incident_says_what_fired_since_when_and_who_was_told(api: Api, state: State) -> None:
    make_incident(state, 7)
    make_message(state, 1, [7], receiver="chat", done_ns=NOW - 6 * MINUTE, created_ns=NOW - 6 * MINUTE)
    make_message(state, 2, [7], receiver="desk")
    make_message(state, 3, [7], receiver="chat", action="repeat")
    make_message(state, 4, [7], receiver="pager", status="dead", problem="HTTP 400")
    make_message(state, 5, [7], receiver="pager", is_test=True)
    (incident,) = (await api.get("incidents"))["incidents"]
    assert incident == {
        "id": 7,
        "rule": "p99-order",
        "kind": "percentile",
        "severity": "error",
        "escalated": None,
        "status": "open",
        "labels": {"rule": "p99-order", "severity": "error", "agent": "vol-arb"},
        "agent": "vol-arb",
        "summary": "vol-arb: P99 of 40 order.pipeline is 2,400.0 ms, more than 2000 ms",
        "value": 2400.0,
        "worst": 3100.0,
        "threshold": 2000.0,
        "unit": "ms",
        "began_ns": str(NOW - 8 * MINUTE),
        "fired_ns": str(NOW - 7 * MINUTE),
        "resolved_ns": None,
        "resolved_by": None,
        "acknowledged_ns": None,
        "acknowledged_by": None,
        "muted_until_ns": None,
        "muted": False,
        "told": [
            {"receiver": "chat", "at_ns": str(NOW - 6 * MINUTE), "times": 2},
            {"receiver": "desk", "at_ns": str(NOW - MINUTE // 2), "times": 1},
        ],
    }


def _several(state: State) -> None:
    make_incident(state, 1, severity="warning")
    make_incident(state, 2, severity="critical", rule="refused", labels={"agent": "momentum"}, summary="100% refused")
    make_incident(state, 3, status="resolved", resolved_ns=NOW)
    make_incident(state, 4, severity="critical")
    make_incident(state, 5, labels={"agent": ""})


async def test_what_has_escalated_is_listed_by_its_severity_now_and_says_from_what_and_why(
    api: Api, state: State
) -> None:
    make_incident(state, 1)
    how = {"escalated_ns": NOW - MINUTE, "escalated_from": "warning", "escalated_why": "it got worse"}
    make_incident(state, 2, severity="critical", **how)
    page = await api.get("incidents", sort="severity")
    assert [each["id"] for each in page["incidents"]] == [2, 1]
    assert page["severities"] == {"critical": 1, "error": 1, "warning": 0, "info": 0}
    (incident,) = (await api.get("incidents", severity="critical"))["incidents"]
    assert incident["escalated"] == {"at_ns": str(NOW - MINUTE), "from": "warning", "why": "it got worse"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, [1, 2, 4, 5]),
        ({"status": "all"}, [1, 2, 3, 4, 5]),
        ({"status": "resolved"}, [3]),
        ({"status": "all", "sort": "severity"}, [2, 4, 5, 1, 3]),
        ({"severity": "critical"}, [2, 4]),
        ({"rule": "refused"}, [2]),
        ({"agent": "momentum"}, [2]),
        ({"search": "MOMENT"}, [2]),
        ({"search": "0%"}, [2]),
        ({"search": "_"}, []),
    ],
)
async def test_the_list_shows_what_is_asked_for(
    api: Api, state: State, query: dict[str, str], shown: list[int]
) -> None:
    _several(state)
    assert await api.ids(**query) == shown


async def test_incidents_are_found_from_what_is_behind_them(api: Api, state: State) -> None:
    make_incident(state, 1, evidence={"traces": ["1" * 32, "2" * 32], "issues": [{"id": 7}, {"id": 8}]})
    make_incident(state, 2, evidence={"traces": ["2" * 32]}, labels={"monitor": "settle"})
    assert await api.ids(trace="2" * 32) == [1, 2]
    assert await api.ids(issue=8) == [1]
    assert await api.ids(monitor="settle") == [2]
    assert (await api.refused("GET", "incidents", trace="2"))[1] == "bad_filter"
    assert (await api.refused("GET", "incidents", issue="x"))[1] == "bad_filter"


async def test_counts_are_of_what_another_choice_would_show(api: Api, state: State) -> None:
    _several(state)
    answer = await api.get("incidents", severity="critical")
    assert answer["counts"] == {"all": 2, "open": 2, "resolved": 0}
    assert answer["severities"] == {"critical": 2, "error": 1, "warning": 1, "info": 0}


@pytest.mark.parametrize("sort", ["newest", "severity"])
async def test_pages_follow_each_other_without_a_gap(api: Api, state: State, sort: str) -> None:
    _several(state)
    whole = await api.ids(status="all", sort=sort)
    seen, cursor = list[int](), ""
    for _ in range(3):
        page = await api.get("incidents", status="all", sort=sort, limit=2, cursor=cursor)
        seen += [incident["id"] for incident in page["incidents"]]
        cursor = page["next_cursor"] or ""
    assert (seen, cursor) == (whole, "")


async def test_a_cursor_of_another_order_is_refused(api: Api, state: State) -> None:
    _several(state)
    cursor = (await api.get("incidents", limit=1))["next_cursor"]
    assert (await api.refused("GET", "incidents", sort="severity", cursor=cursor))[1] == "bad_filter"
    assert (await api.refused("GET", "incidents", cursor="x"))[1] == "bad_filter"
    assert (await api.refused("GET", "incidents", status="closed"))[2].startswith("status must be one of open")


async def test_one_incident_has_its_history_its_messages_and_what_else_is_open(api: Api, state: State) -> None:
    crumb = {"time_ns": str(NOW), "name": "order", "says": "pf.asset=BTC"}
    evidence = {"traces": ["1" * 32], "orders": ["ord_1"], "issues": [{"id": 99, "title": "x"}], "breadcrumbs": [crumb]}
    make_incident(state, 7, evidence=evidence)
    make_incident(state, 8, severity="critical")
    make_incident(state, 9, labels={"agent": "momentum"})
    make_message(state, 1, [7])
    make_message(state, 2, [9])
    make_message(state, 3, [], resolved=[7], status="waiting", next_ns=NOW + MINUTE, done_ns=None)
    answer = await api.get("incidents/7")
    assert answer["rule_words"] == "P99 of order.pipeline over 5 min > 2 s"
    assert (answer["rule_summary"], answer["runbook"]) == ("Fills get worse.", "https://runbooks.example/p99")
    assert [entry["kind"] for entry in answer["activity"]] == ["fired"]
    assert [(each["id"], each["next_ns"]) for each in answer["notifications"]] == [(3, str(NOW + MINUTE)), (1, None)]
    assert [each["id"] for each in answer["others"]] == [8]
    assert answer["evidence"] == {
        "traces": [],
        "missing_traces": ["1" * 32],
        "orders": ["ord_1"],
        "escrows": [],
        "assets": [],
        "errors": [],
        "issues": [],
        "breadcrumbs": [{"at_ns": str(NOW), "name": "order", "says": "pf.asset=BTC"}],
    }


@pytest.mark.parametrize("number", ["99", "0", "x", "99999999999"])
async def test_there_is_no_such_incident(api: Api, number: str) -> None:
    status, code, message = await api.refused("GET", f"incidents/{number}")
    assert (status, code, message.replace("'", "")) == (404, "unknown_incident", f"there is no incident {number}")


async def test_many_are_acknowledged_at_once_and_the_first_to_say_so_is_kept(api: Api, state: State) -> None:
    make_incident(state, 1, acknowledged_ns=NOW - MINUTE, acknowledged_by="ana")
    make_incident(state, 2)
    rows = (await api.post("incidents/acknowledge", {"ids": [2, 1, 2]}))["incidents"]
    assert [(row["id"], row["acknowledged_by"]) for row in rows] == [(2, "owner"), (1, "ana")]
    history = (await api.get("incidents/2"))["activity"]
    assert [(entry["kind"], entry["actor"]) for entry in history] == [("fired", None), ("acknowledged", "owner")]
    assert len((await api.get("incidents/1"))["activity"]) == 1


async def test_all_are_acknowledged_or_none(api: Api, state: State) -> None:
    make_incident(state, 1)
    make_incident(state, 2, status="resolved", resolved_ns=NOW)
    refusal = await api.refused("POST", "incidents/acknowledge", {"ids": [1, 2]})
    assert refusal == (400, "cannot_be_done", "incident 2 is over: it cannot be acknowledged")
    assert (await api.refused("POST", "incidents/acknowledge", {"ids": [1, 3]}))[0] == 404
    assert (await api.get("incidents/1"))["incident"]["acknowledged_ns"] is None


@pytest.mark.parametrize(
    ("span", "until", "words"),
    [
        ("1h", str(NOW + 60 * MINUTE), "until 2024-10-04 13:00:00 UTC"),
        ("8h", str(NOW + 480 * MINUTE), "until 2024-10-04 20:00:00 UTC"),
        ("resolved", FOREVER, "until it is resolved"),
    ],
)
async def test_muting_lasts_as_long_as_was_said(api: Api, state: State, span: str, until: str, words: str) -> None:
    make_incident(state, 1)
    row = await api.post("incidents/1/mute", {"for": span})
    assert (row["muted"], row["muted_until_ns"]) == (True, until)
    assert (await api.get("incidents/1"))["activity"][-1]["text"] == words
    row = await api.post("incidents/1/unmute")
    assert (row["muted"], row["muted_until_ns"]) == (False, None)
    assert (await api.get("incidents/1"))["activity"][-1]["text"] == "no longer"


async def test_a_mute_that_has_passed_is_none(api: Api, state: State) -> None:
    make_incident(state, 1, muted_until_ns=NOW)
    assert (await api.get("incidents/1"))["incident"]["muted"] is False


async def test_what_is_over_takes_a_note_and_nothing_else(api: Api, state: State) -> None:
    make_incident(state, 1, status="resolved", resolved_ns=NOW)
    await api.post("incidents/1/note", {"text": "Rolled back."})
    last = (await api.get("incidents/1"))["activity"][-1]
    assert (last["kind"], last["actor"], last["text"]) == ("note", "owner", "Rolled back.")
    assert (await api.refused("POST", "incidents/1/mute", {"for": "1h"}))[1] == "cannot_be_done"
    assert (await api.refused("POST", "incidents/1/acknowledge", {}))[1] == "cannot_be_done"


async def test_a_person_resolves_an_incident_once_and_the_history_says_who(api: Api, state: State) -> None:
    make_incident(state, 1)
    row = await api.post("incidents/1/resolve")
    assert (row["status"], row["resolved_ns"], row["resolved_by"]) == ("resolved", str(NOW), "owner")
    last = (await api.get("incidents/1"))["activity"][-1]
    assert (last["kind"], last["actor"], last["at_ns"]) == ("resolved", "owner", str(NOW))
    refusal = await api.refused("POST", "incidents/1/resolve", {})
    assert refusal == (400, "cannot_be_done", "incident 1 is over: it cannot be resolved")
    assert (await api.refused("POST", "incidents/2/resolve", {}))[0] == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("incidents/1/mute", {"for": "0h"}),
        ("incidents/1/mute", {"for": "1 hour"}),
        ("incidents/1/mute", {}),
        ("incidents/1/note", {"text": ""}),
        ("incidents/acknowledge", {"ids": []}),
        ("incidents/1/acknowledge", {"by": "me"}),
        ("incidents/1/resolve", {"by": "me"}),
    ],
)
async def test_a_body_that_does_not_fit_is_refused(api: Api, state: State, path: str, body: dict[str, str]) -> None:
    make_incident(state, 1)
    assert (await api.refused("POST", path, body))[1] == "bad_body"
