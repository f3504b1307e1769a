"""Runs the tests that docs/from-the-guides.md names, exactly those.

Each row of a table on that page stands for one snippet of the integration guides, or for one trap in them. Its last
cell names the tests that prove what an author writes instead, as ``tests/…/test_x.py::test_name`` between backticks.

    python -m scripts.guides            run them; exit code 1 when one fails, or a row names none
    python -m scripts.guides --list     print what would run
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.markdown import Page

__all__ = ["Row", "main", "named_tests", "rows"]

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs/from-the-guides.md"
TEST = re.compile(r"tests/[\w/]+\.py(?:::\w+)+")


@dataclass(frozen=True)
class Row:
    """One snippet: its line on the page, what the guide's heading calls it, and the tests that prove ours."""

    line: int
    snippet: str
    tests: tuple[str, ...]


def rows(page: Page) -> Iterator[Row]:
    """The rows of all tables, headers left out."""
    cells: list[str] = []
    line, in_body = 0, False
    for position, token in enumerate(page.tokens):
        match token.type:
            case "tbody_open" | "tbody_close":
                in_body = token.type == "tbody_open"
            case "tr_open":
                cells, line = [], (token.map or [0])[0] + 1
            case "td_open":
                cells.append(page.tokens[position + 1].content)
            case "tr_close" if in_body:
                yield Row(line, cells[0], tuple(TEST.findall(cells[-1])))


def named_tests(page: Page) -> list[str]:
    """Every test named, once, in the order of the page. `ValueError` for a row without one."""
    found = list(rows(page))
    if unproved := [f"{page.path.name}:{row.line}: {row.snippet}" for row in found if not row.tests]:
        raise ValueError("no test is named for " + "; ".join(unproved))
    return list(dict.fromkeys(test for row in found for test in row.tests))


def main() -> int:
    """The command; pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the tests instead of running them")
    arguments = parser.parse_args()
    try:
        tests = named_tests(Page.read(MAP))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.list:
        print("\n".join(tests))
        return 0
    return subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
