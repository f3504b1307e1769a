"""What happens to releases, in a transaction of the state's.

    see_release                    something of a release arrived: it exists, whoever forgot to say so
    create, change, delete         what `sentry-cli releases` says
    add_deploy, set_commits

Versions are unique in the hub, as they are in an organisation at Sentry; a release may be one of several projects.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, Insert, case, delete, select, update

from fleaglass.hub.releases.records import MAX_SEEN_NAME, Change, Commit, Deploy, NewDeploy
from fleaglass.hub.releases.tables import commits, deploys, release_environments, release_projects, releases
from fleaglass.hub.releases.versions import InvalidRelease, parse
from fleaglass.hub.state import insert

__all__ = ["add_deploy", "change_release", "create_release", "delete_release", "see_release", "set_commits"]

_ENVIRONMENT_CHARS: Final = 64


def see_release(
    connection: Connection, project: int, version: str, environment: str, first_ns: int, last_ns: int | None = None
) -> bool:
    """Something of the release happened at `first_ns`, and until `last_ns` if that was more than a moment.

    The order in which things arrive makes no difference to what is kept. An environment is cut to 64 characters.
    Returns False for a name that no release can have.
    """
    last_ns = first_ns if last_ns is None else last_ns
    try:
        name = parse(version, MAX_SEEN_NAME).name
    except InvalidRelease:
        return False
    release, _ = _begin(connection, name, first_ns)
    _join(connection, release, [project])
    row = insert(connection, release_environments).values(
        release=release,
        project=project,
        environment=environment.replace("\0", "")[:_ENVIRONMENT_CHARS],
        first_seen_ns=first_ns,
        last_seen_ns=last_ns,
    )
    kept, new = release_environments.c, row.excluded
    earlier, later = new.first_seen_ns < kept.first_seen_ns, new.last_seen_ns > kept.last_seen_ns
    connection.execute(
        row.on_conflict_do_update(
            index_elements=list(release_environments.primary_key),
            set_={
                "first_seen_ns": case((earlier, new.first_seen_ns), else_=kept.first_seen_ns),
                "last_seen_ns": case((later, new.last_seen_ns), else_=kept.last_seen_ns),
            },
            where=earlier | later,
        )
    )
    return True


def create_release(
    connection: Connection, version: str, projects: Collection[int], said: Change, now_ns: int
) -> tuple[int, bool]:
    """Begin a release, or find it begun. Returns its id, and whether it, or one of its projects, is new.

    What is said of a release that exists fills in what was not known; only the status is changed.

    Raises:
        InvalidRelease: no release can have that name.
    """
    release, is_new = _begin(connection, parse(version).name, now_ns)
    joined = _join(connection, release, projects)
    known = connection.execute(select(releases).where(releases.c.id == release)).mappings().one()
    values = {name: value for name, value in _said(said).items() if known[name] is None or name == "status"}
    _update(connection, release, values)
    return release, is_new or joined


def change_release(connection: Connection, release: int, projects: Collection[int], said: Change) -> None:
    """Take what is said of a release, whatever was known before."""
    _join(connection, release, projects)
    _update(connection, release, _said(said))


def delete_release(connection: Connection, release: int) -> None:
    """Forget a release with its deploys and commits. When something of it arrives again, it is there again."""
    connection.execute(delete(releases).where(releases.c.id == release))


def add_deploy(connection: Connection, release: int, deploy: NewDeploy, projects: Collection[int] = ()) -> Deploy:
    """Keep a deploy."""
    _join(connection, release, projects)
    values = asdict(deploy)
    return Deploy(id=_added(connection, deploys.insert().values(release=release, **values)), **values)


def set_commits(connection: Connection, release: int, found: Sequence[Commit]) -> None:
    """These are the commits of a release, newest first; those that it had are none of it any more."""
    connection.execute(delete(commits).where(commits.c.release == release))
    rows = [{"release": release, "position": place, **_row(commit)} for place, commit in enumerate(found)]
    if rows:
        connection.execute(commits.insert(), rows)


def _begin(connection: Connection, version: str, at_ns: int) -> tuple[int, bool]:
    """The id of the release, and whether it is new; it was added when the hub first heard of it."""
    known = connection.execute(select(releases.c.id, releases.c.added_ns).where(releases.c.version == version)).first()
    if known is None:
        row = releases.insert().values(version=version, status="open", added_ns=at_ns)
        return _added(connection, row), True
    if at_ns < known.added_ns:
        _update(connection, known.id, {"added_ns": at_ns})
    return known.id, False


def _join(connection: Connection, release: int, projects: Collection[int]) -> bool:
    """Make it a release of these projects as well. Returns whether it was not one of some."""
    ours = release_projects.c
    had = set(connection.execute(select(ours.project).where(ours.release == release)).scalars())
    new = sorted(set(projects) - had)
    if new:
        connection.execute(release_projects.insert(), [{"release": release, "project": project} for project in new])
    return bool(new)


def _said(change: Change) -> dict[str, Any]:
    return {name: value for name, value in asdict(change).items() if value is not None}


def _update(connection: Connection, release: int, values: dict[str, Any]) -> None:
    if values:
        connection.execute(update(releases).where(releases.c.id == release).values(**values))


def _added(connection: Connection, row: Insert) -> int:
    """The number that a new row got."""
    return int(connection.execute(row.returning(row.table.c.id)).scalar_one())


def _row(commit: Commit) -> dict[str, Any]:
    return {**asdict(commit), "files": [list(file) for file in commit.files]}
