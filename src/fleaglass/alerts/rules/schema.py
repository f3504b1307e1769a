"""The JSON schema of a rules file, with which editors complete and check TOML."""

from __future__ import annotations

from typing import Any

import msgspec

from fleaglass.alerts.rules.durations import PATTERN
from fleaglass.alerts.rules.model import Duration, RuleBook

__all__ = ["schema"]


def schema() -> dict[str, Any]:
    """A schema in JSON Schema's draft 2020-12.

    It knows of kinds and bounds only: what `parse` finds besides, such as a route to nobody, it lets pass.
    """
    found = msgspec.json.schema(RuleBook, schema_hook=_duration)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Fleaglass alert rules", **found}


def _duration(kind: type) -> dict[str, Any]:
    assert kind is Duration, f"BUG: nothing describes a {kind.__name__}"
    return {"type": "string", "pattern": PATTERN, "examples": ["90s", "5m", "1h", "7d"]}
