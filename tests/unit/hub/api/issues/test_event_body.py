"""A stored body is shown whatever is in it: another version of the hub may have written it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from fleaglass.hub.api.event_body import ShownBody, shown_body

NAMES = (
    *("exception", "stacktrace", "threads", "frames", "frames_omitted", "breadcrumbs", "contexts", "agent_state"),
    *("mechanism", "handled", "type", "context_line", "pre_context", "post_context", "lineno", "vars", "timestamp"),
    *("request", "user", "extra", "errors", "fingerprint", "message", "data"),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=12)


@given(objects(anything))
def test_any_body_is_shown_in_the_form_that_was_promised(body: dict[str, Any]) -> None:
    TypeAdapter(ShownBody).validate_python(shown_body(body), strict=True)


def test_lines_before_the_call_are_numbered_backwards_and_unknown_ones_not_at_all() -> None:
    frame = {"lineno": 2, "pre_context": ["a"], "context_line": "b", "post_context": ["c"]}
    shown = [shown_body({"stacktrace": {"frames": [{**frame, **more}]}})["stack"] for more in ({}, {"lineno": None})]
    numbers = [[line["number"] for line in stack["frames"][0]["source"]] for stack in shown if stack]
    assert numbers == [[1, 2, 3], [None, None, None]]
