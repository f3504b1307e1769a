"""docs/grafana.md says what works: its table and its bounds are those of the code."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from fleaglass.hub.api.detail import MOST_SPANS
from fleaglass.hub.tempo_api.metrics import MOST_SERIES
from fleaglass.hub.tempo_api.parameters import MOST_STEPS
from fleaglass.hub.traceql.build import MOST_SELECTED
from fleaglass.hub.traceql.parse import MOST_CHARACTERS, MOST_COMPARISONS, MOST_DEPTH, MOST_FILTERS, MOST_STAGES
from fleaglass.hub.traceql.tree import Function
from fleaglass.hub.traceql.words import INTRINSICS

PAGE = (Path(__file__).parents[4] / "docs/grafana.md").read_text()


def test_every_field_and_function_is_on_the_page() -> None:
    assert [word for word in INTRINSICS if f"`{word}`" not in PAGE and f"`{word} " not in PAGE] == []
    assert [each for each in get_args(Function) if each.removesuffix("over_time") not in PAGE] == []


def test_the_bounds_are_on_the_page() -> None:
    bounds = PAGE[PAGE.index("## Bounds") : PAGE.index("## Alerts")]
    for bound in (
        f"{MOST_CHARACTERS:,} characters",
        f"{MOST_COMPARISONS} comparisons",
        f"{MOST_FILTERS} sets",
        f"{MOST_STAGES} stages",
        f"{MOST_DEPTH} levels",
        f"{MOST_SELECTED} fields",
        f"{MOST_STEPS:,} steps",
        f"{MOST_SERIES:,} series",
        f"{MOST_SPANS:,} spans",
    ):
        assert bound in bounds
