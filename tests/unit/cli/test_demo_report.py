"""Recorded against stored, span by span: a demo that loses one says which."""

from __future__ import annotations

from pathlib import Path

import msgspec

from fleaglass.cli._demo.report import Facts, Report, compare, recorded_ids, set_aside

A, B, C = (f"{number:032x} {number:016x}" for number in (1, 2, 3))


def test_the_agents_files_give_the_ids_and_leave_the_names(tmp_path: Path) -> None:
    one, two = tmp_path / "one.spans", tmp_path / "two.spans"
    one.write_text(f"{A} agent.decision_cycle\n{B} POST /trading/order\n")
    two.write_text(f"{C} pf.escrow.list\n")
    assert recorded_ids([one, two]) == [A, B, C]


def test_an_agent_that_recorded_nothing_has_no_file(tmp_path: Path) -> None:
    assert recorded_ids([tmp_path / "never.spans"]) == []


def test_the_same_spans_in_another_order_are_the_same() -> None:
    assert compare([A, B, C], [C, A, B]) == ""


def test_a_span_that_is_missing_from_the_store_is_named() -> None:
    problem = compare([A, B, C], [A, C])
    assert B in problem
    assert A not in problem
    assert "recorded by the agents but not in the store (1)" in problem


def test_a_span_stored_twice_is_named() -> None:
    problem = compare([A, B], [A, B, B])
    assert B in problem
    assert "there twice (1)" in problem


def test_a_span_that_was_open_when_its_agent_was_killed_is_no_stray() -> None:
    assert set_aside([A, B, C], [B], [A, C]) == [A, C]


def test_a_span_that_its_agent_ended_right_before_it_was_killed_is_missed_if_it_is_not_stored() -> None:
    """It is in the agent's file, and by its journal it is still open."""
    assert set_aside([A, B], [B], [A, B]) == [A, B]
    assert B in compare([A, B], set_aside([A], [], [A, B]))


def test_a_long_list_is_cut_and_says_so() -> None:
    lost = [f"{number:032x} {number:016x}" for number in range(1, 51)]
    problem = compare(lost, [])
    assert "(50)" in problem
    assert lost[0] in problem
    assert lost[-1] not in problem
    assert problem.endswith("and 30 more")


def test_the_line_of_json_has_these_fields_in_this_order() -> None:
    """Documented in docs/demo.md, and read by scripts."""
    assert Report.__struct_fields__ == (
        "cycles",
        "spans_recorded",
        "spans_stored",
        "spans_interrupted",
        "traces",
        "orders_filled",
        "orders_unknown",
        "escrows_released",
        "cross_agent_traces",
        "errors",
        "intents_unresolved",
        "ui",
    )
    assert set(Facts.__struct_fields__) < set(Report.__struct_fields__)
    line = msgspec.json.encode(Report(80, 10, 10, 0, 9, 8, 1, 5, 5, 2, 0, "http://127.0.0.1:4318"))
    assert b"\n" not in line
