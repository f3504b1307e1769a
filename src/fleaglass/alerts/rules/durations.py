"""Lengths of time as a rules file writes them: ``500ms``, ``90s``, ``5m``, ``1h``, ``7d``."""

from __future__ import annotations

import re
from typing import Final

from fleaglass.alerts.rules.model import Duration

__all__ = ["PATTERN", "duration"]

_UNITS_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
PATTERN: Final = r"^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h|d)$"
"""A regular expression in the dialect of JSON Schema."""
_WRITTEN: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")


def duration(written: object) -> Duration:
    """The length of time that is written.

    Raises:
        ValueError: it is none.
    """
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError("a duration is a number, 0 or more, and its unit")
    return Duration(float(found[1]) * _UNITS_S[found[2]])
