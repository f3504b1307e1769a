"""`fleaglass hub` makes tokens, keys and projects where a hub keeps them, whether one runs or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLEAGLASS_STATE", raising=False)


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["hub", *arguments, "--data", str(data / "new")])


def test_a_token_is_printed_alone_and_nothing_else_ever_shows_it(tmp_path: Path) -> None:
    made = run(tmp_path, "token", "create", "trading-box", "--scope", "ingest", "--scope", "read")
    secret = made.stdout.strip()
    assert (secret[:5], len(secret)) == ("flea_", 48)
    assert made.stderr == "token 1, trading-box: ingest, read. It is not shown again.\n"
    listed = run(tmp_path, "token", "list")
    assert f"   1  {secret[:9]}…  ingest,read" in listed.stdout
    assert listed.stdout.rstrip().endswith("last used -  trading-box")
    assert secret not in listed.stdout + run(tmp_path, "token", "list", "--json").stdout
    kept = b"".join(path.read_bytes() for path in (tmp_path / "new").iterdir())
    assert b"trading-box" in kept
    assert secret.encode() not in kept


def test_a_revoked_token_stays_in_the_list(tmp_path: Path) -> None:
    run(tmp_path, "token", "create", "a", "--scope", "admin")
    assert run(tmp_path, "token", "revoke", "1").exit_code == 0
    again = run(tmp_path, "token", "revoke", "1")
    assert (again.exit_code, again.stderr) == (1, "Error: there is no token 1 that opens something\n")
    (token,) = json.loads(run(tmp_path, "token", "list", "--json").stdout)
    assert (token["name"], token["scopes"], token["revoked_ns"] is not None) == ("a", ["admin"], True)


def test_projects_have_keys_and_keys_have_dsns(tmp_path: Path) -> None:
    assert run(tmp_path, "project", "create", "web", "--name", "Web pages").stdout == "1\n"
    (project,) = json.loads(run(tmp_path, "project", "list", "--json").stdout)
    assert (project["slug"], project["name"]) == ("web", "Web pages")
    assert run(tmp_path, "project", "list").stdout.rstrip().endswith("Web pages")
    dsn = run(tmp_path, "key", "create", "browser", "--url", "https://hub.example").stdout.strip()
    key, _, rest = dsn.removeprefix("https://").partition("@")
    assert (len(key), rest) == (32, "hub.example/1")
    fresh = run(tmp_path, "key", "rotate", key).stdout.strip()
    assert fresh.endswith("@127.0.0.1:4318/1")
    lines = run(tmp_path, "key", "list").stdout.splitlines()
    assert sorted("revoked" in line for line in lines) == [False, True]
    assert {each["dsn"] for each in json.loads(run(tmp_path, "key", "list", "--json").stdout)} >= {fresh}
    assert run(tmp_path, "key", "revoke", key).exit_code == 1
    assert run(tmp_path, "key", "rotate", key).exit_code == 1
    assert run(tmp_path, "key", "revoke", fresh[7:39]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["token", "create", "x"], "Missing option '--scope'"),
        (["token", "create", "x", "--scope", "all"], "'all' is not one of 'ingest', 'read', 'write', 'admin'"),
        (["token", "create", "", "--scope", "read"], "a name has 1 to 200 characters"),
        (["token", "revoke", "x"], "'x' is not a valid integer range"),
        (["key", "create", "x", "--project", "9"], "there is no project 9; see fleaglass hub project list"),
        (["project", "create", "A B"], "a slug has small letters"),
        (["token", "list", "--state", "mysql://u:secret@h/d"], "postgresql://USER:PASSWORD@HOST/DATABASE"),
    ],
)
def test_misuse_is_told_and_changes_nothing(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "secret" not in done.stderr
    assert done.stdout == ""
