"""Releases, deploys, commits and monitors in the words of Sentry's REST API.

Source: Sentry's OpenAPI document; a test holds these answers against it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fleaglass.hub.access.projects import Project
from fleaglass.hub.releases.records import Commit, Deploy, Release
from fleaglass.hub.releases.versions import InvalidRelease, Version, parse

__all__ = ["commit_answer", "deploy_answer", "project_answer", "release_answer"]


def release_answer(release: Release) -> dict[str, Any]:
    """A release."""
    seen = (release.first_seen_ns, release.last_seen_ns)
    return {
        "id": release.id,
        "version": release.version,
        "shortVersion": _parsed(release.version)[1],
        "versionInfo": _version_info(release.version),
        "status": release.status,
        "ref": release.ref,
        "url": release.url,
        "dateCreated": _time(release.added_ns),
        "dateStarted": _time(release.started_ns),
        "dateReleased": _time(release.released_ns),
        "firstEvent": _time(seen[0]),
        "lastEvent": _time(seen[1]),
        "newGroups": release.new_issues,
        "commitCount": release.commit_count,
        "lastCommit": None if release.last_commit is None else commit_answer(release.last_commit),
        "deployCount": release.deploy_count,
        # A deploy has a name here, even if nobody gave it one.
        "lastDeploy": None if release.last_deploy is None else _named(deploy_answer(release.last_deploy)),
        "projects": [
            {**project_answer(project), "id": project.id, "newGroups": release.new_issues, "hasHealthData": False}
            for project in release.projects
        ],
        "authors": [],
        "data": {},
        "owner": None,
    }


def project_answer(project: Project) -> dict[str, Any]:
    """A project."""
    return {
        "id": str(project.id),
        "slug": project.slug,
        "name": project.name,
        "platform": None,
        "platforms": [],
    }


def deploy_answer(deploy: Deploy) -> dict[str, Any]:
    """A deploy."""
    return {
        "id": str(deploy.id),
        "environment": deploy.environment,
        "name": deploy.name,
        "url": deploy.url,
        "dateStarted": _time(deploy.started_ns),
        "dateFinished": _time(deploy.finished_ns),
    }


def commit_answer(commit: Commit) -> dict[str, Any]:
    """A commit."""
    return {
        "id": commit.sha,
        "message": commit.message,
        "dateCreated": _time(commit.at_ns) or _time(0),
        "author": {"name": commit.author_name, "email": commit.author_email},
        # Not one that the hub could read: a name is all there is of it.
        "repository": {"id": commit.repository, "name": commit.repository, "dateCreated": _time(0)},
        "pullRequest": None,
        "suspectCommitType": "",
        "releases": [],
    }


def _named(deploy: dict[str, Any]) -> dict[str, Any]:
    return {**deploy, "name": deploy["name"] or deploy["environment"]}


def _version_info(name: str) -> dict[str, Any]:
    package, text, version = _parsed(name)
    known = {} if version is None else {part: getattr(version, part) for part in version.__slots__}
    return {
        "package": package or None,
        "version": {"raw": text, **known},
        "description": text,
        "buildHash": None,
    }


def _parsed(name: str) -> tuple[str, str, Version | None]:
    """Package, what is left, and the version; a name that came with events may be too long to be taken apart."""
    try:
        release = parse(name)
    except InvalidRelease:
        return "", name, None
    return release.package, release.version_text, release.version


def _time(ns: int | None) -> str | None:
    """RFC 3339, in UTC."""
    if ns is None:
        return None
    whole, rest = divmod(ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
