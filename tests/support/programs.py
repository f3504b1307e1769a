"""Which program a test pretends to be part of."""

import sys
from pathlib import Path

import pytest

__all__ = ["runs_program"]


def runs_program(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Let this file be the program that runs, also where tests run in parallel: a worker's main module has no file."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(file), raising=False)
