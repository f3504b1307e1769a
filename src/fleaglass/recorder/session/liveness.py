"""The dead man's switch: once a minute the agent says that it still decides, and a server that hears nothing warns.

    last completed cycle fresh     ──▶ check-in ok
    none of this run yet           ──▶ check-in in_progress, the same one every minute
    none for too long              ──▶ check-in error      (two in a row open an issue)
    process gone, or stopped       ──▶ no check-in         missed, which counts the same

It says ``ok`` for progress (`recorder/pulse.py`) and for nothing else, and from a thread of its own: an agent whose
event loop hangs in the middle of a cycle goes on checking in, with ``error``.

Before the first progress neither ``ok`` nor ``error`` would be true, and saying nothing would count as missed. So a
check-in is left open, and said again every minute, by which a server sees that it still runs. An agent that dies before
it has decided, and is started again, leaves one open each time; two minutes later that is a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fleaglass.monitor_slugs import liveness_slug
from fleaglass.recorder.core import Core
from fleaglass.recorder.pulse import Sign
from fleaglass.recorder.schedule import monitor_config
from fleaglass.recorder.sentry.items import CheckIn, CheckInStatus
from fleaglass.recorder.trail import HEARTBEAT

__all__ = ["EVERY_S", "Liveness"]

EVERY_S: Final = 60.0
_CONFIG: Final[dict[str, Any]] = monitor_config(1, margin=1, max_runtime=2, failure_threshold=2)
_STATUSES: Final[Mapping[Sign, CheckInStatus]] = {"starting": "in_progress", "alive": "ok", "stalled": "error"}


class Liveness:
    """One agent's check-ins, from now on."""

    def __init__(self, core: Core, *, release: str | None, environment: str) -> None:
        self._core = core
        self._release = release
        self._environment = environment
        self._started_ns = core.clock.monotonic_ns()
        self._open_id: str | None = None

    def check_in(self) -> None:
        """Say whether the agent still decides."""
        running_s = (self._core.clock.monotonic_ns() - self._started_ns) / 1e9
        sign = self._core.pulse.sign(self._started_ns)
        self._core.trail.add(
            HEARTBEAT,
            f"Agent is {sign}",
            level="warning" if sign == "stalled" else "debug",
            data={"uptime_s": round(running_s, 3), "cycles": sum(self._core.pulse.cycles.values())},
        )
        check_in_id = self._open_id or self._core.ids.event_id()
        self._open_id = check_in_id if sign == "starting" else None
        self._core.sentry.check_in(
            CheckIn(
                slug=liveness_slug(self._core.agent_id),
                check_in_id=check_in_id,
                status=_STATUSES[sign],
                monitor_config=_CONFIG,
                environment=self._environment,
                release=self._release,
                heartbeat=True,
            )
        )
