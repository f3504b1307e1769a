"""One issue: all about it but its events."""

from __future__ import annotations

from tests.unit.hub.api.issues.conftest import Hub
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error

DAY = 24 * HOUR
MIDNIGHT = T0 // DAY * DAY


async def test_counts_go_back_a_day_by_the_hour_and_two_weeks_by_the_day(hub: Hub) -> None:
    hub.now_ns = MIDNIGHT + 10 * HOUR
    times = {1: 0, 2: -HOUR, 3: -9 * HOUR, 4: -11 * HOUR, 5: -13 * DAY, 6: -14 * DAY}
    taken = hub.take(*(error(n, at_s=(hub.now_ns + by - T0) / SECOND, user="u1") for n, by in times.items()))
    issue = await hub(f"issues/{taken[0].issue}")
    assert issue["events"] == 6
    assert issue["hourly"] == [*[0] * 12, 1, 0, 1, *[0] * 7, 1, 1]
    assert issue["users_hourly"] == issue["hourly"]
    assert issue["hourly_from_ns"] == str(hub.now_ns - 23 * HOUR)
    assert issue["daily"] == [1, *[0] * 11, 1, 3]
    assert issue["daily_from_ns"] == str(MIDNIGHT - 13 * DAY)


async def test_tags_come_with_their_most_frequent_values_and_the_share_of_each(hub: Hub) -> None:
    taken = hub.take(
        error(1, tags={"asset": "BTC"}, environment="live"),
        error(2, tags={"asset": "BTC", "side": "buy"}, environment="live"),
        error(3, tags={"asset": "ETH"}),
    )
    tags = {tag["key"]: tag for tag in (await hub(f"issues/{taken[0].issue}"))["tags"]}
    assert list(tags) == ["asset", "environment", "level", "side"]
    assert tags["asset"] == {
        "key": "asset",
        "events": 3,
        "distinct": 2,
        "values": [
            {"value": "BTC", "events": 2, "percent": 66.7},
            {"value": "ETH", "events": 1, "percent": 33.3},
        ],
    }
    assert tags["environment"]["values"] == [{"value": "live", "events": 2, "percent": 100.0}]


async def test_releases_and_environments_say_where_it_happened(hub: Hub) -> None:
    taken = hub.take(
        error(1, at_s=0, release="agent@1.0.0", environment="live"),
        error(2, at_s=5, release="agent@1.0.0", environment="test"),
        error(3, at_s=9, release="agent@2.0.0", environment="live"),
        error(4, at_s=9),
    )
    issue = await hub(f"issues/{taken[0].issue}")
    assert issue["environments"] == ["live", "test"]
    assert [(one["release"], one["environments"], one["events"]) for one in issue["releases"]] == [
        ("agent@2.0.0", ["live"], 1),
        ("agent@1.0.0", ["live", "test"], 2),
    ]
    assert issue["releases"][1]["last_seen_ns"] == str(T0 + 5 * SECOND)


async def test_what_it_groups_by_is_said(hub: Hub) -> None:
    taken = hub.take(error(1, fingerprint=("TradeError", "BTC")))
    (group,) = (await hub(f"issues/{taken[0].issue}"))["groups"]
    assert group["about"] == "grouped by its fingerprint: TradeError, BTC"
    assert (group["hash"], group["events"], group["home"]) == (taken[0].hash, 1, taken[0].issue)


async def test_similar_issues_have_the_same_type_or_place(hub: Hub) -> None:
    taken = hub.take(
        error(1, "place", 0),
        error(2, "cancel", 1),
        error(3, "poll", 2, exceptions=(), message="slow", transaction="place(agent)"),
        error(4, "other", 3, exceptions=(), message="other"),
    )
    place, cancel, poll, _ = (one.issue for one in taken)
    assert [one["id"] for one in (await hub(f"issues/{place}"))["similar"]] == [poll, cancel]


async def test_history_is_told_from_the_first_event_on(hub: Hub) -> None:
    issue = hub.take(error(1, release="agent@1.0.0"))[0].issue
    await hub.put(f"issues/{issue}", {"action": "assign", "assignee": "ana"})
    hub.now_ns += SECOND
    await hub.post(f"issues/{issue}/comments", {"text": "the venue is down"})
    hub.now_ns += SECOND
    await hub.put(f"issues/{issue}", {"action": "resolve"})
    hub.take(error(2, at_s=700))
    told = (await hub(f"issues/{issue}"))["activity"]
    assert [(one["kind"], one["actor"], one["text"]) for one in told] == [
        ("regressed", None, None),
        ("resolved", "owner", None),
        ("comment", "owner", "the venue is down"),
        ("assigned", "owner", None),
        ("first_seen", None, None),
    ]
    assert told[0]["detail"] == {"release": None, "event_id": f"{2:032x}"}
    assert told[-1]["detail"] == {"release": "agent@1.0.0"}
    assert told[-1]["at_ns"] == str(T0)


async def test_there_is_no_issue_of_another_number(hub: Hub) -> None:
    for number in ("7", "0", "x", "99999999999"):
        status, code, message = await hub.refused("GET", f"issues/{number}")
        assert (status, code) == (404, "unknown_issue")
        assert number in message
