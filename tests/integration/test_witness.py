"""A real hub witnesses a real ledger: what it has cosigned cannot be rewritten unseen, whoever has the key."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fleaglass.ledger.anchoring import AnchoredLog, Anchoring, AnchoringSeams, place_of
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.storage.anchors import KeptAnchor
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.storage.lines import read_lines
from tests.support.processes import Hub, eventually, run, running_hub

pytestmark = pytest.mark.integration

AGENT = "vol-arb-1"
ORIGIN = f"fleaglass.ledger/{AGENT}"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running_hub(tmp_path / "hub") as running:
        yield running


@contextmanager
def witnessed(home: Path, hub: Hub, said: list[str]) -> Iterator[tuple[Ledger, Anchoring]]:
    """A ledger whose checkpoints go to a hub when they are asked to, and in the end."""
    ledger = Ledger.open(home, AGENT, seams=Seams())
    place = place_of("hub", hub=hub.url, hub_headers={})
    anchoring = Anchoring(ledger, layout_of(home, AGENT), [place], AnchoringSeams(said.append))
    try:
        yield ledger, anchoring
    finally:
        anchoring.end(5.0)
        ledger.close()


def write(ledger: Ledger, *orders: str) -> None:
    for order in orders:
        ledger.append(
            Draft(kind="observe", t="1796000000000000001", mono="5", agent=AGENT, attributes={"order": order})
        )


def vkey_of(home: Path) -> str:
    return AnchoredLog(layout_of(home, AGENT)).vkey()


def newest_size(hub: Hub) -> int:
    logs = hub.get("/api/v1/witness")["logs"]
    return logs[0]["newest"]["size"] if logs and logs[0]["newest"] else 0


def verify(layout: Layout, vkey: str, hub: Hub) -> tuple[int, str]:
    done = run("ledger", "verify", str(layout.folder), "--vkey", vkey, "--hub", hub.url, "--require-anchor")
    return done.returncode, done.stdout + done.stderr


def test_a_history_that_is_rewritten_and_signed_anew_is_refused_shown_and_found(tmp_path: Path, hub: Hub) -> None:
    home, said = tmp_path / "home", list[str]()
    layout = layout_of(home, AGENT)
    with witnessed(home, hub, said) as (ledger, anchoring):
        write(ledger, "a", "b")
        anchoring.soon()
        eventually(lambda: newest_size(hub) == 2)
        vkey = vkey_of(home)
        write(ledger, "c")
    assert (newest_size(hub), said) == (3, [])
    assert verify(layout, vkey, hub)[0] == 0

    # Whoever has the key makes another history with it.
    key = layout.keys.with_name("stolen")
    shutil.copytree(layout.keys, key)
    shutil.rmtree(layout.folder.joinpath("log"))
    shutil.rmtree(layout.state)
    with witnessed(home, hub, said) as (ledger, anchoring):
        assert vkey_of(home) == vkey
        write(ledger, "a", "something else", "c", "d")
    assert newest_size(hub) == 3
    (alarm,) = hub.get("/api/v1/witness/alarms", origin=ORIGIN)["alarms"]
    assert (alarm["kind"], alarm["explained_ns"]) == ("unproved", None)
    assert alarm["shown"].startswith(f"{ORIGIN}\n4\n")
    assert [line for line in said if "does not accept this ledger" in line] == said[:1]

    (issue,) = eventually(lambda: hub.get("/api/v1/issues")["issues"])
    assert "cannot show that what was cosigned is still in it" in issue["title"]

    plain = run("ledger", "verify", str(layout.folder), "--vkey", vkey)
    assert plain.returncode == 0, "on its own, it is whole"
    code, told = verify(layout, vkey, hub)
    assert (code, "changed and signed anew" in told) == (1, True)


def test_a_ledger_that_is_rolled_back_is_told_of_by_both_sides(tmp_path: Path, hub: Hub) -> None:
    home, said = tmp_path / "home", list[str]()
    layout = layout_of(home, AGENT)
    with witnessed(home, hub, said) as (ledger, _):
        write(ledger, "a")
    shutil.copytree(layout.folder, tmp_path / "snapshot")
    with witnessed(home, hub, said) as (ledger, _):
        vkey = vkey_of(home)
        write(ledger, "b", "c")
    shutil.rmtree(layout.folder)
    shutil.copytree(tmp_path / "snapshot", layout.folder)
    with witnessed(home, hub, said) as (ledger, _):
        write(ledger, "x")
    assert [each["kind"] for each in hub.get("/api/v1/witness/alarms")["alarms"]] == ["went_back"]
    assert ["it was rolled back" in line for line in said] == [True]
    assert verify(layout, vkey, hub)[0] == 1


def test_a_witness_remembers_and_keeps_its_key_when_it_is_killed(tmp_path: Path) -> None:
    home, said = tmp_path / "home", list[str]()
    with running_hub(tmp_path / "hub") as hub:
        with witnessed(home, hub, said) as (ledger, _):
            write(ledger, "a")
        before = hub.get("/api/v1/witness")
        hub.kill()
    key = tmp_path / "hub" / "witness" / "key"
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with running_hub(tmp_path / "hub") as hub:
        assert hub.get("/api/v1/witness") == before
        with witnessed(home, hub, said) as (ledger, _):
            write(ledger, "b")
        assert newest_size(hub) == 2
    key.unlink()
    with running_hub(tmp_path / "hub") as hub:
        found = hub.get("/api/v1/witness")
        assert (found["vkey"], "put it back" in found["why_not"]) == (None, True)
        assert not key.exists()
    assert said == []


def test_what_is_kept_of_an_anchoring_has_the_cosignature_and_verifies_from_elsewhere(tmp_path: Path, hub: Hub) -> None:
    home, said = tmp_path / "home", list[str]()
    layout = layout_of(home, AGENT)
    with witnessed(home, hub, said) as (ledger, _):
        write(ledger, "a", "b")
    vkey = vkey_of(home)
    (kept,) = read_lines(layout.anchors.read_bytes(), KeptAnchor, "anchors")
    witness = hub.get("/api/v1/witness")["vkey"]
    assert f"— {witness.partition('+')[0]} " in kept.note
    policy = tmp_path / "policy"
    policy.write_text(f"log {vkey}\nwitness hub {witness}\nquorum hub\n")
    mailed = tmp_path / "mailed"
    mailed.write_text(kept.note)
    log = shutil.copytree(layout.log, tmp_path / "copy")
    (log / "checkpoint").write_text(kept.note)
    done = run("ledger", "verify", str(log), "--vkey", vkey, "--policy", str(policy), "--require-anchor", "--json")
    assert (done.returncode, json.loads(done.stdout)["anchored"]) == (0, 2), done.stderr
    done = run("ledger", "verify", str(log), "--vkey", vkey, "--anchor", str(mailed), "--require-anchor")
    assert done.returncode == 0, done.stdout
