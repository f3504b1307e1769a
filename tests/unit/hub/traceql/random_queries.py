"""Random traces, and random queries about them: few names and values, so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fleaglass.hub.traceql.tree import (
    Attribute,
    By,
    Child,
    Comparison,
    Constant,
    Descendant,
    Duration,
    Either,
    Every,
    Field,
    Filter,
    Having,
    Intrinsic,
    Metric,
    Query,
    Select,
    Some,
    Spans,
    Test,
    Together,
    Word,
)
from fleaglass.hub.traceql.words import INTRINSICS, KINDS, STATUSES, kind_of, unfit
from tests.unit.hub.traceql.slow import Span

KEYS = ("x", "pf.asset", "pf.quantity", "pf.http_status", "pf.cache_hit")
"""One that has no column of its own, and one with a column of each type."""

NUMBERS = st.sampled_from([0, 1, 2, -1, 30, 2**53 + 1, 0.0, 0.5, 1.0, 30.0, -1.5, float(2**53), 1e300])
TEXTS = st.sampled_from(["a", "b", "ab", "A", "", "1", "true", "it's", 'say "x"', "b\\s", "é", "a\nb"])
PATTERNS = st.sampled_from(["a", "a.*", "a|b", ".", "", "[ab]+", ".*1.*", "\\w+"])
VALUES: st.SearchStrategy[Any] = st.one_of(NUMBERS, TEXTS, st.booleans(), st.just([1, "a"]))


@st.composite
def traces(draw: st.DrawFn) -> list[Span]:
    found = []
    for trace in range(1, draw(st.integers(1, 3)) + 1):
        for number in range(1, draw(st.integers(1, 6)) + 1):
            resource = draw(st.sampled_from([{}, {"service.name": "a", "x": 1}, {"service.name": 7, "x": "b"}]))
            found.append(
                Span(
                    trace,
                    number,
                    draw(st.none() | st.integers(1, 7)),
                    draw(st.sampled_from(["a", "b", "ab"])),
                    draw(st.integers(0, 2)),
                    draw(st.integers(0, 5)),
                    draw(st.integers(0, 3)) * 1_000_000_000,
                    draw(st.sampled_from([0, 1, 5_000_000, 1_000_000_000])),
                    draw(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3)),
                    resource,
                )
            )
    return found


FIELDS: st.SearchStrategy[Field] = st.one_of(
    st.builds(Attribute, st.sampled_from(["span", "any"]), st.sampled_from(KEYS)),
    st.builds(Attribute, st.sampled_from(["resource", "any"]), st.sampled_from(["service.name", "x"])),
    st.builds(Intrinsic, st.sampled_from([word for word in INTRINSICS if word != "nestedSetParent"])),
)
NUMERIC = FIELDS.filter(lambda field: kind_of(field) in ("attribute", "duration"))
LITERALS = st.one_of(
    NUMBERS,
    TEXTS,
    st.booleans(),
    st.none(),
    st.builds(Duration, st.sampled_from([0, 1, 5_000_000, 1_000_000_000, 3_000_000_000])),
    st.builds(Word, st.sampled_from([*STATUSES, *KINDS])),
    st.sampled_from(["1", "01", "2", f"{1:032x}", f"{3:016x}"]),
)
COMPARING = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
COMPARISONS = st.one_of(
    st.builds(Comparison, FIELDS, COMPARING, LITERALS),
    st.builds(Comparison, FIELDS, st.sampled_from(["=~", "!~"]), PATTERNS),
    st.builds(Comparison, st.just(Intrinsic("nestedSetParent")), st.sampled_from(["<", ">="]), st.just(0)),
).filter(lambda each: unfit(each.field, each.operator, each.value) is None)


def _several(kind: Any, members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Two or three, none of which is of the same kind: that would be one longer list."""
    return st.lists(members.filter(lambda one: not isinstance(one, kind)), min_size=2, max_size=3).map(
        lambda found: kind(tuple(found))
    )


TESTS: st.SearchStrategy[Test] = st.recursive(
    COMPARISONS | st.builds(Constant, st.booleans()),
    lambda inner: _several(Every, inner) | _several(Some, inner),
    max_leaves=3,
)
SPANS: st.SearchStrategy[Spans] = st.recursive(
    st.builds(Filter, TESTS),
    lambda inner: st.one_of(
        _several(Together, inner),
        _several(Either, inner),
        st.builds(Child, inner, inner),
        st.builds(Descendant, inner, inner),
    ),
    max_leaves=3,
)
BOUNDS = st.sampled_from([0, 1, 2, 0.5, 3.0, Duration(5_000_000)])
HAVINGS = st.one_of(
    st.builds(Having, st.just("count"), st.none(), COMPARING, BOUNDS),
    st.builds(Having, st.sampled_from(["avg", "min", "max", "sum"]), NUMERIC, COMPARING, BOUNDS),
)
SELECTS = st.builds(Select, st.lists(FIELDS, min_size=1, max_size=2).map(tuple))


@st.composite
def searches(draw: st.DrawFn) -> Query:
    stages = draw(st.lists(st.one_of(HAVINGS, SELECTS), max_size=2))
    if draw(st.booleans()):
        stages.insert(draw(st.integers(0, len(stages))), By(draw(FIELDS)))
    return Query(draw(SPANS), tuple(stages))


METRICS = st.one_of(
    st.builds(Metric, st.sampled_from(["rate", "count_over_time"]), by=st.lists(FIELDS, max_size=2).map(tuple)),
    st.builds(
        Metric,
        st.sampled_from(["sum_over_time", "avg_over_time", "min_over_time", "max_over_time"]),
        NUMERIC,
        by=st.lists(FIELDS, max_size=2).map(tuple),
    ),
    st.builds(
        Metric,
        st.just("quantile_over_time"),
        NUMERIC,
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.95, 1.0]), min_size=1, max_size=2).map(tuple),
        st.lists(FIELDS, max_size=1).map(tuple),
    ),
)


@st.composite
def charts(draw: st.DrawFn) -> Query:
    return Query(draw(SPANS), tuple(draw(st.lists(HAVINGS, max_size=1))), draw(METRICS))
