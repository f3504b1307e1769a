"""Messages that are too old to be asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete

from fleaglass.hub.alerting.tables import notifications

__all__ = ["KEPT", "forget"]

KEPT: Final = timedelta(days=400)
"""As long as what is behind the incidents that they tell of (store/retention.py)."""


def forget(connection: Connection, now_ns: int) -> None:
    """Delete messages that began longer ago, but those that wait. Raises StateError."""
    before_ns = now_ns - KEPT.days * 86_400 * 1_000_000_000
    at = notifications.c
    connection.execute(delete(notifications).where(at.created_ns < before_ns, at.status != "waiting"))
