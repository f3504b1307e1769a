"""`fleaglass release` tells a Sentry server the truth about a release, and never shows the token."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from fleaglass.provision import Repository
from fleaglass.recorder.release import RELEASE_FILE, release_of_folders
from fleaglass.settings import CONFIG_FILE
from tests.support.openapi import body_faults, sentry_document
from tests.support.sentry_api import ORG, PREFIX, TOKEN, FakeSentryApi, sentry_api

VERSION = "agent-vol-arb@2.1.0"
NESTED = "[" * 100_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSentryApi]:
    with sentry_api() as found:
        monkeypatch.setenv("SENTRY_URL", found.url)
        monkeypatch.setenv("SENTRY_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("SENTRY_ORG", ORG)
        monkeypatch.setenv("SENTRY_PROJECT", "vol-arb")
        yield found


@pytest.fixture(autouse=True)
def no_release_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLEAGLASS_RELEASE", "SENTRY_RELEASE", "AGENT_VERSION", "OTEL_RESOURCE_ATTRIBUTES"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, ["release", *arguments])
    assert TOKEN not in done.output
    return done


def git(folder: Path, *arguments: str) -> str:
    base = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run([*base, *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with three commits: a.py and b.py added, a.py changed, b.py removed."""
    folder = tmp_path / "vol-arb"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in ("a.py", "b.py"):
        (folder / name).write_text("1\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "begin")
    (folder / "a.py").write_text("2\n")
    git(folder, "commit", "--quiet", "-am", "change a")
    git(folder, "rm", "--quiet", "b.py")
    git(folder, "commit", "--quiet", "-m", "drop b\n\nIt was old.")
    return folder


def test_the_four_steps_of_a_deployment(server: FakeSentryApi, tree: Path) -> None:
    """What the guide does with sentry-cli: new, set-commits, deploys new, finalize."""
    assert run("new", VERSION).exit_code == 0
    assert run("commits", VERSION, "--path", str(tree)).output == f"release {VERSION} has 3 commits of vol-arb\n"
    assert run("deploy", VERSION, "-e", "production").exit_code == 0
    assert "dateReleased" not in server.releases[VERSION]
    assert run("healthy", VERSION).exit_code == 0
    release = server.releases[VERSION]
    assert release["dateReleased"].endswith("Z")
    assert release["deploys"][0]["environment"] == "production"
    assert release["projects"] == ["vol-arb"]
    assert [request.path for request in server.requests if request.method != "GET"] == [
        f"{PREFIX}/releases/",
        f"{PREFIX}/releases/",
        f"{PREFIX}/releases/agent-vol-arb@2.1.0/",
        f"{PREFIX}/releases/agent-vol-arb@2.1.0/deploys/",
        f"{PREFIX}/releases/agent-vol-arb@2.1.0/",
    ]


def test_commits_say_who_did_what_to_which_file(server: FakeSentryApi, tree: Path) -> None:
    assert run("commits", VERSION, "--path", str(tree)).exit_code == 0
    newest, middle, first = server.releases[VERSION]["commits"]
    assert newest["id"] == git(tree, "rev-parse", "HEAD")
    assert (newest["author_name"], newest["author_email"]) == ("Ada", "ada@example.org")
    assert newest["message"] == "drop b\n\nIt was old."
    assert newest["patch_set"] == [{"path": "b.py", "type": "D"}]
    assert middle["patch_set"] == [{"path": "a.py", "type": "M"}]
    assert first["patch_set"] == [{"path": "a.py", "type": "A"}, {"path": "b.py", "type": "A"}]


def test_a_commit_may_hold_control_characters(server: FakeSentryApi, tree: Path) -> None:
    message = "one \x1e two \x1f three\tfour"
    git(tree, "-c", "user.name=A\x1fda", "commit", "--quiet", "--allow-empty", "-m", message)
    assert run("commits", VERSION, "--path", str(tree)).exit_code == 0
    newest, *others = server.releases[VERSION]["commits"]
    assert (newest["message"], newest["author_name"], newest["patch_set"]) == (message, "A\x1fda", [])
    assert len(others) == 3


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("git@code.example.org:quants/vol-arb.git", "quants/vol-arb"),
        ("ssh://git@code.example.org:22/quants/vol-arb", "quants/vol-arb"),
        (f"https://{TOKEN}@code.example.org/quants/vol-arb.git", "quants/vol-arb"),
        (f"https://ci:{TOKEN}@code.example.org/vol-arb.git/", "vol-arb"),
        ("/srv/git/vol-arb.git", "git/vol-arb"),
    ],
)
def test_a_repository_is_named_after_where_it_is_pushed_to_without_credentials(
    tree: Path, address: str, name: str
) -> None:
    git(tree, "remote", "add", "origin", address)
    assert Repository(tree).name == name


