"""Which issue an event goes to; and that the order in which events come changes none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.assignment import Assignment, assign
from fleaglass.hub.issues.event import Event, Frame
from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.issues.seen import Seen, merged, seen

from .made import event, raised


@pytest.mark.parametrize(
    ("of", "known", "expected"),
    [
        (["a", "s"], {}, Assignment(None, ("a", "s"))),
        (["a", "s"], {"a": 1}, Assignment(1, ("s",))),
        (["a", "s"], {"s": 1}, Assignment(1, ("a",))),
        (["a", "s"], {"a": 1, "s": 1}, Assignment(1, ())),
        (["a", "s"], {"a": 1, "s": 2}, Assignment(1, ())),  # the primary hash has the word
        (["a"], {"b": 1}, Assignment(None, ("a",))),
    ],
)
def test_any_known_hash_selects_the_issue(of: list[str], known: Mapping[str, int], expected: Assignment[int]) -> None:
    assert assign(of, known) == expected


def kept(events: Iterable[Event]) -> tuple[set[frozenset[str]], set[tuple[frozenset[str], Seen]]]:
    """The events of each issue, and what is said of it, after they came in this order."""
    known: dict[str, int] = {}
    members: list[set[str]] = []
    said: list[Seen] = []
    for each in events:
        found = assign(hashes(each), known)
        issue = len(members) if found.issue is None else found.issue
        if found.issue is None:
            members.append(set())
            said.append(seen(each))
        else:
            said[issue] = merged(said[issue], seen(each))
        members[issue].add(each.event_id)
        known.update(dict.fromkeys(found.attach, issue))
    groups = [frozenset(ids) for ids in members]
    return set(groups), set(zip(groups, said, strict=True))


MODULES = {"agent": True, "venue": True, "httpx": False, "asyncio": False}


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Sequence[Event], Sequence[Event]]:
    """Some events of one client, in two orders: it calls the same modules in-app in all of them."""
    frame = st.sampled_from(
        [Frame(module=module, function=name, in_app=ours) for module, ours in MODULES.items() for name in "fg"]
    )
    stacks = st.lists(frame, max_size=5)
    events = [
        event(
            event_id=f"{number:032x}",
            time_ns=draw(st.integers(0, 5)),
            release=draw(st.sampled_from(["", "a@1.0", "a@2.0"])),
            message=draw(st.sampled_from(["", "7 left", "8 left"])),
            exceptions=tuple(
                raised(draw(st.sampled_from(["E", "F"])), *draw(stacks)) for _ in range(draw(st.integers(0, 2)))
            ),
            fingerprint=draw(st.sampled_from([(), ("{{ default }}", "BTC"), ("{{ type }}",)])),
        )
        for number in range(draw(st.integers(1, 10)))
    ]
    return events, draw(st.permutations(events))


@given(shuffled())
def test_the_order_in_which_events_come_changes_no_issue_nor_what_is_said_of_it(
    orders: tuple[Sequence[Event], Sequence[Event]],
) -> None:
    one, other = orders
    assert kept(one) == kept(other)


def test_first_is_what_happened_first_and_not_what_came_first() -> None:
    late = seen(event(time_ns=9, release="a@2.0"))
    early = seen(event(time_ns=4, release="a@1.0"))
    assert merged(late, early) == Seen(events=2, first_ns=4, last_ns=9, first_release="a@1.0")


lots = st.builds(Seen, st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), st.sampled_from(["", "a@1", "a@2"]))


@given(lots, lots, lots)
def test_lots_of_events_add_up_in_any_order(a: Seen, b: Seen, c: Seen) -> None:
    assert merged(a, b) == merged(b, a)
    assert merged(merged(a, b), c) == merged(a, merged(b, c))
