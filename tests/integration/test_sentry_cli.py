"""The real sentry-cli against a running hub: every command that the second guide uses, and its neighbours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import Hub, eventually, run, running_hub

CLI = Path(sys.executable).with_name("sentry-cli")
VERSION = "agent-vol-arb@2.1.0"
PROJECT = "purple-flea-agent"

pytestmark = pytest.mark.skipif(not CLI.is_file(), reason="sentry-cli is not installed here")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with two commits."""
    folder = tmp_path / "vol-arb"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in ("agent.py", "limits.py"):
        (folder / name).write_text("1\n")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", f"Add {name}")
    return folder


def git(folder: Path, *arguments: str) -> str:
    base = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run([*base, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def sentry_cli(hub: Hub, *arguments: str, folder: Path | None = None, **environment: str) -> str:
    """What the command prints; it ends with exit code 0."""
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(hub.data),
        "SENTRY_URL": hub.url,
        "SENTRY_AUTH_TOKEN": "any-text-on-loopback",
        "SENTRY_ORG": "purple-flea",
        "SENTRY_NO_UPDATE_CHECK": "1",
    }
    done = subprocess.run(
        [str(CLI), *arguments],
        cwd=folder or hub.data,
        env=settings | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def dsn(hub: Hub) -> str:
    """Where events of the hub's first project go."""
    key = hub.get("/api/v1/keys")["keys"][0]["public"]
    return hub.url.replace("://", f"://{key}@") + "/1"


def test_the_guides_four_commands_make_a_release_with_its_commits_and_its_deploy(hub: Hub, tree: Path) -> None:
    sentry_cli(hub, "releases", "new", VERSION, "--project", PROJECT)
    sentry_cli(hub, "releases", "set-commits", VERSION, "--auto", folder=tree)
    sentry_cli(hub, "releases", "deploys", VERSION, "new", "-e", "production")
    sentry_cli(hub, "releases", "finalize", VERSION)

    release = hub.get(f"/api/v1/releases/{VERSION}")
    assert release["projects"] == [PROJECT]
    assert [commit["message"].strip() for commit in release["commits"]] == ["Add limits.py", "Add agent.py"]
    assert [commit["sha"] for commit in release["commits"]] == git(tree, "log", "--format=%H").split()
    assert {commit["author_email"] for commit in release["commits"]} == {"ada@example.org"}
    assert release["commits"][0]["files"] == [{"path": "limits.py", "type": "A"}]
    assert [deploy["environment"] for deploy in release["deploys"]] == ["production"]
    assert int(release["started_ns"]) <= int(release["released_ns"])
    assert release["status"] == "open"
    assert VERSION in [row["version"] for row in hub.get("/api/v1/releases", environment="production")["releases"]]


def test_the_next_release_gets_only_the_commits_since(hub: Hub, tree: Path) -> None:
    for version in ("agent-since@1.0.0", "agent-since@1.1.0"):
        sentry_cli(hub, "releases", "new", version, "--project", "since", "--finalize")
        sentry_cli(hub, "releases", "set-commits", version, "--auto", "--project", "since", folder=tree)
        (tree / "more.py").write_text(version)
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "-m", f"After {version}")
    release = hub.get("/api/v1/releases/agent-since@1.1.0")
    assert [commit["message"].strip() for commit in release["commits"]] == ["After agent-since@1.0.0"]
    assert release["previous"] == "agent-since@1.0.0"


def test_looking_at_what_is_there(hub: Hub) -> None:
    version = "agent look+up@1.0.0"
    sentry_cli(hub, "releases", "new", version, "--project", "looking", "--url", "https://ci.example/1")
    sentry_cli(hub, "deploys", "new", "--release", version, "-e", "staging", "-n", "blue")
    assert "Sentry Server" in sentry_cli(hub, "info", SENTRY_PROJECT="looking")
    assert "1.0.0" in sentry_cli(hub, "releases", "list", "--project", "looking")
    assert "1.0.0" in sentry_cli(hub, "releases", "info", version, "--show-projects", "--show-commits")
    assert "staging" in sentry_cli(hub, "deploys", "list", "--release", version)
    assert "looking" in sentry_cli(hub, "projects", "list")
    sentry_cli(hub, "repos", "list")
    sentry_cli(hub, "organizations", "list")
    sentry_cli(hub, "monitors", "list")


def test_archiving_restoring_and_deleting(hub: Hub) -> None:
    version = "agent-gone@1.0.0"

    def status() -> str:
        return str(hub.get(f"/api/v1/releases/{version}")["status"])

    sentry_cli(hub, "releases", "new", version, "--project", PROJECT)
    sentry_cli(hub, "releases", "archive", version)
    assert status() == "archived"
    sentry_cli(hub, "releases", "restore", version)
    assert status() == "open"
    sentry_cli(hub, "releases", "delete", version)
    assert httpx.get(f"{hub.url}/api/v1/releases/{version}").status_code == 404


def test_our_own_command_works_against_the_hub(hub: Hub, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = "agent-own@1.0.0"
    for name, value in (("URL", hub.url), ("AUTH_TOKEN", "any-text"), ("ORG", "anyone"), ("PROJECT", PROJECT)):
        monkeypatch.setenv(f"SENTRY_{name}", value)
    for command in (
        ("new", version),
        ("commits", version, "--path", str(tree)),
        ("deploy", version, "-e", "production", "--name", "blue"),
        ("healthy", version),
    ):
        done = run("release", *command)
        assert done.returncode == 0, done.stderr
    release = hub.get(f"/api/v1/releases/{version}")
    assert [commit["message"].strip() for commit in release["commits"]] == ["Add limits.py", "Add agent.py"]
    assert release["last_deploy"]["name"] == "blue"
    assert release["released_ns"] is not None


def test_a_job_that_is_run_is_a_monitor(hub: Hub, dsn: str) -> None:
    command = (
        "--schedule",
        "*/5 * * * *",
        "--max-runtime",
        "3",
        "--timezone",
        "Europe/Berlin",
        "rebalance",
        "--",
        "true",
    )
    sentry_cli(hub, "monitors", "run", *command, SENTRY_DSN=dsn)
    monitor = eventually(lambda: [m for m in hub.get("/api/v1/monitors")["monitors"] if m["slug"] == "rebalance"])[0]
    assert monitor["config"]["schedule"] == "*/5 * * * *"
    assert "rebalance" in sentry_cli(hub, "monitors", "list")


def test_events_and_envelopes_that_are_sent_belong_to_their_release(hub: Hub, dsn: str, tmp_path: Path) -> None:
    version = "agent-sends@1.0.0"
    sentry_cli(hub, "send-event", "-m", "the desk is on fire", "-r", version, "--no-environ", SENTRY_DSN=dsn)
    event = {"event_id": "7" * 32, "message": "by hand", "level": "error", "release": version}
    envelope = tmp_path / "event.envelope"
    envelope.write_text("{}\n" + json.dumps({"type": "event"}) + "\n" + json.dumps(event) + "\n")
    sentry_cli(hub, "send-envelope", str(envelope), SENTRY_DSN=dsn)
    sentry_cli(hub, "send-envelope", "--raw", str(envelope), SENTRY_DSN=dsn)

    def of_the_release() -> Any:
        found = httpx.get(f"{hub.url}/api/v1/releases/{version}")
        # An event is in the store a moment before its issue is in the state.
        return found.json() if found.status_code == 200 and found.json()["new_issues"] == 2 else None

    release = eventually(of_the_release, 15)
    assert (release["events"], len(release["new_issue_list"])) == (2, 2)
