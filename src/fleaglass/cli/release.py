"""`fleaglass release`: tell Sentry, or a server that speaks its API, which release of an agent runs and what is in it.

new ──▶ commits ──▶ deploy ──▶ healthy        in the deployment, in this order
stamp                                         in the build: the agent finds the name that it leaves behind
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import click

from fleaglass import _setting_parsers as parse
from fleaglass.provision import Repository, SentryApi, SentryApiError, WorkTreeError
from fleaglass.recorder.release import RELEASE_FILE, package_of, release_of_folders
from fleaglass.settings import Settings

__all__ = ["command"]

_FIRST_COMMITS = 20
"""How many commits a release gets when the server knows of none before it, as sentry-cli has it."""
_MOST_COMMITS = 1000
_COMMIT_CHARS = 12
_MAX_NAME_CHARS = 64
Told: TypeAlias = tuple[str, Mapping[str, Any]]
"""A line for people, and the server's answer."""


@click.group("release")
def command() -> None:
    """Tell a Sentry server which release of an agent runs, and what is in it.

    Every subcommand but stamp needs SENTRY_AUTH_TOKEN, SENTRY_ORG and SENTRY_PROJECT, and SENTRY_URL for a server other
    than sentry.io. VERSION is found as the agent finds it when it is left out. Exit codes: 0 done, 1 the server or git
    said no, 2 misuse.
    """


