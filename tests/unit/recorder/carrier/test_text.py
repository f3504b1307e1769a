"""A description carries a trace: nothing but ids goes in, and nothing but a well-formed mark comes out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder.carrier import from_text, to_text

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"
OTHER = "00-1111111111111111111111111111111a-222222222222222b-00"


def test_what_is_written_can_be_read() -> None:
    text = "Research BTC" + to_text({"traceparent": PARENT, "baggage": "pf.requester_agent_id=vol-arb-1"})
    assert text == f"Research BTC [trace {PARENT}]"
    assert from_text(text) == {"traceparent": PARENT}


@pytest.mark.parametrize(
    ("carrier", "mark"),
    [
        ({"b3": f"{PARENT[3:35]}-{PARENT[36:52]}-0"}, f"{PARENT[3:52]}-1"),
        ({"x-b3-traceid": PARENT[3:35], "x-b3-spanid": PARENT[36:52]}, f"{PARENT[3:52]}-1"),
        ({"b3": f"{PARENT[19:35]}-{PARENT[36:52]}"}, f"{'0' * 16}{PARENT[19:52]}-1"),
    ],
)
def test_ids_that_only_b3_says_go_in_and_come_out_as_b3(carrier: dict[str, str], mark: str) -> None:
    text = f"Research BTC{to_text(carrier)}"
    assert text == f"Research BTC [b3 {mark}]"
    assert from_text(text) == {"b3": mark}


def test_of_two_forms_the_w3cs_goes_in() -> None:
    assert to_text({"b3": f"{OTHER[3:52]}-1", "traceparent": PARENT}) == f" [trace {PARENT}]"


@pytest.mark.parametrize(
    "carrier",
    [
        {"b3": "0"},
        {"b3": "x"},
        {"b3": f"{'0' * 32}-{'0' * 16}"},
        {},
        {"baggage": "a=b"},
        {"traceparent": None},
        {"traceparent": PARENT + "-00"},
        {"traceparent": "x] [trace y"},
    ],
)
def test_nothing_to_carry_adds_nothing(carrier: dict[str, object]) -> None:
    assert to_text(carrier) == ""


def test_the_last_well_formed_mark_counts() -> None:
    broken = f"[trace {PARENT[:-1]}g] [trace 00-{'0' * 32}-00f067aa0ba902b7-01] [trace {PARENT}"
    assert from_text(f"[trace {PARENT}] then [trace {OTHER}] {broken}") == {"traceparent": OTHER}


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"[trace " + PARENT.encode() + b"]",
        [f"[trace {PARENT}]"],
        "",
        PARENT,
        f"[trace {PARENT.upper()}]",
        f"[trace ff{PARENT[2:]}]",
        f"[b3 {'0' * 32}-{PARENT[36:52]}-1]",
        f"[b3 {PARENT[3:52]}]",
        f"[trace {PARENT}]" + "x" * 16_384,
    ],
)
def test_anything_else_carries_nothing(text: object) -> None:
    assert from_text(text) == {}


@given(st.text(), st.text())
def test_text_around_a_mark_does_not_matter(before: str, after: str) -> None:
    assert from_text(f"{before}[trace {PARENT}]{after}") == {"traceparent": PARENT}


@given(st.text(alphabet="[]trace 0-f", max_size=300))
def test_no_text_raises_or_gives_more_than_a_traceparent(text: str) -> None:
    assert from_text(text).keys() <= {"traceparent"}


@pytest.mark.parametrize("piece", ["[", "[trace ", f"[trace {PARENT}", f"[trace {PARENT}]", "\u0000\U0001f4a3"])
def test_a_long_description_costs_milliseconds(piece: str) -> None:
    text = piece * (5_000_000 // len(piece))
    began = time.thread_time()
    from_text(text)
    assert time.thread_time() - began < 0.1
