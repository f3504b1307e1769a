"""A selector takes the same spans in an agent as in the hub."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from fleaglass.alerts import SpanView
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import matcher
from fleaglass.alerts.rules import RuleBook, watches_of
from fleaglass.alerts.rules.model import Count, Duration, Selector, Value

IDENTITY = ("agent", "environment", "release", "strategy")
TEXTS = st.sampled_from(["a", "b", "1"])
VALUES = TEXTS | st.booleans() | st.sampled_from([0, 1, 1.0, 1.5])
SELECTORS = st.builds(
    Selector,
    span=st.lists(TEXTS, max_size=2).map(tuple),
    status=st.sampled_from([None, "ok", "error"]),
    error=st.lists(TEXTS, max_size=2).map(tuple),
    where=st.dictionaries(
        st.sampled_from((*IDENTITY, "span", "error.type", "pf.asset", "pf.size")),
        VALUES | st.lists(VALUES, min_size=1, max_size=3).map(tuple),
        max_size=3,
    ),
)
IDENTITIES = st.fixed_dictionaries({name: st.none() | TEXTS for name in IDENTITY})
ATTRIBUTES = st.fixed_dictionaries({}, optional={"pf.asset": VALUES, "pf.size": VALUES, "error.type": TEXTS})


def taken_in_the_agent(selector: Selector, identity: Mapping[str, str | None], span: SpanView) -> bool:
    """Whether a rule that fires at the first one does."""
    book = RuleBook(version=1, rules=(Count(name="r", of=selector, window=Duration(60)),))
    watches = watches_of(book, **identity)
    return any(watch.ended(span) for watch in watches if watch.names is None or span.name in watch.names)


def taken_in_the_hub(selector: Selector, identity: Mapping[str, str | None], span: SpanView) -> bool:
    row = Row(
        name=span.name,
        trace_id=span.trace_id,
        span_id="",
        end_ns=span.end_ns,
        duration_ns=span.duration_ns,
        failed=span.failed,
        error_type=str(span.attributes.get("error.type", "")),
        attributes=convert(span.attributes, dict[str, Value]),
        **{name: value or "" for name, value in identity.items()},
    )
    return matcher(selector)(row)


@given(selector=SELECTORS, identity=IDENTITIES, name=TEXTS, failed=st.booleans(), attributes=ATTRIBUTES)
def test_a_selector_takes_the_same_spans_in_the_agent_and_in_the_hub(
    selector: Selector,
    identity: Mapping[str, str | None],
    name: str,
    failed: bool,
    attributes: Mapping[str, object],
) -> None:
    span = SpanView(name=name, start_ns=0, end_ns=1, failed=failed, attributes=attributes)
    assert taken_in_the_agent(selector, identity, span) == taken_in_the_hub(selector, identity, span)


@pytest.mark.parametrize(
    ("selector", "is_taken"),
    [
        (Selector(), True),
        (Selector(span=("a", "x")), True),
        (Selector(span=("x",)), False),
        (Selector(where={"span": "a"}), True),
        (Selector(where={"span": "x"}), False),
        (Selector(status="error"), True),
        (Selector(status="ok"), False),
        (Selector(error=("E", "F")), True),
        (Selector(error=("F",)), False),
        (Selector(error=("E",), where={"error.type": "F"}), False),
        (Selector(where={"agent": ("a", "b"), "pf.size": 1.0}), True),
        (Selector(where={"agent": "b"}), False),
        (Selector(where={"release": ""}), True),
        (Selector(where={"pf.size": True}), False),
        (Selector(where={"pf.none": "a"}), False),
    ],
)
def test_it_takes_what_meets_all_that_it_asks_for(selector: Selector, is_taken: bool) -> None:
    span = SpanView(name="a", start_ns=0, end_ns=1, failed=True, attributes={"error.type": "E", "pf.size": 1})
    identity = {"agent": "a", "release": None}
    assert taken_in_the_agent(selector, identity, span) is is_taken
    assert taken_in_the_hub(selector, identity, span) is is_taken
