"""What an agent needs to tell of its errors, put together from its settings."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from fleaglass.destinations.dsn import HUB_ONLY, Dsn
from fleaglass.journal import SentryDestination
from fleaglass.recorder.guard import guard
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.policy import Policy
from fleaglass.recorder.reporter import Reporter
from fleaglass.recorder.seams import Seams
from fleaglass.recorder.sentry.authors import AuthorsSentry
from fleaglass.recorder.sentry.event import EventMaker, Identity
from fleaglass.recorder.sentry.link import NO_SENTRY, SentryLink
from fleaglass.recorder.sentry.sdk import SdkSentry
from fleaglass.recorder.sentry.with_hub import WithHub
from fleaglass.recorder.span import Span
from fleaglass.recorder.state import RUNNING, STARTUP, AgentState
from fleaglass.recorder.trail import Trail
from fleaglass.settings import Settings

__all__ = ["Errors", "errors_for"]


class Errors(msgspec.Struct, frozen=True):
    """The parts."""

    sentry: SentryLink
    trail: Trail
    state: AgentState
    reporter: Reporter


def errors_for(
    settings: Settings, seams: Seams, policy: Policy, here: Callable[[], Span | None], journal: Journaling | None
) -> Errors:
    """The parts for one agent.

    Args:
        settings: what the agent runs with.
        seams: its clock and ids, and for tests its link.
        policy: what is no issue, and who else looks at events.
        here: gives the innermost span of the caller.
        journal: what it records into; ``None`` if nothing leaves.
    """
    link = seams.sentry or _link(settings, journal)
    trail = Trail(seams.clock, here, settings.agent_id, journal.crumb if journal is not None else None)
    state = AgentState(journal.state if journal is not None else None)
    identity = Identity(
        agent_id=settings.agent_id,
        strategy=settings.strategy,
        release=settings.release,
        environment=settings.environment,
    )
    maker = EventMaker(
        identity=identity,
        trail=trail,
        state=state,
        clock=seams.clock,
        ids=seams.ids,
        capture_content=settings.capture_content,
    )
    reporter = Reporter(
        maker,
        link,
        rules=policy.noise,
        hooks=policy.before_send,
        phase=lambda: None if state.phase in (STARTUP, RUNNING) else state.phase,
    )
    return Errors(link, trail, state, reporter)


def _link(settings: Settings, journal: Journaling | None) -> SentryLink:
    """The link that the settings ask for: the DSN's server, else the hub and an author's own client.

    A bad DSN is one log line.
    """
    if settings.dsn is None or settings.dsn == HUB_ONLY:
        return _without_dsn(settings, journal)
    try:
        dsn = Dsn.parse(settings.dsn)
    except ValueError as error:
        guard.say("bad dsn", f"the DSN {error}; errors, sessions and check-ins are not sent")
        return NO_SENTRY
    return SdkSentry(dsn, agent_id=settings.agent_id, journal=journal) if journal is not None else NO_SENTRY


def _without_dsn(settings: Settings, journal: Journaling | None) -> SentryLink:
    authors = AuthorsSentry(agent_id=settings.agent_id)
    hubs = (
        []
        if journal is None
        else [each for each in journal.route.destinations if isinstance(each, SentryDestination) and each.is_hub]
    )
    if journal is None or not hubs:
        return authors
    project = Dsn.parse(hubs[0].dsn, needs_key=False)
    return WithHub(SdkSentry(project, agent_id=settings.agent_id, journal=journal, needed_soon=False), authors)