def test_commits_begin_after_the_release_before(server: FakeSentryApi, tree: Path) -> None:
    server.previous = {"version": "agent-vol-arb@2.0.0", "lastCommit": {"id": git(tree, "rev-parse", "HEAD~1")}}
    assert "1 commits" in run("commits", VERSION, "--path", str(tree)).output
    assert "2 commits" in run("commits", VERSION, "--path", str(tree), "--since", "HEAD~2").output


def test_a_clone_without_the_release_before_sends_its_newest_commits_and_says_so(
    server: FakeSentryApi, tree: Path
) -> None:
    server.previous = {"lastCommit": {"id": "0" * 40}}
    done = run("commits", VERSION, "--path", str(tree))
    assert "is not in this clone" in done.stderr
    assert len(server.releases[VERSION]["commits"]) == 3


@pytest.mark.parametrize("local", [False, True])
def test_a_server_that_can_read_the_repository_is_told_the_range_only(
    server: FakeSentryApi, tree: Path, local: bool
) -> None:
    git(tree, "remote", "add", "origin", "git@code.example.org:quants/vol-arb.git")
    server.repositories = [{"name": "quants/vol-arb", "provider": {"id": "integrations:github", "name": "x"}}]
    assert run("commits", VERSION, "--path", str(tree), *(["--local"] if local else [])).exit_code == 0
    release = server.releases[VERSION]
    if local:
        assert release["commits"][0]["repository"] == "quants/vol-arb"
    else:
        assert release["refs"] == [{"repository": "quants/vol-arb", "commit": git(tree, "rev-parse", "HEAD")}]


def test_a_healthy_release_that_the_server_does_not_know_is_made(server: FakeSentryApi) -> None:
    """The guide only ever posts it, after its health checks."""
    assert run("healthy", VERSION).exit_code == 0
    assert server.releases[VERSION]["dateReleased"]


def test_the_server_s_answer_as_json(server: FakeSentryApi) -> None:
    done = run("new", VERSION, "--finalize", "--json")
    assert json.loads(done.stdout)["version"] == VERSION


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {"detail": f"Invalid token {TOKEN}"}), "HTTP 401 (Invalid token [token]); check SENTRY_AUTH_TOKEN"),
        ((403, {"detail": {"message": "no"}}), "HTTP 403 (no); give the token the scope project:releases, or org:ci"),
        ((404, {}), "HTTP 404; check SENTRY_ORG, SENTRY_PROJECT and the version"),
        ((400, {"projects": ["Invalid project ids or slugs"]}), "(projects: Invalid project ids or slugs); correct it"),
        ((500, "<html>oh\nno</html>"), "HTTP 500; try again later"),
        ((302, ""), "points elsewhere (HTTP 302); set SENTRY_URL"),
        ((200, "<html>a login page</html>"), "did not answer with JSON; check SENTRY_URL"),
        ((200, NESTED), "did not answer with JSON; check SENTRY_URL"),
        ((400, NESTED), "HTTP 400; correct it and try again"),
        ((400, {"detail": "\x1b]0;owned\x07no"}), "HTTP 400 (]0;ownedno); correct it"),
        ((200, []), "did not answer as Sentry does; check SENTRY_URL"),
    ],
)
def test_a_refusal_is_one_line_with_the_next_step(server: FakeSentryApi, answer: tuple[int, object], said: str) -> None:
    server.answers = [answer]
    done = run("new", VERSION)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch, server: FakeSentryApi) -> None:
    monkeypatch.setenv("SENTRY_URL", "http://127.0.0.1:1")
    done = run("new", VERSION)
    assert done.exit_code == 1
    assert "127.0.0.1:1 cannot be asked" in done.stderr


