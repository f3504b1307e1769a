"""Field tables, written short."""

from __future__ import annotations

__all__ = ["same"]


def same(*names: str, **others: str) -> dict[str, str]:
    """Fields that are called what we call them, and those that are not."""
    return {**{name: name for name in names}, **others}
