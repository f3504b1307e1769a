"""A checkout tests itself, whichever checkout is installed."""

import subprocess
import sys
from pathlib import Path

import fleaglass
from tests.support.sources import SOURCES

FILE = str(Path(SOURCES) / "fleaglass" / "__init__.py")


def test_tests_import_the_sources_beside_them() -> None:
    assert fleaglass.__file__ == FILE


def test_and_so_do_the_programs_they_start(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import fleaglass; print(fleaglass.__file__)"]
    assert subprocess.check_output(command, cwd=tmp_path, text=True) == f"{FILE}\n"
