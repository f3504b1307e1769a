"""Nobody who sends little waits behind somebody who sends much; nothing is lost, reordered or forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.store.fair import ABOUT_S, Entry, FairQueue

GROUP, SHARE, MOST_BYTES = 100, 20, 10_000


def queue(most_bytes: int = MOST_BYTES) -> FairQueue[str]:
    return FairQueue(most_bytes, GROUP, SHARE)


def entry(what: str, sender: str, rows: int, kind: str = "traces", size: int = 1) -> Entry[str]:
    return Entry(what, kind, sender, rows, size)


def filled(**waiting: list[int]) -> FairQueue[str]:
    """A queue with entries of so many rows, each named after its sender and place: a0, a1, b0 …"""
    made = queue()
    for sender, rows in waiting.items():
        for number, each in enumerate(rows):
            made.put(entry(f"{sender}{number}", sender, each), 0.0)
    return made


def test_whoever_sent_little_of_late_is_in_the_next_group() -> None:
    waiting = filled(runaway=[10] * 50)
    assert waiting.take("traces", 0.0) == [f"runaway{number}" for number in range(10)]
    waiting.put(entry("quiet0", "quiet", 5), 0.0)
    assert waiting.take("traces", 0.0) == ["quiet0", "runaway10", "runaway11"]


def test_a_sender_alone_gets_whole_groups() -> None:
    assert len(filled(a=[10] * 50).take("traces", 0.0)) == 10


def test_several_that_send_much_share_whole_groups() -> None:
    group = filled(a=[10] * 50, b=[10] * 50).take("traces", 0.0)
    assert sorted(group) == [f"{sender}{number}" for sender in "ab" for number in range(5)]


def test_many_that_send_little_make_one_group() -> None:
    assert len(filled(**{f"s{number}": [10] for number in range(10)}).take("traces", 0.0)) == 10


def test_groups_are_short_for_as_long_as_somebody_is_about_who_sends_little() -> None:
    waiting = filled(quiet=[1], runaway=[10] * 50)
    assert waiting.take("traces", 0.0) == ["quiet0", "runaway0", "runaway1"]
    assert len(waiting.take("traces", ABOUT_S)) == 2
    waiting.put(entry("more", "runaway", 10), ABOUT_S)
    assert len(waiting.take("traces", ABOUT_S + 0.1)) == 10


def test_nobody_waits_for_what_has_no_sender() -> None:
    waiting = filled(a=[10] * 50)
    waiting.put(entry("digested", "", 1), 0.0)
    assert len(waiting.take("traces", 0.0)) == 10


def test_one_entry_larger_than_a_group_is_a_group() -> None:
    assert filled(a=[500, 1]).take("traces", 0.0) == ["a0"]


def test_kinds_take_turns() -> None:
    waiting = filled(a=[10] * 50)
    waiting.put(entry("log", "b", 1, kind="logs"), 0.0)
    waiting.take(waiting.next_kind(), 0.0)
    assert waiting.next_kind() == "logs"
    assert waiting.take("logs", 0.0) == ["log"]
    assert waiting.next_kind() == "traces"


def test_a_group_is_ripe_when_more_would_not_make_it_better() -> None:
    assert not filled(a=[GROUP - 1]).is_ripe("traces", 0.0)
    assert filled(a=[GROUP]).is_ripe("traces", 0.0)
    assert not filled(a=[SHARE - 1], b=[1]).is_ripe("traces", 0.0)
    assert filled(a=[SHARE], b=[1]).is_ripe("traces", 0.0)


def test_a_sender_may_have_as_much_waiting_as_is_still_free() -> None:
    waiting = queue(most_bytes=90)
    waiting.put(entry("a", "a", 1, size=45), 0.0)
    assert not waiting.has_room("a", 1)
    assert waiting.has_room("b", 45)
    waiting.put(entry("b", "b", 1, size=30), 0.0)
    assert not waiting.has_room("b", 1)
    assert waiting.has_room("c", 15)
    assert not waiting.has_room("c", 16)


SENDERS = st.sampled_from("abcde")
PUTS = st.tuples(SENDERS, st.integers(1, 60), st.integers(0, 300), st.sampled_from(("traces", "logs")))
STEPS = st.lists(st.one_of(PUTS, st.none()), max_size=80)


@given(steps=STEPS)
def test_everything_leaves_once_in_its_senders_order_and_bytes_add_up(
    steps: list[tuple[str, int, int, str] | None],
) -> None:
    waiting, left = FairQueue[tuple[str, str, int, int]](MOST_BYTES, GROUP, SHARE), []
    inside: dict[tuple[str, str, int, int], None] = {}

    def take() -> None:
        kind = waiting.next_kind()
        group = waiting.take(kind, 0.0)
        assert group
        assert {each[1] for each in group} == {kind}
        for each in group:
            del inside[each]
            left.append(each)

    for number, step in enumerate(steps):
        if step is None:
            if len(waiting):
                take()
            continue
        sender, rows, size, kind = step
        if waiting.has_room(sender, size):
            one = sender, kind, number, size
            waiting.put(Entry(one, kind, sender, rows, size), 0.0)
            inside[one] = None
        assert waiting.bytes == sum(each[3] for each in inside)
        assert waiting.bytes_of(sender) == sum(each[3] for each in inside if each[0] == sender)
    while len(waiting):
        take()
    assert not inside
    assert waiting.bytes == 0
    for sender in "abcde":
        for kind in ("traces", "logs"):
            numbers = [each[2] for each in left if each[:2] == (sender, kind)]
            assert numbers == sorted(numbers)


@given(
    backlogs=st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=30), min_size=1, max_size=6),
    mine=st.integers(1, 60),
    before=st.integers(0, 5),
)
def test_nobody_waits_for_more_of_another_than_that_ones_fair_part(
    backlogs: list[list[int]], mine: int, before: int
) -> None:
    """Of each other sender, at most as many rows as one's own, and one entry, come first."""
    waiting = FairQueue[tuple[int, int]](MOST_BYTES, GROUP, GROUP)
    for sender, backlog in enumerate(backlogs):
        for rows in backlog:
            waiting.put(Entry((sender, rows), "traces", str(sender), rows, 0), 0.0)
    for _ in range(before):
        if len(waiting):
            waiting.take("traces", 0.0)
    waiting.put(Entry((-1, mine), "traces", "mine", mine, 0), 0.0)
    first = [0] * len(backlogs)
    while (group := waiting.take("traces", 0.0)) and (-1, mine) not in group:
        for sender, rows in group:
            first[sender] += rows
    assert all(rows <= mine + 60 for rows in first)


@given(flood=st.integers(1, 40), size=st.integers(1, 60))
def test_a_sender_is_not_starved_by_ever_new_ones(flood: int, size: int) -> None:
    """They can only be as many as the queue holds, and each time that those have had a turn, it is nearer its own."""
    waiting = queue(most_bytes=100)
    waiting.put(entry("old0", "old", size), 0.0)
    for round_ in range(100):
        for sender in (f"new-{round_}-{number}" for number in range(flood)):
            if waiting.has_room(sender, 1):
                waiting.put(entry("new", sender, GROUP // 10), 0.0)
        if "old0" in waiting.take("traces", 0.0):
            return
    raise AssertionError("never served")
