"""GET /releases/{version}: everything about one release."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from sqlalchemy import Connection

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.release_figures import figures, operations
from fleaglass.hub.api.release_issues import new_issues, regressed_issues, resolved_issues
from fleaglass.hub.api.release_listing import health_of_releases, row_of
from fleaglass.hub.api.release_parameters import Span
from fleaglass.hub.api.release_shapes import Belongings, ReleaseDetail
from fleaglass.hub.api.release_words import commit_words, deploy_words, name_of
from fleaglass.hub.api.session_shapes import ReleaseHealth
from fleaglass.hub.releases.records import MAX_SEEN_NAME, Release
from fleaglass.hub.releases.shelf import commits_of, deploys_of, find_release, find_releases
from fleaglass.hub.releases.versions import InvalidRelease, parse
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["previous_of", "release_detail", "the_release"]


async def release_detail(store: Store, state: State, version: str, span: Span, now_ns: int) -> ReleaseDetail:
    """The release. Raises Problem, EngineError, StateError."""

    def look(connection: Connection) -> tuple[Release, ReleaseHealth | None, Belongings]:
        release = the_release(connection, version)
        return (
            release,
            health_of_releases(connection, span, now_ns).get(release.version),
            _belongings(connection, release),
        )

    release, healthy, kept = await state.reading(look)
    told, ran = await asyncio.gather(figures(store, (release.version,), span), operations(store, release.version, span))
    return {
        **row_of(release, told[release.version], healthy),
        **kept,
        "from_ns": str(span.time.from_ns),
        "to_ns": str(span.time.to_ns),
        "operations": ran,
    }


def _belongings(connection: Connection, release: Release) -> Belongings:
    return {
        "environments": [
            {
                "environment": seen.name,
                "first_seen_ns": str(seen.first_seen_ns),
                "last_seen_ns": str(seen.last_seen_ns),
            }
            for seen in release.environments
        ],
        "deploys": [deploy_words(deploy) for deploy in deploys_of(connection, release.id)],
        "commits": [commit_words(commit) for commit in commits_of(connection, release.id)],
        "new_issue_list": new_issues(connection, release.version),
        "regressed_issues": regressed_issues(connection, release.version),
        "resolved_issues": resolved_issues(connection, release.version),
        "previous": previous_of(release, find_releases(connection)),
    }


def the_release(connection: Connection, version: str) -> Release:
    """The release of that name. Raises Problem."""
    try:
        found = find_release(connection, parse(version, MAX_SEEN_NAME).name)
    except InvalidRelease:
        found = None
    if found is None:
        hint = "GET /api/v1/releases?status=all lists them; `fleaglass release new` makes one."
        raise Problem(404, "no_release", f"there is no release {version[:100]!r}", hint)
    return found


def previous_of(release: Release, everything: Iterable[Release]) -> str | None:
    """The version before it of the same package: by the versions' order if it has one, else by date."""
    name = name_of(release.version)
    others = [(name_of(other.version), other) for other in everything if other.id != release.id]
    others = [(its, other) for its, other in others if its.package == name.package]
    if name.version is not None:
        rank = name.version.rank
        ranked = [(its.version.rank, its.name) for its, _ in others if its.version is not None]
        return max((each for each in ranked if each[0] < rank), default=(None, None))[1]
    dated = [(other.date_ns, other.id, its.name) for its, other in others]
    before = [each for each in dated if each[:2] < (release.date_ns, release.id)]
    return max(before)[2] if before else None
