"""A release of the state's as the API tells it."""

from __future__ import annotations

from fleaglass.hub.api import release_shapes as shapes
from fleaglass.hub.releases.records import Commit, Deploy, Release
from fleaglass.hub.releases.versions import InvalidRelease, Version, parse
from fleaglass.hub.releases.versions import Release as Name

__all__ = ["commit_words", "deploy_words", "name_of", "release_words"]


def name_of(version: str) -> Name:
    """The name, taken apart; one that came with an event may be too long for that."""
    try:
        return parse(version)
    except InvalidRelease:
        return Name(version, "", version, None)


def release_words(release: Release) -> shapes.Release:
    """A release by itself."""
    name = name_of(release.version)
    return {
        "version": release.version,
        "package": name.package or None,
        "short_version": name.version_text,
        "semver": None if name.version is None else _semver(name.version),
        "status": release.status,
        "projects": [project.slug for project in release.projects],
        "added_ns": str(release.added_ns),
        "started_ns": _ns(release.started_ns),
        "released_ns": _ns(release.released_ns),
        "first_seen_ns": _ns(release.first_seen_ns),
        "last_seen_ns": _ns(release.last_seen_ns),
        "url": release.url,
        "ref": release.ref,
        "last_deploy": None if release.last_deploy is None else deploy_words(release.last_deploy),
        "deploy_count": release.deploy_count,
        "commit_count": release.commit_count,
    }


def deploy_words(deploy: Deploy) -> shapes.Deploy:
    """A deploy."""
    return {
        "id": deploy.id,
        "environment": deploy.environment,
        "name": deploy.name,
        "url": deploy.url,
        "started_ns": _ns(deploy.started_ns),
        "finished_ns": str(deploy.finished_ns),
    }


def commit_words(commit: Commit) -> shapes.Commit:
    """A commit."""
    return {
        "sha": commit.sha,
        "repository": commit.repository,
        "author_name": commit.author_name,
        "author_email": commit.author_email,
        "message": commit.message,
        "at_ns": _ns(commit.at_ns),
        "files": [{"path": path, "type": kind} for path, kind in commit.files],
    }


def _semver(version: Version) -> shapes.Semver:
    return {
        "major": version.major,
        "minor": version.minor,
        "patch": version.patch,
        "revision": version.revision,
        "pre": version.pre or None,
        "build": version.build or None,
    }


def _ns(value: int | None) -> str | None:
    return None if value is None else str(value)