def _version(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """The version as given, else as the agent would find it here."""
    try:
        version = parse.release(value, "") if value else _found()
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if version is None:
        raise click.BadParameter("none is given, set or stamped; such as agent-vol-arb@2.1.0")
    return version


def _found() -> str | None:
    settings = Settings.read({})
    for problem in settings.problems:
        click.echo(problem, err=True)
    return settings.release or release_of_folders([Path.cwd()])


version_argument = click.argument("version", required=False, callback=_version)


def _server_options(function: Callable[..., Told]) -> Callable[..., None]:
    """Where the server is and who is asking; the command gets it as `api` and `projects`, and returns what to print."""

    @click.option("--url", envvar="SENTRY_URL", default="https://sentry.io/", show_default=True, help="The server.")
    @click.option("--org", envvar="SENTRY_ORG", help="Slug of the organisation; SENTRY_ORG.")
    @click.option("--project", envvar="SENTRY_PROJECT", multiple=True, help="Slug of a project; SENTRY_PROJECT.")
    @click.option("--json", "as_json", is_flag=True, help="Print the server's answer as one line of JSON.")
    @wraps(function)
    def with_server(url: str, org: str | None, project: tuple[str, ...], as_json: bool, **others: Any) -> None:
        # Not an option: what is typed is kept in the shell's history and shown to everybody by ps.
        token = os.environ.get("SENTRY_AUTH_TOKEN", "").strip()
        if not token:
            raise click.UsageError("set SENTRY_AUTH_TOKEN to an auth token with the scope project:releases")
        if not org:
            raise click.UsageError("name the organisation with --org, or set SENTRY_ORG")
        if not project:
            raise click.UsageError("name a project with --project, or set SENTRY_PROJECT")
        with _said_in_one_line(), SentryApi(url, token=token, org=org) as api:
            text, facts = function(api=api, projects=project, **others)
        click.echo(json.dumps(facts) if as_json else text)

    return with_server


@contextmanager
def _said_in_one_line() -> Iterator[None]:
    """What the server or git says no to is one line on stderr, and exit code 1."""
    try:
        yield
    except (SentryApiError, WorkTreeError) as error:
        raise click.ClickException(str(error)) from None


@command.command("new")
@version_argument
@click.option("--finalize", is_flag=True, help="Say at once that it is out, as `healthy` does later.")
@_server_options
def new(api: SentryApi, projects: tuple[str, ...], version: str, finalize: bool) -> Told:
    """Begin a release, before it is deployed. Beginning it twice does no harm.

    Example: fleaglass release new agent-vol-arb@2.1.0
    """
    now = datetime.now(UTC)
    facts = api.create_release(version, projects, started=now, released=now if finalize else None)
    return f"release {version} at {api.server}", facts


@command.command("commits")
@version_argument
@click.option("--since", metavar="COMMIT", help="The last commit that is not new.  [default: as the server knows]")
@click.option(
    "--path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", help="The work tree."
)
@click.option("--local", is_flag=True, help="Send the commits, even if the server can read the repository itself.")
@_server_options
def commits(
    api: SentryApi, projects: tuple[str, ...], version: str, since: str | None, path: Path, local: bool
) -> Told:
    """Tell which commits are in a release, from the local git log.

    A server that can read the repository itself is told the range only. Without a release before it, the newest 20.

    Example: fleaglass release commits agent-vol-arb@2.1.0 --since v2.0.0
    """
    repository = Repository(path)
    api.create_release(version, projects, started=datetime.now(UTC))
    if not local and repository.name in api.integrated_repositories():
        facts = api.set_refs(version, repository.name, commit=repository.head(), previous=since)
        return f"release {version} ends with {repository.head()[:_COMMIT_CHARS]} of {repository.name}", facts
    before = since or api.previous_commit(version)
    if since is None and before is not None and not repository.has(before):
        click.echo(f"the last release's commit {before[:_COMMIT_CHARS]} is not in this clone", err=True)
        before = None
    found = repository.commits(before, most=_FIRST_COMMITS if before is None else _MOST_COMMITS)
    return f"release {version} has {len(found)} commits of {repository.name}", api.set_commits(version, found)


def _short(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and len(value) > _MAX_NAME_CHARS:
        raise click.BadParameter(f"at most {_MAX_NAME_CHARS} characters")
    return value


@command.command("deploy")
@version_argument
@click.option("--environment", "-e", required=True, callback=_short, help="Where it runs now, such as production.")
@click.option("--name", callback=_short, help="A name for the deployment.")
@click.option("--link", metavar="ADDRESS", help="Where the deployment can be looked at.")
@_server_options
def deploy(
    api: SentryApi, projects: tuple[str, ...], version: str, environment: str, name: str | None, link: str | None
) -> Told:
    """Say that a release runs in an environment from now on.

    Example: fleaglass release deploy agent-vol-arb@2.1.0 -e production
    """
    now = datetime.now(UTC)
    facts = api.deploy(version, environment, started=now, finished=now, name=name, url=link)
    return f"release {version} runs in {environment}", facts


@command.command("healthy")
@version_argument
@_server_options
def healthy(api: SentryApi, projects: tuple[str, ...], version: str) -> Told:
    """Say that a release is out: after its health checks passed. It counts as released from now on.

    Example: fleaglass release healthy agent-vol-arb@2.1.0
    """
    facts = api.finalize_release(version, projects, released=datetime.now(UTC))
    return f"release {version} is out", facts


@command.command("stamp")
@click.argument("version", required=False)
@click.option("--package", help="Name before the @.  [default: the work tree's folder]")
@click.option(
    "--path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", help="The work tree."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The file to write.  [default: {RELEASE_FILE} in the work tree's folder]",
)
@click.option("--no-file", is_flag=True, help="Write no file, only print.")
def stamp(version: str | None, package: str | None, path: Path, output: Path | None, no_file: bool) -> None:
    """Leave the release's name for the agent, when it is built, and print it.

    Without VERSION it is the tag of the checked-out commit, else the commit; +dirty if files differ from it. The agent
    looks for the file beside its program and where it is started.

    Example: fleaglass release stamp --package agent-vol-arb
    """
    if no_file and output is not None:
        raise click.UsageError("--output and --no-file exclude each other")
    with _said_in_one_line():
        name = version or _built_from(Repository(path), package)
    try:
        name = parse.release(name, "")
    except ValueError as error:
        raise click.UsageError(f"VERSION {error}") from None
    if not no_file:
        _write(output or path / RELEASE_FILE, name)
    click.echo(name)


def _built_from(repository: Repository, package: str | None) -> str:
    """The release's name, from the repository: `package@2.1.0`, `package@3f2b8c0de1a9`, or either with `+dirty`."""
    tag = repository.tag()
    dirty = "+dirty" if repository.is_dirty(besides=RELEASE_FILE) else ""
    if tag is not None and "@" in tag:
        return tag + dirty
    version = tag.removeprefix("v").replace("/", "-") if tag is not None else repository.head()[:_COMMIT_CHARS]
    return f"{package or package_of(repository.root)}@{version}{dirty}"


def _write(path: Path, name: str) -> None:
    try:
        path.write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise click.UsageError(
            f"{path} cannot be written: {error.strerror or error}; name another with --output"
        ) from None
