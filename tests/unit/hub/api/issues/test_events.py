"""The events of an issue: the list, one of them with all that is known, its files, and the traces they happened in."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from tests.unit.hub.api.issues.conftest import Hub
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error

TRACE, OTHER = "a" * 32, "b" * 32
BODY: dict[str, Any] = {
    "exception": [
        {
            "type": "TradeError",
            "value": "no",
            "module": "venue",
            "mechanism": {"type": "logging", "handled": True},
            "stacktrace": {
                "frames": [
                    {
                        "function": "place",
                        "module": "agent",
                        "filename": "agent.py",
                        "abs_path": "/srv/agent.py",
                        "lineno": 12,
                        "colno": 4,
                        "in_app": True,
                        "pre_context": ["def place():", ""],
                        "context_line": "    raise TradeError('no')",
                        "post_context": ["", "x = 1"],
                        "vars": {"asset": "BTC", "size": 2},
                    },
                    {"function": "lib"},
                ],
                "frames_omitted": 3,
            },
        }
    ],
    "breadcrumbs": [
        {"timestamp": "2023-11-14T22:13:20.000000Z", "category": "order", "message": "placed", "data": {"id": 7}},
        {"timestamp": 1_700_000_000.25, "category": "http"},
        {"timestamp": "yesterday"},
    ],
    "contexts": {"agent_state": {"phase": "execute"}, "trace": {"trace_id": TRACE}},
    "request": {"url": "https://venue.example"},
    "user": {"id": "u1"},
    "extra": {"note": "<script>"},
    "errors": [{"type": "invalid_data", "name": "level", "value": "bad"}],
}


async def test_an_event_is_told_with_its_stack_trail_and_state(hub: Hub) -> None:
    event = error(
        *(1, "place", 5),
        trace_id=TRACE,
        span_id="c" * 16,
        user="u1",
        release="agent@1.0.0",
        dist="d",
        sdk="s/1",
        tags={"agent_id": "a-1", "asset": "BTC"},
        body=BODY,
        message="it failed",
        logger="venue",
        fingerprint=("{{ default }}", "BTC"),
    )
    (taken,) = hub.take(event)
    told = await hub(f"issues/{taken.issue}/events/{event.event_id}")
    issue = told.pop("issue")
    assert (issue["id"], issue["title"]) == (taken.issue, "TradeError: place failed")
    frame = {
        "function": "place",
        "module": "agent",
        "filename": "agent.py",
        "abs_path": "/srv/agent.py",
        "line": 12,
        "column": 4,
        "in_app": True,
        "at": 2,
        "source": [
            {"number": 10, "text": "def place():"},
            {"number": 11, "text": ""},
            {"number": 12, "text": "    raise TradeError('no')"},
            {"number": 13, "text": ""},
            {"number": 14, "text": "x = 1"},
        ],
        "vars": [{"key": "asset", "value": "BTC"}, {"key": "size", "value": "2"}],
    }
    bare: dict[str, Any] = {
        "function": "lib",
        "module": "",
        "filename": "",
        "abs_path": "",
        "line": None,
        "column": None,
        "in_app": False,
        "source": [],
        "at": None,
        "vars": [],
    }
    assert told == {
        "event_id": event.event_id,
        "hash": taken.hash,
        "time_ns": str(event.time_ns),
        "level": "error",
        "received_ns": str(event.time_ns),
        "title": "TradeError: place failed",
        "culprit": "place(agent)",
        "transaction": "",
        "release": "agent@1.0.0",
        "environment": None,
        "agent": "a-1",
        "user": "u1",
        "trace_id": TRACE,
        "span_id": "c" * 16,
        "previous": None,
        "next": None,
        "platform": "python",
        "logger": "venue",
        "server_name": "",
        "dist": "d",
        "sdk": "s/1",
        "message": "it failed",
        "stack": None,
        "exceptions": [
            {
                "type": "TradeError",
                "value": "no",
                "module": "venue",
                "handled": True,
                "mechanism": "logging",
                "stack": {"frames": [frame, bare], "omitted": 3},
            }
        ],
        "breadcrumbs": [
            {
                "time_ns": "1700000000000000000",
                "type": "default",
                "category": "order",
                "level": "info",
                "message": "placed",
                "data": {"id": 7},
            },
            {
                "time_ns": "1700000000250000000",
                "type": "default",
                "category": "http",
                "level": "info",
                "message": "",
                "data": {},
            },
            {"time_ns": None, "type": "default", "category": "", "level": "info", "message": "", "data": {}},
        ],
        "agent_state": {"phase": "execute"},
        "contexts": {"trace": {"trace_id": TRACE}},
        "request": {"url": "https://venue.example"},
        "user_detail": {"id": "u1"},
        "extra": {"note": "<script>"},
        "tags": [{"key": "agent_id", "value": "a-1"}, {"key": "asset", "value": "BTC"}],
        "fingerprint": ["{{ default }}", "BTC"],
        "attachments": [],
        "same_decision": [],
        "notes": [{"type": "invalid_data", "name": "level", "value": "bad"}],
    }


async def test_a_stack_without_an_exception_is_that_of_the_thread_that_said_it(hub: Hub) -> None:
    stack = {"frames": [{"function": "loop"}]}
    threads = [{"stacktrace": {"frames": [{"function": "idle"}]}}, {"current": True, "stacktrace": stack}]
    (taken,) = hub.take(error(1, exceptions=(), message="hm", body={"threads": threads}))
    told = await hub(f"issues/{taken.issue}/events/latest")
    assert told["stack"]["frames"][0]["function"] == "loop"
    assert told["exceptions"] == []


async def test_words_and_neighbours_lead_from_event_to_event(hub: Hub) -> None:
    taken = hub.take(
        error(1, at_s=0),
        error(2, at_s=5, trace_id=TRACE, body=BODY),
        error(4, at_s=9),
        error(3, at_s=9, body={"breadcrumbs": [{"message": "x"}]}),
        error(5, "cancel", 7),
    )
    path = f"issues/{taken[0].issue}/events"
    told = [await hub(f"{path}/{word}") for word in ("oldest", f"{2:032x}", f"{3:032x}", "latest")]
    numbers = [
        [None if id_ is None else int(id_, 16) for id_ in (one["previous"], one["event_id"], one["next"])]
        for one in told
    ]
    assert numbers == [[None, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, None]]
    assert int((await hub(f"{path}/recommended"))["event_id"], 16) == 2


async def test_the_events_of_an_issue_come_in_pages_the_latest_first(hub: Hub) -> None:
    taken = hub.take(*(error(number, at_s=number // 2, release=f"agent@{number % 2}.0.0") for number in range(7)))
    path = f"issues/{taken[0].issue}/events"
    found: list[int] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = await hub(path, limit=3, **cursor)
        found += [int(event["event_id"], 16) for event in page["events"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert found == [6, 5, 4, 3, 2, 1, 0]
    one = await hub(path, release="agent@1.0.0", from_=T0 + SECOND)
    assert [int(event["event_id"], 16) for event in one["events"]] == [5, 3]


async def test_an_event_that_was_stored_twice_is_one(hub: Hub) -> None:
    (taken,) = hub.take(error(1))
    assert hub.take(error(1)) == []
    assert len((await hub(f"issues/{taken.issue}/events"))["events"]) == 1
    detail = await hub(f"issues/{taken.issue}")
    assert (detail["events"], detail["tags"][0]["events"]) == (1, 1)


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [("0" * 32, 404, "unknown_event"), (f"{2:032x}", 404, "unknown_event"), ("first", 400, "bad_event")],
)
async def test_an_event_of_another_issue_is_not_told(hub: Hub, event: str, status: int, code: str) -> None:
    taken = hub.take(error(1, "place"), error(2, "cancel"))
    assert (await hub.refused("GET", f"issues/{taken[0].issue}/events/{event}"))[:2] == (status, code)


async def test_a_trace_tells_its_issues_and_the_spans_they_happened_in(hub: Hub) -> None:
    place, cancel, _ = (
        one.issue
        for one in hub.take(
            error(1, "place", 0, trace_id=TRACE, span_id="c" * 16),
            error(2, "cancel", 5, trace_id=TRACE, level="warning"),
            error(3, "poll", 6, trace_id=OTHER),
        )
    )
    hub.take(error(4, "place", 7, trace_id=TRACE, span_id="d" * 16))
    told = await hub(f"traces/{TRACE}/issues")
    assert told["trace_id"] == TRACE
    assert [(one["issue"]["id"], [event["span_id"] for event in one["events"]]) for one in told["issues"]] == [
        (place, ["c" * 16, "d" * 16]),
        (cancel, [None]),
    ]
    assert (await hub(f"traces/{'f' * 32}/issues"))["issues"] == []
    many = await hub("issues-of-traces", trace=[OTHER, "f", TRACE])
    assert [(one["trace_id"], len(one["issues"])) for one in many["traces"]] == [(OTHER, 1), (TRACE, 2)]
    assert (await hub("issues-of-traces"))["traces"] == []
    event = await hub(f"issues/{place}/events/latest")
    assert [one["id"] for one in event["same_decision"]] == [cancel]


async def test_too_many_traces_are_refused(hub: Hub) -> None:
    assert (await hub.refused("GET", "issues-of-traces", trace=["1"] * 201))[:2] == (400, "bad_filter")


async def test_a_file_is_saved_and_never_shown(hub: Hub) -> None:
    (taken,) = hub.take(error(1))
    name = 'logs/"x" é.html'
    line = {
        "event_id": f"{1:032x}",
        "time": "1700000000.000000000",
        "name": name,
        "project": 1,
        "content_type": "text/html",
        "bytes": 8,
        "body": base64.b64encode(b"<script>").decode(),
    }
    hub.attach(orjson.dumps(line))
    path = f"issues/{taken.issue}/events/latest"
    assert (await hub(path))["attachments"] == [{"name": name, "content_type": "text/html", "bytes": 8}]
    response = await hub.ask("GET", f"{path}/attachments/logs/%22x%22%20%C3%A9.html", {})
    assert (response.status_code, response.content) == (200, b"<script>")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''%22x%22%20%C3%A9.html"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert (await hub.refused("GET", f"{path}/attachments/none"))[:2] == (404, "unknown_attachment")


async def test_users_are_counted_by_the_hour(hub: Hub) -> None:
    hub.now_ns = T0 // HOUR * HOUR + HOUR
    taken = hub.take(*(error(number, user=user) for number, user in enumerate(("u1", "u1", "u2", ""))))
    told = await hub(f"issues/{taken[0].issue}")
    assert (told["users"], told["users_hourly"][-2:], told["hourly"][-2:]) == (2, [2, 0], [4, 0])
