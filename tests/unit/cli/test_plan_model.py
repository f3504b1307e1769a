"""The plan's arithmetic: exact for known fleets, and never nonsense for any."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.cli._plan.figures import ALL, DISK_SHARE
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.limits import NEXT, steps
from fleaglass.cli._plan.load import (
    checkpoints_per_day,
    events_per_s,
    round_s,
    spans_per_s,
    spans_per_s_of,
    state_writes_per_s,
)
from fleaglass.cli._plan.plan import make_plan
from fleaglass.cli._plan.sizing import kept, size, state_bytes, store_bytes
from fleaglass.hub.keep import Keep

DESK = Fleet(
    agents=1_000,
    cycles_per_minute=Fraction(3),
    spans_per_cycle=Fraction(10),
    idle=Fraction("0.8"),
    money=Fraction("0.1"),
    errors_per_day=Fraction(4),
    rules=20,
)
MACHINES = Machines(cores_per_hub=2, cores_per_server=8, disk_bytes=2 * 10**12, replicas=1)
KEEP = Keep()

shares = st.fractions(0, 1, max_denominator=100)
rates = st.fractions(0, 10_000, max_denominator=1_000)
keeps = st.builds(
    lambda days: Keep(idle_days=days[0], days=days[1], money_days=days[2]),
    st.lists(st.integers(1, 4_000), min_size=3, max_size=3).map(sorted),
)
machines = st.builds(Machines, st.integers(1, 64), st.integers(1, 64), st.integers(10**9, 10**14), st.integers(1, 3))


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    idle = draw(shares)
    return Fleet(
        draw(st.integers(1, 10**7)),
        draw(rates),
        draw(rates),
        idle,
        (1 - idle) * draw(shares),
        draw(rates),
        draw(st.integers(0, 500)),
    )


# --- known fleets -----------------------------------------------------------------------------------------------------


def test_what_a_thousand_agents_do_in_a_second() -> None:
    assert spans_per_s(DESK) == 500
    assert events_per_s(DESK) == Fraction(4_000, 86_400)
    assert round_s(DESK) == Fraction("0.424")


@pytest.mark.parametrize(
    ("cycles_per_minute", "money", "a_day"),
    [("3", "0.1", 432), ("60", "0.2", 1_440), ("60", "0", 0), ("0", "0.2", 0)],
)
def test_a_ledger_signs_once_a_minute_at_most_and_not_without_anything_spent(
    cycles_per_minute: str, money: str, a_day: int
) -> None:
    fleet = replace(DESK, cycles_per_minute=Fraction(cycles_per_minute), money=Fraction(money))
    assert checkpoints_per_day(fleet) == a_day
    assert state_writes_per_s(fleet) == Fraction(1_000 * (1_440 + a_day + 4), 86_400)


def test_each_class_settles_at_its_days_and_the_present_one() -> None:
    a_day = 500 * 86_400 * 130
    assert [(each.name, each.bytes_per_day, each.days, each.bytes) for each in kept(DESK, KEEP)] == [
        ("idle cycles", Fraction("0.8") * a_day, 7, Fraction("6.4") * a_day),
        ("ordinary", Fraction("0.1") * a_day, 30, Fraction("3.1") * a_day),
        ("money", Fraction("0.1") * a_day, 400, Fraction("40.1") * a_day),
        ("error events", 32_000_000, 400, 12_832_000_000),
    ]
    assert store_bytes(DESK, KEEP) == Fraction("49.6") * a_day + 12_832_000_000


def test_what_is_kept_for_ever_never_settles_unless_there_is_none_of_it() -> None:
    for_ever = Keep(money_days=0)
    assert [each.bytes is None for each in kept(DESK, for_ever)] == [False, False, True, True]
    assert store_bytes(DESK, for_ever) is None
    assert store_bytes(replace(DESK, money=Fraction(0), errors_per_day=Fraction(0)), for_ever) is not None


@pytest.mark.parametrize(("cycles_per_minute", "checkpoints"), [("60", 10_000), ("0.1", 5_760), ("0", 0)])
def test_the_state_holds_ninety_days_of_check_ins_and_at_most_ten_thousand_checkpoints(
    cycles_per_minute: str, checkpoints: int
) -> None:
    fleet = replace(DESK, cycles_per_minute=Fraction(cycles_per_minute))
    assert state_bytes(fleet) == 1_000 * (90 * 1_440 * 328 + checkpoints * 515)


@pytest.mark.parametrize(
    ("agents", "replicas", "setup", "hubs", "shards"),
    [
        (1, 1, "one hub", 1, 0),
        (1, 2, "cluster", 1, 1),
        (4_719, 1, "one hub", 1, 0),
        (4_720, 1, "one server", 1, 1),
        (5_491, 1, "one server", 1, 1),
        (5_492, 1, "cluster", 1, 2),
        (86_956, 1, "cluster", 1, 16),
        (86_957, 1, "cluster", 2, 16),
    ],
)
def test_hubs_and_shards_are_as_few_as_will_do(agents: int, replicas: int, setup: str, hubs: int, shards: int) -> None:
    sizes = size(replace(DESK, agents=agents), KEEP, replace(MACHINES, replicas=replicas))
    assert (sizes.setup, sizes.hubs, sizes.shards) == (setup, hubs, shards)


def test_at_how_many_agents_each_thing_breaks() -> None:
    found = {step.setup: {each.what: each.breaks_at for each in step.limits} for step in steps(DESK, KEEP, MACHINES, 3)}
    assert found == {
        "one hub": {
            "disk": 4_720,
            "alert round of 5 s": 11_793,
            "writes to the state": 28_969,
            "CPU to take spans in": 86_957,
            "events grouped": 13_586_401,
        },
        "one server": {
            "disk": 5_492,
            "alert round of 5 s": 11_793,
            "writes to the state": 28_969,
            "disk of the state": 33_572,
            "CPU to take spans in": 347_827,
        },
        "cluster of 3": {
            "alert round of 5 s": 11_793,
            "disk": 16_474,
            "writes to the state": 28_969,
            "disk of the state": 33_572,
            "CPU to take spans in": 1_043_479,
        },
    }


def test_more_idle_and_money_than_there_are_cycles_is_refused() -> None:
    with pytest.raises(ValueError, match=r"do nothing \(0.8\) and those with money \(0.3\) are more than all cycles"):
        replace(DESK, money=Fraction("0.3"))


def test_a_price_is_of_all_copies_and_the_state_with_a_fifth_of_the_disk_free() -> None:
    two = replace(MACHINES, replicas=2)
    plan = make_plan(DESK, KEEP, two, Fraction(80))
    stored, state = store_bytes(DESK, KEEP), state_bytes(DESK)
    assert stored is not None
    assert plan.disk_bytes == (2 * stored + state) / Fraction("0.8")
    assert f"{plan.usd_per_month}" == "63.04"
    assert make_plan(DESK, KEEP, two).usd_per_month is None
    assert make_plan(DESK, Keep(money_days=0), two, Fraction(80)).usd_per_month is None


def test_every_figure_says_what_it_is_and_where_it_comes_from() -> None:
    assert len({each.what for each in ALL}) == len(ALL)
    assert [each for each in ALL if not each.where or each.value <= 0] == []
    assert [each.what for each in ALL if each.where.startswith("bench/") and not each.when] == []


# --- any fleet --------------------------------------------------------------------------------------------------------


@given(fleets(), keeps, machines)
def test_nothing_is_ever_negative_and_every_class_is_in_the_whole(
    fleet: Fleet, keep: Keep, any_machines: Machines
) -> None:
    sizes = size(fleet, keep, any_machines)
    assert min(spans_per_s(fleet), events_per_s(fleet), state_writes_per_s(fleet), round_s(fleet)) >= 0
    assert sizes.hubs >= 1
    assert sizes.shards >= (sizes.setup != "one hub")
    assert sizes.store_bytes == sum(each.bytes or 0 for each in sizes.kept)
    assert sizes.state_bytes > 0


@given(fleets(), keeps, machines, st.integers(1, 10**6), st.fractions(1, 100, max_denominator=10))
def test_more_load_never_takes_less(
    fleet: Fleet, keep: Keep, any_machines: Machines, more_agents: int, busier: Fraction
) -> None:
    less = size(fleet, keep, any_machines)
    for more in (
        replace(fleet, agents=fleet.agents + more_agents),
        replace(fleet, cycles_per_minute=fleet.cycles_per_minute * busier),
        replace(fleet, errors_per_day=fleet.errors_per_day * busier),
    ):
        now = size(more, keep, any_machines)
        assert now.hubs >= less.hubs
        assert now.shards >= less.shards
        assert now.store_bytes is not None
        assert less.store_bytes is not None
        assert now.store_bytes >= less.store_bytes
        assert now.state_bytes >= less.state_bytes


@given(fleets(), keeps, machines)
def test_one_agent_fewer_than_breaks_it_still_holds(fleet: Fleet, keep: Keep, any_machines: Machines) -> None:
    """Each limit, asked of the fleet of that size itself."""
    for step in steps(fleet, keep, any_machines, 3):
        for limit in step.limits:
            if limit.breaks_at is None:
                continue
            assert not holds(limit.what, step.setup, replace(fleet, agents=limit.breaks_at), keep, any_machines)
            if limit.breaks_at > 1:
                assert holds(limit.what, step.setup, replace(fleet, agents=limit.breaks_at - 1), keep, any_machines)


def holds(what: str, setup: str, fleet: Fleet, keep: Keep, on: Machines) -> bool:
    servers = 3 if setup == "cluster of 3" else 1
    cores = on.cores_per_hub if setup == "one hub" else on.cores_per_server
    room = on.disk_bytes * DISK_SHARE.value
    stored = store_bytes(fleet, keep)
    assert stored is not None
    return {
        "CPU to take spans in": spans_per_s(fleet) <= servers * spans_per_s_of(cores),
        "disk": stored + (state_bytes(fleet) if setup == "one hub" else 0) <= servers * room,
        "disk of the state": state_bytes(fleet) <= room,
        "alert round of 5 s": round_s(fleet) <= 5,
        "events grouped": events_per_s(fleet) <= 629,
        "writes to the state": state_writes_per_s(fleet) <= 629,
    }[what]


@given(fleets(), keeps, machines)
def test_one_hub_is_planned_exactly_as_long_as_it_holds(fleet: Fleet, keep: Keep, any_machines: Machines) -> None:
    alone = replace(any_machines, replicas=1)
    [hub, *_] = steps(fleet, keep, alone, 2)
    mended = ("CPU to take spans in", "disk", "events grouped")
    breaks = [
        each.what for each in hub.limits if each.what in mended and each.breaks_at and each.breaks_at <= fleet.agents
    ]
    assert (size(fleet, keep, alone).setup == "one hub") == (not breaks)


@given(fleets(), keeps, machines)
def test_what_a_plan_cannot_hold_is_what_no_machine_mends(fleet: Fleet, keep: Keep, any_machines: Machines) -> None:
    broken = {each.what for each in make_plan(fleet, keep, any_machines).broken}
    assert broken <= {"alert round of 5 s", "writes to the state", "disk of the state"}
    assert broken <= NEXT.keys()
