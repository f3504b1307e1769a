"""What an agent listens to in its process: the program's log, crashes, and events of an author's own sentry_sdk."""

from __future__ import annotations

from collections.abc import Callable

from fleaglass.recorder.core import Core
from fleaglass.recorder.logs import AgentLogs, Export, tap
from fleaglass.recorder.sentry.crash import crashes
from fleaglass.recorder.sentry.foreign import link_foreign_events
from fleaglass.recorder.sentry.sdk import SdkSentry
from fleaglass.recorder.sentry.with_hub import WithHub
from fleaglass.settings import Settings

__all__ = ["listen"]


def listen(core: Core, settings: Settings, export: Export | None) -> Callable[[], None]:
    """Begin to listen; returns what ends it. Starts no thread.

    Args:
        core: the agent.
        settings: what it runs with.
        export: sends log records on.
    """
    stops: list[Callable[[], None]] = []
    if settings.capture_logs:
        stops.append(tap.listen(AgentLogs(core, export)))
    if isinstance(core.sentry, SdkSentry | WithHub):  # an author's own client hears of crashes by itself
        stops.append(crashes.listen(core.reporter))
    stops.append(link_foreign_events(core.reporter))

    def stop() -> None:
        for end in stops:
            end()

    return stop
