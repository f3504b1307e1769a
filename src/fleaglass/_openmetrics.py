"""A line of OpenMetrics 1.0, as a Prometheus server reads it: `name{label="value"} 1.0`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

__all__ = ["CONTENT_TYPE", "END", "escaped", "number", "sample"]

CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
END: Final = "# EOF\n"
"""The last line; without it the text was cut off."""


def sample(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    """One sample of a series."""
    about = ",".join(f'{label}="{escaped(text)}"' for label, text in labels)
    return f"{name}{{{about}}} {number(value)}" if about else f"{name} {number(value)}"


def number(value: float) -> str:
    """A number as it is written there."""
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)


def escaped(text: str) -> str:
    """A label's value, or a help text, between its quotes."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
