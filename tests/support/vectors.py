"""Test data of others, where a copy lies beside the repository; it is not part of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["vectors"]

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "vectors"


@cache
def vectors(name: str) -> Any:
    """The content of a JSON file; None where it is not there."""
    path = FOLDER / name
    return json.loads(path.read_text("utf-8")) if path.is_file() else None
