"""Anything that Apprise knows (https://github.com/caronc/apprise), where it is installed: a title and a text."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping
from typing import Any

from fleaglass.alerts.rules.model import Other
from fleaglass.hub.alerting.notify.messages import Message
from fleaglass.hub.alerting.notify.secret import read_secret
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from fleaglass.hub.alerting.notify.senders.text import as_text

__all__ = ["OtherSender"]


class OtherSender:
    """Tells one address of Apprise's. It is imported when it is used, and says of a failure only that it failed."""

    def __init__(self, receiver: Other, environ: Mapping[str, str]) -> None:
        self._receiver = receiver
        self._environ = environ

    async def send(self, message: Message) -> None:
        """See Sender."""
        url = read_secret(self._receiver.url, self._environ)
        try:
            apprise = importlib.import_module("apprise")
        except ImportError:
            raise Unreachable("Apprise is not installed: pip install 'fleaglass[apprise]'") from None
        if not await asyncio.to_thread(_notify, apprise, url, message):
            raise Unreachable("Apprise could not deliver it")


def _notify(apprise: Any, url: str, message: Message) -> bool:
    sender = apprise.Apprise()
    if not sender.add(url):
        raise Refused("its address is none that Apprise knows")
    return bool(sender.notify(title=message.title, body=as_text(message)))
