"""The scalars of the API's answers.

Times (`*_ns`) are decimal strings of Unix nanoseconds, since they lie beyond 2^53. Durations (`duration_ns`) are
numbers. Money and quantities are decimal strings. What is absent is null.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

__all__ = ["Amount", "Duration", "Nanoseconds", "SpanId", "TraceId"]

TraceId = Annotated[str, Field(description="32 lower-case hex digits.", pattern="^[0-9a-f]{32}$")]
SpanId = Annotated[str, Field(description="16 lower-case hex digits.", pattern="^[0-9a-f]{16}$")]
Nanoseconds = Annotated[str, Field(description="Unix time in nanoseconds.", pattern="^-?[0-9]+$")]
Duration = Annotated[int, Field(description="Nanoseconds.", ge=0)]
Amount = Annotated[str, Field(description="An exact decimal.", pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
