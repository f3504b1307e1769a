"""What requests to this API hold, with Sentry's limits; and the same in the hub's words.

Fields that nobody here needs are passed over, as Sentry does: a client of another version may know more of them.

Source: Sentry's OpenAPI document (the releases of an organisation), and what sentry-cli 3.8 sends.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec

from fleaglass.hub.api.times import parse_time
from fleaglass.hub.releases.records import Change, Commit, FileChange, NewDeploy

__all__ = ["ChangedRelease", "DeployBody", "NewRelease", "change_of", "commits_of_body", "deploy_of"]

Short = Annotated[str, msgspec.Meta(max_length=64)]
Sha = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
Link = Annotated[str, msgspec.Meta(pattern="^https?://", max_length=2000)]  # a page makes it a link
Place = Annotated[str, msgspec.Meta(pattern=r"^[^\r\n\f/]+$", max_length=64)]
Projects = Annotated[list[str | int], msgspec.Meta(max_length=100)]

_NO_ZONE: Final = re.compile(r"[0-9-]{10}[T ][0-9:.]+")


class Patch(msgspec.Struct, frozen=True):
    """What a commit did to a file."""

    path: Annotated[str, msgspec.Meta(max_length=510)]
    type: FileChange


class CommitBody(msgspec.Struct, frozen=True):
    """A commit."""

    id: Sha
    repository: Short | None = None
    author_name: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    author_email: Name | None = None
    message: str | None = None
    timestamp: str | None = None
    patch_set: list[Patch] | None = None


class Ref(msgspec.Struct, frozen=True):
    """The last commit of a repository, for a server that can read it."""

    repository: Name
    commit: Name
    previousCommit: Short | None = None  # Sentry's spelling


class ChangedRelease(msgspec.Struct, frozen=True, kw_only=True):
    """PUT releases/{version}/."""

    projects: Projects | None = None
    dateStarted: str | None = None
    dateReleased: str | None = None
    url: Link | None = None
    ref: Name | None = None
    status: Literal["open", "archived"] | None = None
    commits: Annotated[list[CommitBody], msgspec.Meta(max_length=10_000)] | None = None
    refs: Annotated[list[Ref], msgspec.Meta(max_length=100)] | None = None


class NewRelease(ChangedRelease, frozen=True, kw_only=True):
    """POST releases/."""

    version: str
    projects: Projects


class DeployBody(msgspec.Struct, frozen=True, kw_only=True):
    """POST releases/{version}/deploys/."""

    environment: Place
    name: Short | None = None
    url: Link | None = None
    dateStarted: str | None = None
    dateFinished: str | None = None
    projects: Projects | None = None


def change_of(body: ChangedRelease) -> Change:
    """What is said of the release itself. Raises Problem for a time that is none."""
    return Change(
        status=body.status,
        started_ns=_time("dateStarted", body.dateStarted),
        released_ns=_time("dateReleased", body.dateReleased),
        url=body.url,
        ref=body.ref,
        refs=None if body.refs is None else [msgspec.structs.asdict(ref) for ref in body.refs],
    )


def commits_of_body(body: ChangedRelease) -> list[Commit] | None:
    """The commits, None when nothing is said of them. Raises Problem for a time that is none."""
    if body.commits is None:
        return None
    return [
        Commit(
            sha=commit.id,
            repository=commit.repository or "",
            author_name=commit.author_name,
            author_email=commit.author_email,
            message=commit.message,
            at_ns=_time(f"commits[{place}].timestamp", commit.timestamp),
            files=tuple((patch.path, patch.type) for patch in commit.patch_set or ()),
        )
        for place, commit in enumerate(body.commits)
    ]


def deploy_of(body: DeployBody, now_ns: int) -> NewDeploy:
    """The deploy; it is finished now when nothing else is said. Raises Problem for a time that is none."""
    finished_ns = _time("dateFinished", body.dateFinished)
    return NewDeploy(
        environment=body.environment,
        finished_ns=now_ns if finished_ns is None else finished_ns,
        started_ns=_time("dateStarted", body.dateStarted),
        name=body.name,
        url=body.url,
    )


def _time(name: str, value: str | None) -> int | None:
    """Unix nanoseconds; a time without a zone is UTC, as at Sentry."""
    if value is None:
        return None
    return parse_time(name, f"{value}Z" if _NO_ZONE.fullmatch(value) else value)
