"""Releases, deploys and commits as the hub keeps them. Times are Unix nanoseconds; None is what nobody said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from fleaglass.hub.access.projects import Project

__all__ = [
    "MAX_SEEN_NAME",
    "Change",
    "Commit",
    "Deploy",
    "Environment",
    "FileChange",
    "NewDeploy",
    "Release",
    "Status",
]

MAX_SEEN_NAME: Final = 250
"""Characters in the name of a release that an event may come with; one that is made by hand has at most 200."""

Status = Literal["open", "archived"]
FileChange = Literal["A", "M", "D"]
"""Added, modified, deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeploy:
    """A release begins to run in an environment."""

    environment: str
    finished_ns: int
    started_ns: int | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy(NewDeploy):
    """One that is kept."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit, and what it did to which file."""

    sha: str
    repository: str
    author_name: str | None = None
    author_email: str | None = None
    message: str | None = None
    at_ns: int | None = None
    files: tuple[tuple[str, FileChange], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is said of a release; None leaves it as it is. `refs` is what `set-commits` says of repositories."""

    status: Status | None = None
    started_ns: int | None = None
    released_ns: int | None = None
    url: str | None = None
    ref: str | None = None
    refs: list[dict[str, str | None]] | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a release was heard, and when."""

    name: str
    first_seen_ns: int
    last_seen_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release with what is counted of it. `added_ns` is when the hub first heard of it."""

    id: int
    version: str
    status: Status
    added_ns: int
    started_ns: int | None
    released_ns: int | None
    url: str | None
    ref: str | None
    projects: tuple[Project, ...]
    environments: tuple[Environment, ...]
    last_deploy: Deploy | None
    deploy_count: int
    commit_count: int
    last_commit: Commit | None
    new_issues: int

    @property
    def date_ns(self) -> int:
        """When it came out, as far as is known: the date that releases without an order of their own are ordered by."""
        return self.added_ns if self.released_ns is None else self.released_ns

    @property
    def first_seen_ns(self) -> int | None:
        """When something of it first happened."""
        return min((seen.first_seen_ns for seen in self.environments), default=None)

    @property
    def last_seen_ns(self) -> int | None:
        """When something of it last happened."""
        return max((seen.last_seen_ns for seen in self.environments), default=None)
