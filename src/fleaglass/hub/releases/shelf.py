"""Looking releases up: one by its name, all of them, and what belongs to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from fleaglass.hub.access.projects import Project
from fleaglass.hub.access.tables import projects
from fleaglass.hub.issues.tables import issues
from fleaglass.hub.releases.records import Commit, Deploy, Environment, Release
from fleaglass.hub.releases.tables import commits, deploys, release_environments, release_projects, releases

__all__ = ["commits_of", "deployed_in", "deploys_of", "find_release", "find_releases", "previous_with_commits"]


def find_release(connection: Connection, version: str) -> Release | None:
    """The release of that name."""
    return next(iter(find_releases(connection, releases.c.version == version)), None)


def find_releases(connection: Connection, *conditions: ColumnElement[bool]) -> list[Release]:
    """The releases that meet the conditions on `releases`, the newest first by `date_ns`."""
    rows = connection.execute(select(releases).where(*conditions)).mappings().all()
    about = _About(connection, select(releases.c.id).where(*conditions))
    found = [about.release(row) for row in rows]
    return sorted(found, key=lambda release: (release.date_ns, release.id), reverse=True)


def deploys_of(connection: Connection, release: int) -> list[Deploy]:
    """Its deploys, the newest first."""
    newest = (deploys.c.finished_ns.desc(), deploys.c.id.desc())
    rows = connection.execute(select(deploys).where(deploys.c.release == release).order_by(*newest)).mappings()
    return [_deploy(row) for row in rows]


def deployed_in(connection: Connection) -> dict[int, list[str]]:
    """By release, the environments that it was deployed in."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for release, environment in connection.execute(select(deploys.c.release, deploys.c.environment).distinct()):
        found[release].append(environment)
    return found


def commits_of(connection: Connection, release: int) -> list[Commit]:
    """Its commits, the newest first."""
    rows = connection.execute(select(commits).where(commits.c.release == release).order_by(commits.c.position))
    return [_commit(row) for row in rows.mappings()]


def previous_with_commits(connection: Connection, release: Release) -> Release | None:
    """The newest release of the same projects that came out before this one, and has commits."""
    ours = set(release.projects)
    for other in find_releases(connection, releases.c.id.in_(select(commits.c.release))):
        is_before = (other.date_ns, other.id) < (release.date_ns, release.id)
        if is_before and (not ours or ours & set(other.projects)):
            return other
    return None


class _About:
    """What other tables say of some releases, each read once."""

    def __init__(self, connection: Connection, ids: Select[int]) -> None:
        self._projects = _by_release(
            connection.execute(
                select(release_projects.c.release, projects)
                .join(projects, projects.c.id == release_projects.c.project)
                .where(release_projects.c.release.in_(ids))
                .order_by(projects.c.slug)
            ).mappings()
        )
        seen = release_environments.c
        self._environments = _by_release(
            connection.execute(
                select(
                    seen.release,
                    seen.environment,
                    func.min(seen.first_seen_ns).label("first_ns"),
                    func.max(seen.last_seen_ns).label("last_ns"),
                )
                .where(seen.release.in_(ids))
                .group_by(seen.release, seen.environment)
                .order_by(seen.environment)
            ).mappings()
        )
        newest = (deploys.c.release, deploys.c.finished_ns.desc(), deploys.c.id.desc())
        self._deploys = _by_release(
            connection.execute(select(deploys).where(deploys.c.release.in_(ids)).order_by(*newest)).mappings()
        )
        self._commit_counts = _counts(
            connection, select(commits.c.release, func.count()).where(commits.c.release.in_(ids)), commits.c.release
        )
        self._last_commits = _by_release(
            connection.execute(select(commits).where(commits.c.release.in_(ids), commits.c.position == 0)).mappings()
        )
        versions = select(releases.c.version).where(releases.c.id.in_(ids))
        self._new_issues = _counts(
            connection,
            select(issues.c.first_release, func.count()).where(
                issues.c.first_release.in_(versions), issues.c.merged_into.is_(None)
            ),
            issues.c.first_release,
        )

    def release(self, row: RowMapping) -> Release:
        """A row of `releases` with what is counted of it."""
        release = row["id"]
        deployed, last_commit = self._deploys[release], self._last_commits[release]
        return Release(
            id=release,
            version=row["version"],
            status=row["status"],
            added_ns=row["added_ns"],
            started_ns=row["started_ns"],
            released_ns=row["released_ns"],
            url=row["url"],
            ref=row["ref"],
            projects=tuple(Project(of["id"], of["slug"], of["name"], of["added_ns"]) for of in self._projects[release]),
            environments=tuple(
                Environment(of["environment"], of["first_ns"], of["last_ns"]) for of in self._environments[release]
            ),
            last_deploy=_deploy(deployed[0]) if deployed else None,
            deploy_count=len(deployed),
            commit_count=self._commit_counts.get(release, 0),
            last_commit=_commit(last_commit[0]) if last_commit else None,
            new_issues=self._new_issues.get(row["version"], 0),
        )


def _by_release(rows: Any) -> Mapping[int, list[RowMapping]]:
    found: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["release"]].append(row)
    return found


def _counts(connection: Connection, query: Any, by: ColumnElement[Any]) -> dict[Any, int]:
    return dict(tuple(row) for row in connection.execute(query.group_by(by)))


def _deploy(row: RowMapping) -> Deploy:
    named = ("id", "environment", "name", "url", "started_ns", "finished_ns")
    return Deploy(**{name: row[name] for name in named})


def _commit(row: RowMapping) -> Commit:
    named = ("sha", "repository", "author_name", "author_email", "message", "at_ns")
    files = tuple((path, kind) for path, kind in row["files"])
    return Commit(**{name: row[name] for name in named}, files=files)
