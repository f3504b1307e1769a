"""Whether labels meet what a route, an inhibition or a mute asks of them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Labels", "Match", "matches"]

Labels = Mapping[str, str]
Match = Mapping[str, str | tuple[str, ...]]
"""Label name → its value, or several of which it has one."""


def matches(match: Match, labels: Labels) -> bool:
    """Whether all of it is met. A label that is not there is empty, as Alertmanager has it."""
    return all(
        labels.get(name, "") in ((wanted,) if isinstance(wanted, str) else wanted) for name, wanted in match.items()
    )