@pytest.mark.parametrize("address", ["http://[bad", "http://127.0.0.1:port", "nonsense", "http://a\tb"])
def test_an_address_that_is_none(server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SENTRY_URL", address)
    done = run("new", VERSION)
    assert done.exit_code == 1
    assert "cannot be asked" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_line_end_of_a_token_from_a_file_does_not_count(
    server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", f"{TOKEN}\n")
    assert run("new", VERSION).exit_code == 0


@pytest.mark.parametrize("mark", ["\n", " ", "é", "\x7f"])
def test_a_token_that_can_be_none_is_not_sent_and_not_shown(
    server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", f"{TOKEN}{mark}more")
    done = run("new", VERSION)
    assert (done.exit_code, server.requests) == (1, [])
    assert "SENTRY_AUTH_TOKEN holds characters" in done.stderr


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("SENTRY_AUTH_TOKEN", "set SENTRY_AUTH_TOKEN"),
        ("SENTRY_ORG", "set SENTRY_ORG"),
        ("SENTRY_PROJECT", "set SENTRY_PROJECT"),
    ],
)
def test_what_is_not_configured_is_misuse(
    server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    monkeypatch.delenv(missing)
    done = run("new", VERSION)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not server.requests


@pytest.mark.parametrize("version", ["latest", "a/b", "x" * 201])
def test_a_version_that_sentry_would_refuse_is_misuse(server: FakeSentryApi, version: str) -> None:
    assert run("new", version).exit_code == 2
    assert not server.requests


def test_the_version_is_found_as_the_agent_finds_it(
    server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new").exit_code == 2
    (tmp_path / RELEASE_FILE).write_text("stamped@1.0.0\n")
    assert run("new").output.startswith("release stamped@1.0.0 at ")
    (tmp_path / CONFIG_FILE).write_text('release = "file@1.0.0"\n')
    assert run("new").output.startswith("release file@1.0.0 at ")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.version=resource@1.0.0")
    assert run("new").output.startswith("release resource@1.0.0 at ")
    monkeypatch.setenv("SENTRY_RELEASE", "set@1.0.0")
    assert run("new").output.startswith("release set@1.0.0 at ")


def test_a_variable_that_names_no_release_is_named_and_not_used(
    server: FakeSentryApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the agent does it: it would tell of the other one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLEAGLASS_RELEASE", "latest")
    monkeypatch.setenv("AGENT_VERSION", "set@1.0.0")
    done = run("new")
    assert done.stdout.startswith("release set@1.0.0 at ")
    assert done.stderr.startswith("FLEAGLASS_RELEASE: is no name for a release")


def test_stamp_leaves_what_the_agent_finds(tree: Path) -> None:
    commit = git(tree, "rev-parse", "HEAD")[:12]
    assert run("stamp", "--path", str(tree)).output == f"vol-arb@{commit}\n"
    assert release_of_folders([tree]) == f"vol-arb@{commit}"
    assert run("stamp", "--path", str(tree)).output == f"vol-arb@{commit}\n", "its own file makes no tree dirty"
    (tree / "a.py").write_text("3\n")
    assert run("stamp", "--path", str(tree), "--package", "x").output == f"x@{commit}+dirty\n"
    git(tree, "checkout", "--quiet", "a.py")
    git(tree, "tag", "v2.1.0")
    assert run("stamp", "--path", str(tree), "--no-file").output == "vol-arb@2.1.0\n"
    assert release_of_folders([tree]) == f"x@{commit}+dirty"
    assert run("stamp", VERSION, "--path", str(tree)).output == f"{VERSION}\n"


def test_stamp_without_a_repository_says_so(tmp_path: Path) -> None:
    done = run("stamp", "--path", str(tmp_path))
    assert done.exit_code == 1
    assert "not a git repository" in done.stderr
    assert run("stamp", "latest", "--path", str(tmp_path)).exit_code == 2


@pytest.mark.skipif(sentry_document() is None, reason="Sentry's description of its API is not beside the repository")
def test_the_stand_in_notices_a_request_that_sentry_would_refuse() -> None:
    """Or the silence of the checks above would mean nothing."""
    document = sentry_document()
    assert document is not None
    assert body_faults(document, "POST", f"{PREFIX}/releases/", {"version": "x" * 201}) == [
        "body lacks projects",
        "body.version is longer than 200",
    ]
    assert body_faults(document, "POST", f"{PREFIX}/releases/x@1/deploys/", {"dateStarted": "2026-11-20T10:00:00"}) == [
        "body lacks environment",
        "body.dateStarted is no time with a zone: '2026-11-20T10:00:00'",
    ]
