"""Where programs that a test starts import Fleaglass from: the tree that the test is in.

A git worktree may share its virtual environment with another, whose sources are the installed ones.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["SOURCES", "prefer_sources"]

SOURCES = str(Path(__file__).parents[2] / "src")
"""For ``PYTHONPATH``, where a test makes an environment from nothing."""


def prefer_sources() -> None:
    """Have all others, which inherit this process's environment, import it from there too."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([SOURCES, *(path for path in named if path not in {"", SOURCES})])
