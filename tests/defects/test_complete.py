"""None of the forty-two is forgotten."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
NAME = re.compile(r"test_d(\d\d)_(raw|ours)_\w+")


def test_each_defect_has_a_test_of_the_misbehaviour_and_one_of_ours() -> None:
    found = {
        (int(match[1]), match[2])
        for path in HERE.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (match := NAME.fullmatch(node.name))
    }
    assert found == {(number, side) for number in range(1, 43) for side in ("raw", "ours")}
