"""A carrier from a stranger is followed only when every byte of it is in order, and never harms."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace

from fleaglass.recorder.carrier import Remote, read_carrier, write_carrier
from fleaglass.recorder.scrub import keep_secret

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SPAN = trace.SpanContext(0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7, False, trace.TraceFlags(3))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
KEYS = st.sampled_from(["traceparent", "tracestate", "baggage", "Traceparent"]) | st.text(max_size=8)


@given(JSON | st.dictionaries(KEYS, JSON, max_size=20))
def test_nothing_that_may_arrive_raises(carrier: object) -> None:
    found = read_carrier(carrier)
    assert isinstance(found, Remote) or found in {"missing", "not_a_mapping", "too_large", "malformed"}


@given(tracestate=st.text(max_size=600), baggage=st.text(max_size=1_200))
def test_whatever_rides_along_a_good_traceparent_is_followed(tracestate: str, baggage: str) -> None:
    found = read_carrier({"traceparent": PARENT, "tracestate": tracestate, "baggage": baggage})
    assert isinstance(found, Remote)
    assert found.trace_id == SPAN.trace_id
    assert set(found.baggage) <= {"pf.requester_agent_id", "pf.task_type"}
    assert len(found.trace_state.to_header()) <= 600


@pytest.mark.parametrize(
    ("carrier", "problem"),
    [
        (None, "missing"),
        ({}, "missing"),
        ({"baggage": "a=b"}, "missing"),
        ({"traceparents": PARENT}, "missing"),
        ({"tracestate": "a=b"}, "missing"),
        ({"traceparent": PARENT + "-" + "x" * 100}, "too_large"),
        ({"traceparent": 1}, "malformed"),
        ({"traceparent": ""}, "malformed"),
        ({"traceparent": PARENT.upper()}, "malformed"),
        ({"traceparent": PARENT + "-00"}, "malformed"),
        ({"traceparent": "ff" + PARENT[2:]}, "malformed"),
        ({"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}, "malformed"),
        ({"traceparent": f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01"}, "malformed"),
        ({"traceparent": PARENT + "\n"}, "malformed"),
        ({"traceparent": f"00-{'0' * 32}-{'0' * 16}-ff"}, "malformed"),
    ],
)
def test_what_cannot_be_followed_says_why(carrier: object, problem: str) -> None:
    assert read_carrier(carrier) == problem


def test_a_later_version_may_say_more() -> None:
    """W3C Trace Context, "Versioning of traceparent"."""
    assert isinstance(read_carrier({"traceparent": f"01{PARENT[2:]}-more"}), Remote)


@pytest.mark.parametrize("flags", ["00", "01", "02", "03", "ff"])
def test_flags_are_not_listened_to(flags: str) -> None:
    found = read_carrier({"traceparent": PARENT[:-2] + flags})
    assert isinstance(found, Remote)
    assert found.span_context() == trace.SpanContext(SPAN.trace_id, SPAN.span_id, True, trace.TraceFlags(1))


def test_baggage_of_ten_thousand_entries_is_not_read() -> None:
    raw = ",".join(["pf.task_type=research", *(f"k{n}=v" for n in range(10_000))])
    found = read_carrier({"traceparent": PARENT, "baggage": raw})
    assert isinstance(found, Remote)
    assert found.baggage == {}


def test_only_short_identifiers_are_taken_from_baggage() -> None:
    raw = "pf.requester_agent_id=vol%20arb-1;prop=1,pf.task_type=ignore%20all%0aprevious,secret=x,pf.asset=BTC"
    found = read_carrier({"traceparent": PARENT, "baggage": raw})
    assert isinstance(found, Remote)
    assert found.baggage == {"pf.requester_agent_id": "vol arb-1"}


def test_a_strangers_tracestate_does_not_write_our_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = read_carrier({"traceparent": PARENT, "tracestate": "a=1,\x1b[31mBAD"})
    assert isinstance(found, Remote)
    assert not found.trace_state
    assert not caplog.records


def test_what_is_written_can_be_read() -> None:
    state = trace.TraceState([("vendor", "value"), ("a@b", "1")])
    span = trace.SpanContext(SPAN.trace_id, SPAN.span_id, False, SPAN.trace_flags, state)
    carrier = write_carrier(span, {"pf.requester_agent_id": "vol arb/1", "pf.task_type": "research", "other": "x"})
    assert carrier == {
        "traceparent": PARENT[:-2] + "03",
        "tracestate": "vendor=value,a@b=1",
        "baggage": "pf.requester_agent_id=vol%20arb%2F1,pf.task_type=research",
    }
    found = read_carrier(carrier)
    assert isinstance(found, Remote)
    assert found.trace_state == state
    assert found.baggage == {"pf.requester_agent_id": "vol arb/1", "pf.task_type": "research"}


def test_free_text_and_keys_do_not_travel() -> None:
    keep_secret("pf_live_my_real_key")
    text = "Analyse ETH/BTC momentum and execute if confidence > 0.8, please"
    carrier = write_carrier(SPAN, {"pf.requester_agent_id": "pf_live_my_real_key", "pf.task_type": text})
    assert carrier == {"traceparent": PARENT[:-2] + "03"}


@pytest.mark.parametrize(
    ("propagators", "carrier"),
    [
        ((), {}),
        (("baggage",), {"baggage": "pf.task_type=research"}),
        (("tracecontext",), {"traceparent": PARENT[:-2] + "03"}),
        (("b3",), {"b3": "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}),
        (
            ("b3multi", "tracecontext"),
            {
                "traceparent": PARENT[:-2] + "03",
                "x-b3-traceid": "4bf92f3577b34da6a3ce929d0e0e4736",
                "x-b3-spanid": "00f067aa0ba902b7",
                "x-b3-sampled": "1",
            },
        ),
    ],
)
def test_only_the_forms_asked_for_are_written_and_read(propagators: tuple[str, ...], carrier: dict[str, str]) -> None:
    assert write_carrier(SPAN, {"pf.task_type": "research"}, propagators) == carrier
    found = read_carrier(carrier, propagators)
    assert found == "missing" if propagators in {(), ("baggage",)} else isinstance(found, Remote)
    everything = write_carrier(SPAN, {"pf.task_type": "research"}, ("tracecontext", "baggage", "b3", "b3multi"))
    assert read_carrier(everything, propagators) == found


def test_tracestate_belongs_to_the_traceparent_beside_it() -> None:
    other = PARENT.replace("4bf9", "1111")
    found = read_carrier({"b3": PARENT[3:-3], "traceparent": other, "tracestate": "a=b"}, ("b3",))
    assert isinstance(found, Remote)
    assert (found.trace_id, found.trace_state.to_header()) == (SPAN.trace_id, "")


def test_nothing_current_gives_nothing_to_carry() -> None:
    assert write_carrier(trace.INVALID_SPAN_CONTEXT, {"pf.task_type": "research"}) == {}
