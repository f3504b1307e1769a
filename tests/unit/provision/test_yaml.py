"""What is written as YAML is read as what was meant, whatever is in it."""

from __future__ import annotations

import yaml as reader
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.provision.yaml import yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4), max_leaves=20
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_any_reader_finds_what_was_written(value: dict[str, object]) -> None:
    assert reader.safe_load(yaml(value, "Made by a test.")) == value


def test_it_reads_as_people_write_it() -> None:
    written = yaml({"groups": [{"name": "a", "rules": [{"alert": "x y", "for": "90s"}], "none": []}], "on": True})
    assert written == (
        'groups:\n  - name: a\n    rules:\n      - alert: x y\n        for: "90s"\n    none: []\n"on": true\n'
    )


def test_a_comment_comes_first() -> None:
    assert yaml({"a": 1}, "Made.") == "# Made.\na: 1\n"
