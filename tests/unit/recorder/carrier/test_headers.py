"""Whatever an author has in hand may be passed as it is, and whatever a stranger sends costs next to nothing."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from email.message import Message

import httpx
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder.carrier import Remote, read_carrier
from fleaglass.recorder.carrier.headers import headers_in

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CARRIER = {"traceparent": PARENT, "baggage": "pf.task_type=research"}


def message(headers: Mapping[str, str]) -> Message:
    made = Message()
    for name, value in headers.items():
        made[name] = value
    return made


@pytest.mark.parametrize(
    "carrier",
    [
        CARRIER,
        {"Traceparent": PARENT, "BAGGAGE": "pf.task_type=research", "Host": "x"},
        {**CARRIER, **{f"X-Header-{n}": "value" for n in range(100)}},
        httpx.Headers(CARRIER),
        httpx.Headers(CARRIER).raw,
        requests.structures.CaseInsensitiveDict(CARRIER),
        message(CARRIER),
        list(CARRIER.items()),
        tuple((name.title().encode(), value.encode()) for name, value in CARRIER.items()),
        [*CARRIER.items(), "no pair", ("three", "of", "them"), (1, 2)],
        json.dumps(CARRIER),
        " \n" + json.dumps({"metadata": {"trace_context": CARRIER}}),
        json.dumps(CARRIER).encode(),
        bytearray(json.dumps({"trace_context": CARRIER}), "utf-8"),
        memoryview(json.dumps({"metadata": CARRIER}).encode()),
        {"trace_context": CARRIER},
        {"trace_context": json.dumps(CARRIER).encode()},
        {"task": {"asset": "BTC"}, "trace_context": json.dumps(CARRIER)},
        {"escrow_id": "esc_1", "metadata": {"trace_context": CARRIER}},
        {"metadata": None, "trace_context": CARRIER},
        {**CARRIER, "trace_context": {"traceparent": "nonsense"}},
    ],
    ids=lambda carrier: type(carrier).__name__,
)
def test_understood(carrier: object) -> None:
    assert headers_in(carrier) == CARRIER


@pytest.mark.parametrize(
    "text", [PARENT, f"Research BTC [trace {PARENT}]", f"[urgent] research [trace {PARENT}]", f"{{x [trace {PARENT}]"]
)
def test_a_description_is_understood_too(text: str) -> None:
    assert headers_in(text) == {"traceparent": PARENT}
    assert headers_in({"trace_context": text}) == {"traceparent": PARENT}
    assert headers_in(text.encode()) == {"traceparent": PARENT}


def test_the_same_header_twice_is_followed_only_where_http_allows_it() -> None:
    """W3C Trace Context: one traceparent, but baggage and tracestate may be split."""
    twice = [("baggage", "pf.task_type=research"), ("traceparent", PARENT), ("Baggage", "pf.requester_agent_id=a")]
    found = read_carrier(twice)
    assert isinstance(found, Remote)
    assert found.baggage == {"pf.task_type": "research", "pf.requester_agent_id": "a"}
    assert read_carrier([*twice, ("Traceparent", PARENT)]) == "malformed"


class Hostile(Mapping[str, object]):
    """A mapping that fails at whatever is asked of it."""

    def __getitem__(self, key: str) -> object:
        raise ValueError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise MemoryError

    def __eq__(self, other: object) -> bool:
        raise TypeError

    __hash__ = None  # type: ignore[assignment]


class Endless(Mapping[str, object]):
    """A mapping that says it is empty and never ends."""

    def __getitem__(self, key: str) -> object:
        return key

    def __iter__(self) -> Iterator[str]:
        return (str(n) for n in itertools.count())

    def __len__(self) -> int:
        return 0


def nested(depth: int) -> object:
    carrier: object = CARRIER
    for _ in range(depth):
        carrier = {"trace_context": carrier}
    return carrier


class Unprintable:
    """An object whose every attribute fails."""

    def __getattr__(self, name: str) -> object:
        raise OSError(name)


@pytest.mark.parametrize(
    ("carrier", "problem"),
    [
        (None, "missing"),
        ("", "missing"),
        ("hello", "missing"),
        ("[1, 2]", "missing"),
        ([PARENT], "missing"),
        ({"trace_context": None}, "missing"),
        ({"metadata": {"trace_context": {}}}, "missing"),
        (7, "not_a_mapping"),
        (b"\xff\x00hello", "missing"),
        (json.dumps({"traceparent": PARENT, "more": "x" * 65_536}).encode(), "too_large"),
        ({PARENT}, "not_a_mapping"),
        (iter(CARRIER.items()), "not_a_mapping"),
        ((pair for pair in CARRIER.items()), "not_a_mapping"),
        (dict, "not_a_mapping"),
        (Hostile(), "not_a_mapping"),
        (Unprintable(), "not_a_mapping"),
        ({"trace_context": Hostile()}, "not_a_mapping"),
        (Endless(), "too_large"),
        ({str(n): n for n in range(129)}, "too_large"),
        ([CARRIER] * 129, "too_large"),
        (json.dumps({"traceparent": PARENT, "more": "x" * 16_384}), "too_large"),
        (nested(3), "malformed"),
        (nested(10_000), "malformed"),
        ({"traceparent": {"traceparent": PARENT}}, "malformed"),
        ({"traceparent": [PARENT]}, "malformed"),
        ({"traceparent": "x" * 1_000_000}, "too_large"),
        ('{"trace_context":' * 900 + "{}" + "}" * 900, "malformed"),
        ("[" * 16_000, "not_a_mapping"),
        ('{"traceparent": ' + "9" * 16_000 + "}", "missing"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else type(value).__name__,
)
def test_not_followed(carrier: object, problem: str) -> None:
    assert read_carrier(carrier) == problem


TEN_MEGABYTES = 10_000_000


@pytest.mark.parametrize(
    "carrier",
    [
        {"baggage": "a=b," * (TEN_MEGABYTES // 4), "traceparent": PARENT, "tracestate": "a" * TEN_MEGABYTES},
        {"x" * TEN_MEGABYTES: PARENT},
        {f"k{n}": "v" for n in range(10_000)},
        [("traceparent", b"\xff" * TEN_MEGABYTES)] * 128,
        "[" * TEN_MEGABYTES,
        "{" + " " * TEN_MEGABYTES,
        "[trace " * (TEN_MEGABYTES // 7),
        ["[" * TEN_MEGABYTES] * 3,
        b"[" * TEN_MEGABYTES,
    ],
    ids=["long values", "long name", "many", "bytes", "deep", "wide", "marks", "strings", "body"],
)
def test_a_large_carrier_costs_milliseconds(carrier: object) -> None:
    began = time.thread_time()
    read_carrier(carrier)
    assert time.thread_time() - began < 0.1


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(PARENT)
NAMES = st.sampled_from(["traceparent", "tracestate", "baggage", "b3", "X-B3-TraceId", "trace_context", "metadata"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=4) | st.binary(), inner),
    max_leaves=20,
)


@given(VALUES | st.lists(st.tuples(NAMES | VALUES, VALUES)))
def test_nothing_that_may_arrive_raises(carrier: object) -> None:
    found = headers_in(carrier)
    if isinstance(found, str):
        assert found in {"missing", "not_a_mapping", "too_large", "malformed"}
    else:
        assert all(isinstance(text, str) for pair in found.items() for text in pair)


@given(st.text(max_size=200) | VALUES.map(lambda value: json.dumps(value, default=str, skipkeys=True)))
def test_no_text_raises(text: str) -> None:
    assert read_carrier(text, ("tracecontext", "baggage", "b3")) is not None
