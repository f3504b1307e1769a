"""What a row of the list of issues shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.event import Event, Frame
from fleaglass.hub.issues.title import Title, title_of

from .made import app, event, raised


@pytest.mark.parametrize(
    ("of", "title"),
    [
        (
            event(exceptions=(raised("KeyError"), raised("TradeError", app("agent.place"), value="no fill\nin 3 s"))),
            Title("TradeError: no fill", "place(agent)", "TradeError", "no fill"),
        ),
        (event(exceptions=(raised("E"),), message="m"), Title("E", "", "E", "")),
        (event(exceptions=(raised("", value="v"),)), Title("v", "", "", "v")),
        (event(message="\n first \nsecond"), Title("first", "", "", "")),
        (
            event(transaction="agent.cycle", stack=(app("agent.place"),)),
            Title("<unlabeled event>", "agent.cycle", "", ""),
        ),
        (event(message="m", stack=(Frame(function="f", filename="app.js"),)), Title("m", "f(app.js)", "", "")),
        (event(message="m", stack=(Frame(function="f"),)), Title("m", "f", "", "")),
        (event(message="m", stack=(Frame(module="a"),)), Title("m", "<unknown>(a)", "", "")),
        (event(message="m", stack=(Frame(line=1),)), Title("m", "", "", "")),
    ],
)
def test_title_culprit_type_and_value(of: Event, title: Title) -> None:
    assert title_of(of) == title


@given(st.text(max_size=600), st.text(max_size=600), st.text(max_size=600))
def test_each_fits_in_a_row(kind: str, value: str, transaction: str) -> None:
    title = title_of(event(exceptions=(raised(kind, value=value),), transaction=transaction))
    for field in (title.title, title.culprit, title.type, title.value):
        assert len(field) <= 256
        assert "\n" not in field
