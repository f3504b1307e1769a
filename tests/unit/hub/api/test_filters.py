"""A query string becomes filters, or a refusal that names the parameter and its value: never a failure of ours."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleaglass.hub.api.cursor import Cursor, encode
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.filters import TRACE_PARAMETERS, Filters, parse_filters
from fleaglass.hub.api.performance_groups import Group, parse_dimension
from fleaglass.hub.api.times import LATEST_NS, TimeRange

NOW = 1_795_183_200_000_000_000
HOUR = 3_600_000_000_000


def parsed(*pairs: tuple[str, str]) -> Filters:
    return parse_filters(pairs, NOW)


def test_no_query_is_no_filter() -> None:
    assert parsed() == Filters()
    assert parsed(*((parameter.name, "") for parameter in TRACE_PARAMETERS if parameter.name != "attr")) == Filters()


def test_everything_at_once() -> None:
    cursor = Cursor(7, b"0123456789abcdef")
    assert parsed(
        ("range", "1h"),
        ("agent", "vol-arb-1"),
        ("name", "pf.trade.execute"),
        ("status", "error"),
        ("outcome", "traded"),
        ("asset", "BTC"),
        ("min_duration_ms", "0.25"),
        ("attr", "pf.market:BTC/USD"),
        ("attr", "url.full:http://x:1/"),
        ("attr", "empty:"),
        ("result", "attr:pf.signal_type:mean:reversion"),
        ("q", "ord_"),
        ("cursor", encode(cursor)),
        ("limit", "200"),
    ) == Filters(
        time=TimeRange(NOW - HOUR, LATEST_NS),
        agent="vol-arb-1",
        name="pf.trade.execute",
        status="error",
        outcome="traded",
        asset="BTC",
        min_duration_ns=250_000,
        attributes=(("pf.market", "BTC/USD"), ("url.full", "http://x:1/"), ("empty", "")),
        result=Group(parse_dimension("by", "attr:pf.signal_type"), "mean:reversion"),
        text="ord_",
        cursor=cursor,
        limit=200,
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("min_duration_ms", "abc", "min_duration_ms must be a number, got 'abc'"),
        ("min_duration_ms", "nan", "min_duration_ms must be a number, got 'nan'"),
        ("min_duration_ms", "-1", "min_duration_ms must be 0 or more, got '-1'"),
        ("limit", "0", "limit must be a whole number from 1 to 200, got '0'"),
        ("limit", "201", "limit must be a whole number from 1 to 200, got '201'"),
        ("limit", "1e2", "limit must be a whole number from 1 to 200, got '1e2'"),
        ("limit", "²", "limit must be a whole number from 1 to 200, got '²'"),
        ("status", "bad", "status must be one of unset, ok, error, got 'bad'"),
        (
            "outcome",
            "won",
            "outcome must be one of traded, skipped, rejected, failed, flight, unknown, interrupted, completed,"
            " got 'won'",
        ),
        ("attr", "pf.asset", "attr must be key:value, got 'pf.asset'"),
        ("attr", ":BTC", "attr must be key:value, got ':BTC'"),
        ("cursor", "x'--", 'cursor must be a next_cursor of this hub, got "x\'--"'),
        ("range", "1y", "range must be a number and one of s, m, h, d, w, got '1y'"),
        ("agnet", "x", "there is no parameter 'agnet' here, got 'x'"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str, message: str) -> None:
    with pytest.raises(Problem) as raised:
        parsed((name, value))
    assert str(raised.value) == message
    assert raised.value.status == 400
    assert raised.value.hint


def test_a_filter_is_given_once_and_attributes_ten_times() -> None:
    with pytest.raises(Problem, match=r"^agent must be given once, got 'b'$"):
        parsed(("agent", "a"), ("agent", "b"))
    with pytest.raises(Problem, match=r"^attr must be given at most 10 times"):
        parsed(*[("attr", "a:b")] * 11)


def test_endless_values_are_refused_and_not_repeated_in_full() -> None:
    with pytest.raises(Problem) as raised:
        parsed(("q", "x" * 1001))
    assert str(raised.value) == f"q must be at most 1000 characters, got '{'x' * 100}…'"


def test_a_duration_beyond_all_numbers_is_only_a_long_one() -> None:
    assert parsed(("min_duration_ms", "inf")).min_duration_ns == LATEST_NS
    assert parsed(("min_duration_ms", "1e300")).min_duration_ns == LATEST_NS


NAMES = some.sampled_from([parameter.name for parameter in TRACE_PARAMETERS]) | some.text(max_size=12)
VALUES = some.text(max_size=40) | some.sampled_from(["1h", "now", "error", "traded", "a:b", "1", "1e400", "\x00", "'"])


@given(some.lists(some.tuples(NAMES, VALUES), max_size=6))
def test_no_query_string_breaks_the_parser(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(Problem):
        assert isinstance(parse_filters(pairs, NOW), Filters)
