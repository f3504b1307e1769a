"""Any text is a query, or is refused with its place; what is a query can be written down again."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fleaglass.alerts.rules.model import Percentile, SlowSpan
from fleaglass.hub.traceql import Query, TraceQLError, parse, parse_field, written
from fleaglass.hub.traceql.parse import MOST_CHARACTERS, MOST_COMPARISONS, MOST_DEPTH, MOST_FILTERS, MOST_STAGES
from fleaglass.hub.traceql.tree import (
    Attribute,
    Child,
    Comparison,
    Constant,
    Duration,
    Either,
    Every,
    Filter,
    Intrinsic,
    Metric,
    Some,
    Together,
    Word,
)
from fleaglass.provision.grafana.traceql import traceql
from tests.unit.hub.traceql.random_queries import charts, searches

A, B, C = (Comparison(Attribute("any", key), "=", 1) for key in "abc")
FA, FB, FC = Filter(A), Filter(B), Filter(C)
NESTED = "".join("(.a=1 && (.b=1 || " for _ in range(MOST_DEPTH // 2)) + ".c=1" + "))" * (MOST_DEPTH // 2)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("{}", Filter(Constant(True))),
        ("{.a=1}", FA),
        ("{ .a = 1 && .b = 1 && .c = 1 }", Filter(Every((A, B, C)))),
        ("{ .a = 1 || .b = 1 && .c = 1 }", Filter(Every((Some((A, B)), C)))),
        ("{ .a = 1 || (.b = 1 && .c = 1) }", Filter(Some((A, Every((B, C)))))),
        ("{.a=1} && {.b=1} && {.c=1}", Together((FA, FB, FC))),
        ("{.a=1} || {.b=1} > {.c=1}", Either((FA, Child(FB, FC)))),
        ("({.a=1} || {.b=1}) > {.c=1}", Child(Either((FA, FB)), FC)),
        ("{ duration >= 1h30m }", Filter(Comparison(Intrinsic("duration"), ">=", Duration(5400 * 10**9)))),
        ("{ duration < 1.5ms }", Filter(Comparison(Intrinsic("duration"), "<", Duration(1_500_000)))),
        ("{ status = error }", Filter(Comparison(Intrinsic("status"), "=", Word("error")))),
        ('{ name = "say \\"x\\"\\n\\u00e9" }', Filter(Comparison(Intrinsic("name"), "=", 'say "x"\né'))),
        ("{ name =~ `a\\.b` }", Filter(Comparison(Intrinsic("name"), "=~", "a\\.b"))),
        ('{ span."a b".c-d/e = nil }', Filter(Comparison(Attribute("span", "a b.c-d/e"), "=", None))),
        ("{ resource.x = -2.5e3 }", Filter(Comparison(Attribute("resource", "x"), "=", -2500.0))),
        ("{ .x != .5 }", Filter(Comparison(Attribute("any", "x"), "!=", 0.5))),
        ("{\n  .a = 1\n}", FA),
    ],
)
def test_a_text_means_this(text: str, spans: object) -> None:
    assert parse(text).spans == spans


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", (1, 1), "the query ends, expected"),
        ("{ .a = 1", (1, 9), "the query ends"),
        ("{ .a == 1 }", (1, 7), "got '='"),
        ("{ .a = 1 }\n&& foo", (2, 4), "got 'foo'"),
        ("{ foo = 1 }", (1, 3), "there is no field 'foo'"),
        ("{ event.x = 1 }", (1, 3), "'event'"),
        ("{ .a = word }", (1, 8), "text is written in quotes"),
        ("{ .a = 5x }", (1, 8), "got '5x }'"),
        ("{ .a =~ 3 }", (1, 9), "regular expression"),
        ("{ .a =~ true }", (1, 9), "regular expression"),
        ("{ .a > true }", (1, 8), "= and !="),
        ("{ .a > nil }", (1, 8), "= and !="),
        ("{ .a = error }", (1, 8), '"error"'),
        ("{ status = server }", (1, 12), "unset, ok, error"),
        ('{ status = "error" }', (1, 12), "without quotes"),
        ("{ status > ok }", (1, 12), "= and !="),
        ('{ duration =~ "x" }', (1, 15), "not matched"),
        ('{ duration = "1s" }', (1, 14), "without quotes"),
        ("{ name = 3 }", (1, 10), "a number"),
        ("{ nestedSetParent = 3 }", (1, 21), "< 0"),
        ("{} | select(nestedSetParent)", (1, 13), "only be compared"),
        ('{ name = "\\q" }', (1, 10), "no character"),
        ("{ .a = 9223372036854775808 }", (1, 8), "64 bits"),
        ("{ duration > 300000h }", None, None),
        ("{ .a > 1e999 }", (1, 8), "too large"),
        ("{ duration > 3000000000h }", (1, 14), "292 years"),
        ("{ .a + 1 = 2 }", (1, 6), "got '+ 1 = 2 }'"),
        ("{ !(.a = 1) }", (1, 3), "got '!(.a"),
        ("{ .a = .b }", (1, 8), "got '.b"),
        ("{} | topk(3)", (1, 6), "got 'topk'"),
        ("{} | {}", (1, 6), "got '{'"),
        ("{} !> {}", (1, 4), "got '!> {}'"),
        ("{} | avg(name) > 1", (1, 10), "takes a number"),
        ("{} | count() =~ 1", (1, 14), "=~"),
        ("{} | quantile_over_time(duration, 95)", (1, 35), "0 to 1"),
        ("{} | rate() by(.a, .b, .c, .d, .e, .f)", (1, 36), "at most 5"),
        ("{} | by(.a) | rate()", (1, 9), "behind it"),
        ("{} | by(.a) | by(.b)", (1, 18), "one by()"),
        ("{} | rate() | select(.a)", (1, 13), "got '|'"),
        ("{} with (faster=true)", (1, 10), "no hint 'faster'"),
        ("{ " + "(" * 40 + ".a=1" + ")" * 40 + " }", None, None),
        ("{ " + NESTED + " }", (1, 1), "nested"),
        ("{ " + " && ".join([".a=1"] * (MOST_COMPARISONS + 1)) + " }", (1, 1), "comparisons"),
        (" && ".join(["{}"] * (MOST_FILTERS + 1)), (1, 1), "sets of spans"),
        ("{}" + " | count() > 1" * (MOST_STAGES + 1), (1, 1), "stages"),
        ("{} | select(.a" + ", .a" * 20 + ")", (1, 93), "at most 20"),
        ("{" + " " * MOST_CHARACTERS + "}", (1, MOST_CHARACTERS + 1), "characters"),
    ],
)
def test_what_is_no_query_is_refused_at_its_place(text: str, place: tuple[int, int] | None, said: str | None) -> None:
    if place is None or said is None:
        parse(text)
        return
    with pytest.raises(TraceQLError) as refused:
        parse(text)
    assert (refused.value.place.line, refused.value.place.column) == place
    assert said in str(refused.value)


_PIECES = r"""
{ } ( ) .a span.x resource.y name status error = != =~ !~ < > >> >= && || | by select count avg rate ( ) nil true
1 -2.5 .5 5ms 1h3 "x" "\ ` ' with , ; + nestedSetParent quantile_over_time
"""
PIECES = st.sampled_from([*_PIECES.split(), '"a b"', " ", "\n", "\x00", "é", "\\"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES).map("".join)))
@example("{ ." + "a" * 5000)
@example('{ ."' + "\\" * 5000)
@example("(" * 9000)
@example("{ .a = 1" + " && .a = 1" * 900)
@example("{ " + "1" * 5000)
def test_any_text_is_a_query_or_is_refused_inside_of_it(text: str) -> None:
    found = parsed(text)
    if isinstance(found, Query):
        assert parse(written(found)) == found
        return
    lines = text.split("\n")
    assert 1 <= found.place.line <= len(lines)
    assert 1 <= found.place.column <= len(lines[found.place.line - 1]) + 1
    assert found.fault


def parsed(text: str) -> Query | TraceQLError:
    try:
        return parse(text)
    except TraceQLError as refused:
        return refused


@settings(max_examples=150, deadline=None)
@given(searches() | charts())
def test_a_query_that_is_written_down_is_the_same_query(query: Query) -> None:
    again = parse(written(query))
    assert again == query
    assert _said(again) == _said(query), "1, 1.0 and true are equal, and not the same"


def _said(query: Query) -> str:
    return re.sub(r", place=Place\([^)]*\)", "", repr(query))


def test_a_field_alone() -> None:
    assert parse_field("resource.service.name") == Attribute("resource", "service.name")
    assert parse_field("trace:rootName") == Intrinsic("trace:rootName")
    for text in ("name, kind", "name) | rate(", "", "{}"):
        with pytest.raises(TraceQLError):
            parse_field(text)


def test_the_metric_of_a_query() -> None:
    by = (Attribute("resource", "pf.agent_id"),)
    query = parse('{ name="x" } | quantile_over_time(duration, .5, 1) by(resource.pf.agent_id) with (sample=true)')
    assert query.metric == Metric("quantile_over_time", Intrinsic("duration"), (0.5, 1.0), by)
    assert query.hints == (("sample", True),)


@pytest.mark.parametrize(
    "rule",
    [
        SlowSpan(name="slow", span="pf.trade.execute", above_ms=2000.5, where={"pf.asset": ("BTC", "ETH")}),
        Percentile(name="p95", span="pf.trade.execute", quantile=0.95, above_ms=2000, group_by=("agent", "pf.side")),
    ],
    ids=lambda rule: rule.name,
)
def test_the_queries_that_fleaglass_writes_for_grafana_are_queries(rule: SlowSpan | Percentile) -> None:
    asked = traceql(rule)
    assert asked is not None
    assert parse(asked.text).metric is not None
