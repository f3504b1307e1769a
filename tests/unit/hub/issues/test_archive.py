"""How long an archived issue stays out of sight."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.issues.archive import Archive, still_archived

AT = 1_000


def until(**conditions: int) -> Archive:
    return Archive(at_ns=AT, until="until_condition_met", **conditions)


ESCALATING, FOREVER = Archive(at_ns=AT), Archive(at_ns=AT, until="forever")
QUIET: dict[str, Any] = {"now_ns": AT, "events": 0, "users": 0, "escalating": False}
LOUD: dict[str, Any] = {"now_ns": AT + 10**18, "events": 10**6, "users": 10**6, "escalating": True}


@pytest.mark.parametrize(
    ("archive", "facts", "stays"),
    [
        (ESCALATING, QUIET, True),
        (ESCALATING, LOUD | {"escalating": False}, True),
        (ESCALATING, QUIET | {"escalating": True}, False),
        (FOREVER, LOUD, True),
        (until(events=3), LOUD | {"events": 2}, True),
        (until(events=3), QUIET | {"events": 3}, False),
        (until(users=3), LOUD | {"users": 2}, True),
        (until(users=3), QUIET | {"users": 3}, False),
        (until(duration_ns=60), LOUD | {"now_ns": AT + 59}, True),
        (until(duration_ns=60), QUIET | {"now_ns": AT + 60}, False),
        (until(events=3, duration_ns=60), QUIET | {"events": 2, "now_ns": AT + 59}, True),
        (until(events=3, duration_ns=60), QUIET | {"events": 2, "now_ns": AT + 60}, False),
        (until(events=3, users=2), QUIET | {"events": 3, "users": 1}, False),
    ],
)
def test_it_stays_until_what_it_was_archived_for(archive: Archive, facts: dict[str, Any], stays: bool) -> None:
    assert still_archived(archive, **facts) is stays


def test_until_escalating_is_what_archiving_means() -> None:
    assert Archive(at_ns=AT).until == "until_escalating"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"until": "until_condition_met"}, "needs one of events, users, duration_ns"),
        ({"until": "forever", "events": 3}, "archived forever goes without events"),
        ({"users": 3, "events": 1}, "archived until escalating goes without events, users"),
        ({"until": "until_condition_met", "events": 0}, "events must be above 0, got 0"),
        ({"until": "until_condition_met", "events": 3, "duration_ns": -1}, "duration_ns must be above 0, got -1"),
    ],
)
def test_an_archive_that_makes_no_sense_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Archive(at_ns=AT, **fields)
