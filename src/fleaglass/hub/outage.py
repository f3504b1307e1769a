"""Saying once that something fails, and once that it works again."""

from __future__ import annotations

import logging

__all__ = ["Outage"]


class Outage:
    """The state of one thing that is tried again and again."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._failing = False

    def failed(self, why: str) -> None:
        """It failed; told unless it did the last time too."""
        if not self._failing:
            self._log.warning("%s fails: %s", self._what, why)
        self._failing = True

    def worked(self) -> None:
        """It worked; told only when it had failed before."""
        if self._failing:
            self._log.warning("%s works again", self._what)
        self._failing = False
