"""A line in the hub's log."""

from __future__ import annotations

import logging

from fleaglass.hub.alerting.notify.messages import Message

__all__ = ["LogSender"]

_log = logging.getLogger(__name__)


class LogSender:
    """Tells whoever reads the log."""

    async def send(self, message: Message) -> None:
        """See Sender."""
        worst = next(iter((*message.firing, *message.over)), None)
        _log.warning("alert: %s%s", message.title, f": {worst.line} {worst.link}" if worst else "")
