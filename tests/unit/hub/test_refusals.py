"""Every refusal is counted, whoever was refused, and names cannot fill the memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.refusals import OTHERS, Kind, Reason, Refusal, Refusals


def test_refusals_are_told_by_agent_kind_and_reason_the_most_refused_first() -> None:
    refusals = Refusals(now_ns=iter(range(1, 9)).__next__)
    for reason, kind, agent in (
        ("malformed", "logs", ""),
        ("busy", "traces", "a"),
        ("busy", "traces", "a"),
        ("quota", "traces", "a"),
    ):
        refusals.count(reason, kind, agent)
    assert refusals.rows() == [
        Refusal("a", "traces", "busy", 2, 3),
        Refusal("a", "traces", "quota", 1, 4),
        Refusal("", "logs", "malformed", 1, 1),
    ]
    assert refusals.lost() == 1


KINDS = st.sampled_from(("traces", "logs", "envelopes"))
REASONS = st.sampled_from(("busy", "quota", "malformed"))


@given(told=st.lists(st.tuples(REASONS, KINDS, st.sampled_from([OTHERS, *"abcdefgh"])), max_size=200))
def test_so_many_agents_are_kept_and_none_of_the_counts_is_lost(told: list[tuple[Reason, Kind, str]]) -> None:
    refusals = Refusals(most_agents=3, now_ns=lambda: 0)
    for reason, kind, agent in told:
        refusals.count(reason, kind, agent)
    rows = refusals.rows()
    assert len({row.agent for row in rows} - {OTHERS}) <= 3
    assert sum(row.requests for row in rows) == len(told)
    assert refusals.lost() == sum(reason == "malformed" for reason, _, _ in told)


def test_the_ones_who_are_refused_most_are_kept() -> None:
    refusals = Refusals(most_agents=2, now_ns=lambda: 0)
    for agent in ("runaway", "runaway", "other", "x", "y", "z"):
        refusals.count("busy", "traces", agent)
    assert [(row.agent, row.requests) for row in refusals.rows()] == [(OTHERS, 3), ("runaway", 2), ("z", 1)]
