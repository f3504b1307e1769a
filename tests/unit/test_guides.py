"""The map from the integration guides names real tests, at least one a row."""

import ast
from functools import cache
from pathlib import Path

import pytest

from scripts.guides import MAP, Row, named_tests, rows
from scripts.markdown import Page

ROOT = Path(__file__).parents[2]
TABLE = """
| Snippet | You write | Proved by |
|---|---|---|
| Setup | `init()` | `tests/a/test_b.py::test_c`, `tests/a/test_b.py::TestD::test_e` |
| Alerts | `watches` | {last} |
"""


def page(tmp_path: Path, last: str) -> Page:
    path = tmp_path / "map.md"
    path.write_text(TABLE.format(last=last))
    return Page.read(path)


def test_each_row_is_a_snippet_with_its_tests(tmp_path: Path) -> None:
    assert list(rows(page(tmp_path, "`tests/f.py::test_g`"))) == [
        Row(4, "Setup", ("tests/a/test_b.py::test_c", "tests/a/test_b.py::TestD::test_e")),
        Row(5, "Alerts", ("tests/f.py::test_g",)),
    ]


def test_a_test_named_twice_runs_once(tmp_path: Path) -> None:
    assert named_tests(page(tmp_path, "`tests/a/test_b.py::test_c`")) == [
        "tests/a/test_b.py::test_c",
        "tests/a/test_b.py::TestD::test_e",
    ]


def test_a_row_that_names_no_test_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no test is named for map.md:5: Alerts"):
        named_tests(page(tmp_path, "trust us"))


@pytest.mark.parametrize("test", named_tests(Page.read(MAP)))
def test_every_test_on_the_map_exists(test: str) -> None:
    path, *names = test.split("::")
    assert "::".join(names) in _tests(path)


@cache
def _tests(path: str) -> frozenset[str]:
    module = ast.parse((ROOT / path).read_text())
    found: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}::{method.name}" for method in methods}
    return frozenset(found)
