"""`fleaglass ledger witness`, a real process: two agents on a machine witness each other, and a rewrite is found."""

from __future__ import annotations

import http.client
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fleaglass.ledger.anchoring import AnchoredLog, NotAnchored, place_of
from fleaglass.ledger.log import Ledger
from tests.support import ledgers as desk
from tests.support.processes import FLEAGLASS, run

pytestmark = pytest.mark.integration


@contextmanager
def running_witness(home: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The line of settings that names it as an anchor, and its process."""
    command = [*FLEAGLASS, "ledger", "witness", "--home", str(home), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"witness {process.stdout.readline().strip()}", process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = desk.ledger(tmp_path / "agent")
    opened.append(desk.intent(asset="BTC"))
    yield opened
    opened.close()


def hand(line: str, ledger: Ledger, home: Path) -> None:
    place_of(line, hub="", hub_headers={}).hand(ledger.checkpoint(), AnchoredLog(desk.layout(home)))


def test_what_it_cosigned_is_found_again_after_it_was_killed_and_shows_a_rewrite(
    ledger: Ledger, tmp_path: Path
) -> None:
    home = tmp_path / "agent"
    with running_witness(tmp_path / "other") as (line, process):
        hand(line, ledger, home)
        process.kill()
        process.wait(10)
    with running_witness(tmp_path / "other") as (again, process):
        assert again.split()[2] == line.split()[2], "its key is the same"
        ledger.append(desk.intent(asset="ETH"))
        hand(again, ledger, home)
        second = run("ledger", "witness", "--home", str(tmp_path / "other"), "--port", "0")
        assert (second.returncode, "is written by process" in second.stderr) == (1, True)
    vkey = AnchoredLog(desk.layout(home)).vkey()
    (kept,) = (tmp_path / "other" / "witness").glob("*/checkpoints")
    verify = (
        "ledger",
        "verify",
        str(desk.layout(home).folder),
        "--vkey",
        vkey,
        "--anchor",
        str(kept),
    )
    done = run(*verify, "--require-anchor")
    assert (done.returncode, "the first 2 entries are held elsewhere" in done.stdout) == (0, True), done.stdout

    rewritten = tmp_path / "rewritten"
    desk.layout(rewritten).keys.mkdir(parents=True, mode=0o700)
    desk.layout(rewritten).keys.joinpath("key").write_bytes(desk.layout(home).keys.joinpath("key").read_bytes())
    desk.layout(rewritten).keys.joinpath("key").chmod(0o600)
    for folder in (desk.layout(rewritten).folder, desk.layout(rewritten).keys):
        folder.chmod(0o700)
    other = desk.ledger(rewritten, start=1_000)
    for asset in ("BTC", "DOGE", "ETH"):
        other.append(desk.intent(asset=asset))
    with running_witness(tmp_path / "other") as (line, process):
        with pytest.raises(NotAnchored, match="is not in it any more"):
            hand(line, other, rewritten)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)
    other.close()
    assert said.startswith("ALARM unproved: fleaglass.ledger/vol-arb-1")
    done = run(*verify[:2], str(desk.layout(rewritten).folder), *verify[3:])
    assert (done.returncode, "changed and signed anew" in done.stdout) == (1, True)


def test_where_logs_are_named_no_other_is_taken_and_browsers_never(ledger: Ledger, tmp_path: Path) -> None:
    home = tmp_path / "agent"
    stranger = desk.ledger(tmp_path / "stranger", start=5_000)
    stranger.append(desk.intent())
    ledger.checkpoint()
    vkey = AnchoredLog(desk.layout(home)).vkey()
    with running_witness(tmp_path / "other", "--log", vkey) as (line, _):
        hand(line, ledger, home)
        with pytest.raises(NotAnchored, match="403"):
            hand(line, stranger, tmp_path / "stranger")
        host = line.split()[1].removeprefix("http://")
        for headers, body, status in [
            ({"origin": "https://shop.example"}, b"x", 403),
            ({}, b"x", 400),
            ({"content-length": "99999999"}, b"", 413),
            ({"content-length": "-1"}, b"", 411),
        ]:
            client = http.client.HTTPConnection(host, timeout=10)
            client.request("POST", "/add-checkpoint", body, headers)
            assert client.getresponse().status == status
            client.close()
    stranger.close()
    for named in ("nonsense", line.split()[2]):
        done = run("ledger", "witness", "--home", str(tmp_path / "other"), "--port", "0", "--log", named)
        assert (done.returncode, "--log: " in done.stderr) == (2, True)
