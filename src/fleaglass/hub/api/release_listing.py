"""GET /releases: which releases, in which order, one page of them, and how each does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.release_figures import Figures, figures
from fleaglass.hub.api.release_parameters import ReleaseList, Span
from fleaglass.hub.api.release_shapes import ReleasePage, ReleaseRow
from fleaglass.hub.api.release_words import name_of, release_words
from fleaglass.hub.api.session_health import HealthQuery, releases_health
from fleaglass.hub.api.session_shapes import Health, ReleaseHealth
from fleaglass.hub.releases.records import Release
from fleaglass.hub.releases.shelf import deployed_in, find_releases
from fleaglass.hub.sessions.figures import Asked
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["NO_SESSIONS", "health_of_releases", "list_releases", "row_of"]

NO_SESSIONS: Final[Health] = {
    "sessions": 0,
    "healthy": 0,
    "errored": 0,
    "crashed": 0,
    "abnormal": 0,
    "inferred": 0,
    "running": 0,
    "users": 0,
    "crashed_users": 0,
    "crash_free_sessions_percent": None,
    "crash_free_users_percent": None,
}


async def list_releases(store: Store, state: State, query: ReleaseList, now_ns: int) -> ReleasePage:
    """The page that was asked for. Raises Problem, EngineError, StateError."""

    def look(connection: Connection) -> tuple[list[Release], dict[int, list[str]], Mapping[str, ReleaseHealth]]:
        return find_releases(connection), deployed_in(connection), health_of_releases(connection, query.span, now_ns)

    everything, deployed, healths = await state.reading(look)
    places = {release.id: _places(release, deployed.get(release.id, ())) for release in everything}
    wanted = [release for release in everything if _is_wanted(release, places[release.id], query)]
    wanted.sort(key=_ORDERS[query.sort], reverse=True)
    first = _begin(wanted, query)
    page = wanted[first : first + query.limit]
    told = await figures(store, [release.version for release in page], query.span)
    return {
        "from_ns": str(query.span.time.from_ns),
        "to_ns": str(query.span.time.to_ns),
        "releases": [row_of(release, told[release.version], healths.get(release.version)) for release in page],
        "next_cursor": str(page[-1].id) if first + query.limit < len(wanted) else None,
        "environments": sorted(set().union(*places.values())),
        "total": len(wanted),
    }


def health_of_releases(connection: Connection, span: Span, now_ns: int) -> dict[str, ReleaseHealth]:
    """How the sessions of releases went, by version; a release without any is left out."""
    asked = Asked(span.time.from_ns, span.time.to_ns, environment=span.environment)
    return {found["release"]: found for found in releases_health(connection, HealthQuery(asked, now_ns))["releases"]}


def row_of(release: Release, told: Figures, health: ReleaseHealth | None) -> ReleaseRow:
    """A release on one line."""
    return {
        **release_words(release),
        "new_issues": release.new_issues,
        "events": told.events,
        "agents": sorted(told.agents),
        "health": NO_SESSIONS if health is None else health["totals"],
        "adoption_percent": None if health is None else health["adoption_percent"],
        "adoption": None if health is None else health["adoption"],
        "money": told.money,
    }


def _by_version(release: Release) -> tuple[Any, ...]:
    """The highest version of a package first, then what has no order, by date."""
    name = name_of(release.version)
    rank = () if name.version is None else name.version.rank
    return (name.package, bool(rank), rank, release.date_ns, release.id)


_ORDERS: Final[Mapping[str, Callable[[Release], Any]]] = {
    "date": lambda release: (release.date_ns, release.id),
    "version": _by_version,
    "last_seen": lambda release: (release.last_seen_ns or 0, release.id),
}


def _places(release: Release, deployed: Collection[str]) -> set[str]:
    return {seen.name for seen in release.environments if seen.name} | set(deployed)


def _is_wanted(release: Release, places: Collection[str], query: ReleaseList) -> bool:
    return (
        query.shown in (release.status, "all")
        and (query.span.environment is None or query.span.environment in places)
        and (query.package is None or name_of(release.version).package == query.package)
        and (query.text is None or query.text.casefold() in release.version.casefold())
    )


def _begin(wanted: list[Release], query: ReleaseList) -> int:
    """Where the page begins: behind the last release of the one before. Raises Problem when that is gone."""
    if query.after is None:
        return 0
    for place, release in enumerate(wanted, start=1):
        if release.id == query.after:
            return place
    hint = "Leave it out to start from the first release; the last one of the page before is gone."
    raise bad_filter("cursor", "a next_cursor of this list", str(query.after), hint)
