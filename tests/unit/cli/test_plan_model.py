"""The plan's arithmetic: exact for known fleets, and never nonsense for any."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.cli._plan.figures import (
    ALERT_ROUND,
    ALL,
    CHECK_IN_BYTES,
    CHECKPOINT_BYTES,
    DISK_SHARE,
    EVENT_BYTES,
    EVENTS,
    SPAN_BYTES,
    STATE_WRITES,
)
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
MACHINES = Machines(cores_per_hub=2, cores_per_server=8, disk_bytes=Fraction(2 * 10**12), replicas=1)
KEEP = Keep()

shares = st.fractions(0, 1, max_denominator=100)
rates = st.fractions(0, 10_000, max_denominator=1_000)
keeps = st.builds(
    lambda days: Keep(idle_days=days[0], days=days[1], money_days=days[2]),
    st.lists(st.integers(1, 4_000), min_size=3, max_size=3).map(sorted),
)
machines = st.builds(Machines, st.integers(1, 64), st.integers(1, 64), st.fractions(10**9, 10**14), st.integers(1, 3))


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
    assert round_s(DESK) == 20_000 * ALERT_ROUND.value / 10**6


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
    a_day = 500 * 86_400 * SPAN_BYTES.value
    events = 4_000 * EVENT_BYTES.value
    assert [(each.name, each.bytes_per_day, each.days, each.bytes) for each in kept(DESK, KEEP)] == [
        ("idle cycles", Fraction("0.8") * a_day, 7, Fraction("6.4") * a_day),
        ("ordinary", Fraction("0.1") * a_day, 30, Fraction("3.1") * a_day),
        ("money", Fraction("0.1") * a_day, 400, Fraction("40.1") * a_day),
        ("error events", events, 400, 401 * events),
    ]
    assert store_bytes(DESK, KEEP) == Fraction("49.6") * a_day + 401 * events


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
    assert state_bytes(fleet) == 1_000 * (90 * 1_440 * CHECK_IN_BYTES.value + checkpoints * CHECKPOINT_BYTES.value)


STORED = store_bytes(DESK, KEEP) or 0
STATE = state_bytes(DESK)


@pytest.mark.parametrize(
    ("room", "replicas", "setup", "shards"),
    [
        (STORED + STATE, 1, "one hub", 0),
        (STORED + STATE - 1, 1, "one server", 1),
        (STORED, 1, "one server", 1),
        (STORED - 1, 1, "cluster", 2),
        (STORED / 3, 1, "cluster", 3),
        (STORED / 3 - 1, 1, "cluster", 4),
        (STORED + STATE, 2, "cluster", 1),
        (STORED / 3, 2, "cluster", 3),
    ],
)
def test_shards_are_as_few_as_hold_it(room: Fraction, replicas: int, setup: str, shards: int) -> None:
    """`room` is what may be full of each disk."""
    sizes = size(DESK, KEEP, replace(MACHINES, disk_bytes=room / DISK_SHARE.value, replicas=replicas))
    assert (sizes.setup, sizes.shards) == (setup, shards)


@pytest.mark.parametrize(("share", "hubs", "shards"), [("1", 1, 0), ("1.001", 2, 1), ("2", 2, 1), ("8.001", 9, 3)])
def test_hubs_and_shards_are_as_few_as_keep_up(share: str, hubs: int, shards: int) -> None:
    """`share` is of what one hub takes in; a server has four times its cores, and the disks are large."""
    cycles = Fraction(share) * spans_per_s_of(2) * 60 / (1_000 * DESK.spans_per_cycle)
    sizes = size(replace(DESK, cycles_per_minute=cycles), KEEP, replace(MACHINES, disk_bytes=Fraction(10**18)))
    assert (sizes.hubs, sizes.shards) == (hubs, shards)


def test_more_errors_than_one_hub_groups_take_another() -> None:
    most = EVENTS.value * 86_400 / 1_000
    assert size(replace(DESK, errors_per_day=most), KEEP, replace(MACHINES, disk_bytes=Fraction(10**18))).hubs == 1
    assert size(replace(DESK, errors_per_day=most + 1), KEEP, replace(MACHINES, disk_bytes=Fraction(10**18))).hubs == 2


def test_what_breaks_first_comes_first() -> None:
    for step in steps(DESK, KEEP, MACHINES, 3):
        sizes = [limit.breaks_at for limit in step.limits]
        assert None not in sizes
        assert sizes == sorted(sizes)
        assert step.first.breaks_at == min(sizes)


def test_without_rules_no_round_is_too_long() -> None:
    [hub, *_] = steps(replace(DESK, rules=0), KEEP, MACHINES, 2)
    assert {each.what: each.breaks_at for each in hub.limits}["alert round of 5 s"] is None


def test_more_idle_and_money_than_there_are_cycles_is_refused() -> None:
    with pytest.raises(ValueError, match=r"do nothing \(0.8\) and those with money \(0.3\) are more than all cycles"):
        replace(DESK, money=Fraction("0.3"))


def test_a_price_is_of_all_copies_and_the_state_with_a_fifth_of_the_disk_free() -> None:
    two = replace(MACHINES, replicas=2)
    plan = make_plan(DESK, KEEP, two, Fraction(80))
    assert plan.disk_bytes == (2 * STORED + STATE) / Fraction("0.8")
    assert plan.usd_per_month == Decimal(round(plan.disk_bytes * 80 / 10**10)) / 100
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
        "events grouped": events_per_s(fleet) <= EVENTS.value,
        "writes to the state": state_writes_per_s(fleet) <= STATE_WRITES.value,
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
