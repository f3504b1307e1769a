"""A person can read a journal: while it is written, after its agent died, and from a copied folder."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from fleaglass.journal import MONEY, Route
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import Run, SpanMarked, State
from fleaglass.journal.shrinking import ALL_BUT_MONEY, shrink
from fleaglass.shipper import NotNow
from fleaglass.shipper.lock import FileLock
from tests.unit.journal.desk import only_folder
from tests.unit.shipper.bench import HUB, SENTRY, T0, Recorded, agent, ended, envelope, killed, log, put, ship, started


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["journal", *arguments, "--home", str(home)])


def listed(home: Path) -> Any:
    (line,) = run(home, "list", "--json").stdout.splitlines()
    return json.loads(line)


def test_the_list_says_whose_a_journal_is_and_what_waits_for_whom(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, ended(1), ended(2), envelope(3))
    found = listed(tmp_path)
    assert (found["agent_id"], found["end"]) == ("vol-arb-1", "running")
    assert found["waiting"] == {"hub/traces": 2, "hub/logs": 0, "sentry/envelopes": 1}
    ship(tmp_path, {"hub/traces": Recorded(*[NotNow("refused")] * 99)})
    found = listed(tmp_path)
    assert found["waiting"] == {"hub/traces": 2, "hub/logs": 0, "sentry/envelopes": 0}
    assert found["down"] == {"hub/traces": "refused"}
    assert "2 wait for hub/traces" in run(tmp_path, "list").stdout


def test_the_list_says_how_an_agent_ended(tmp_path: Path) -> None:
    journal = agent(tmp_path / "died")
    killed(journal)
    assert listed(tmp_path / "died")["end"] == "died"
    agent(tmp_path / "clean").end()
    assert listed(tmp_path / "clean")["end"] == "clean"


def test_a_journal_is_shown_as_lines_while_it_is_written(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, started(1), State(T0, b'{"balance_usd":5}'))
    lines = run(tmp_path, "show", only_folder(tmp_path).name[:6]).stdout.splitlines()
    assert [line.split()[1] for line in lines[2:]] == ["SpanStarted", "State"]
    assert "name=agent.decision_cycle" in lines[2]
    assert lines[2].startswith("2023-11-14T22:13:20.000000Z")
    assert '"balance_usd": 5' in lines[3]


def test_a_copied_folder_is_shown_as_json_without_its_keys(tmp_path: Path) -> None:
    journal = agent(tmp_path / "home", HUB, SENTRY)
    put(journal, ended(1), envelope(2))
    journal.append(99, b"\x01", MONEY)
    journal.end()
    copy = tmp_path / "copy"
    copy.mkdir()
    for _, path in segments_in(only_folder(tmp_path / "home")):
        shutil.copy(path, copy)
    shown = run(tmp_path / "nowhere", "show", str(copy), "--json")
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [each["kind"] for each in records] == ["Opened", "Scope", "SpanEnded", "Envelope", "99", "CleanEnd"]
    assert records[2]["span_id"] == "0000000000000001"
    assert records[3]["item"] == {"number": 2}
    assert shown.exit_code == 0


def test_damage_is_said_beside_what_can_be_read(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1, chars=99), ended(2))
    ((_, path),) = segments_in(only_folder(tmp_path))
    path.write_bytes(path.read_bytes().replace(b"x" * 99, b"y" * 99))
    shown = run(tmp_path, "show", only_folder(tmp_path).name, "--json")
    assert [json.loads(line)["kind"] for line in shown.stdout.splitlines()] == ["Opened", "Scope", "SpanEnded"]
    assert "segment 1 is damaged at" in shown.stderr
    assert shown.exit_code == 1


def test_a_name_that_no_journal_or_more_than_one_has_is_misuse(tmp_path: Path) -> None:
    agent(tmp_path)
    agent(tmp_path)
    for name in ("2023", "2024"):
        assert run(tmp_path, "show", name).exit_code == 2


def test_a_newer_journal_is_told_in_one_line(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    journal.end()
    folder = only_folder(tmp_path)
    (folder / "route.json").write_bytes(Route(agent_id="a").encode().replace(b'"version":1', b'"version":2'))
    (line,) = run(tmp_path, "list").stderr.splitlines()
    assert "is of format 2" in line


def died(home: Path) -> Path:
    """Of an agent that was killed with an order in flight."""
    journal = agent(home, HUB, SENTRY)
    put(journal, Run("5" * 32, T0, T0 + 1, "ok", 2, "agent@1.0", "demo"))
    put(journal, started(1), started(2, "pf.trade.execute", parent=1))
    put(journal, SpanMarked(b"t" * 16, (2).to_bytes(8, "big"), T0 + 5, {"pf.asset": "BTC", "pf.side": "buy"}))
    put(journal, ended(3))
    killed(journal)
    return only_folder(home)


def test_what_an_agent_left_open_is_closed_by_hand_and_told_in_words(tmp_path: Path) -> None:
    folder = died(tmp_path)
    done = run(tmp_path, "recover", folder.name)
    first, cycle, order, session = done.stdout.splitlines()
    assert first.startswith(f"{folder.name} of vol-arb-1 died; 2 spans were open, 1 spend in flight.")
    assert "agent.decision_cycle: open" in cycle
    assert "pf.trade.execute: in flight, its outcome unknown" in order
    assert "pf.asset=BTC pf.side=buy" in order
    assert session == f"  session {'5' * 32} ends as abnormal"
    assert done.exit_code == 0
    assert listed(tmp_path)["end"] == "recovered"
    again = run(tmp_path, "recover", folder.name)
    assert again.stdout == f"{folder.name} of vol-arb-1 was recovered before; nothing is to be done\n"


def test_what_was_closed_by_hand_is_sent_once_like_anything_else(tmp_path: Path) -> None:
    run(tmp_path, "recover", died(tmp_path).name)
    outlets = ship(tmp_path)
    spans = [each for batch in outlets["hub/traces"].batches for each in batch.records]
    assert [each.attributes.get("pf.interrupted") for each in spans] == [None, True, True]  # type: ignore[attr-defined]
    assert len(outlets["sentry/envelopes"].batches) == 2


def test_a_folder_from_another_machine_is_recovered_with_nothing_but_its_segments(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for _, path in segments_in(died(tmp_path / "home")):
        shutil.copy(path, copy)
    found = json.loads(run(tmp_path / "nowhere", "recover", str(copy), "--json").stdout)
    assert (found["end"], found["agent_id"], found["session"]) == ("died", "vol-arb-1", "5" * 32)
    assert [(each["name"], each["in_flight"]) for each in found["open"]] == [
        ("agent.decision_cycle", False),
        ("pf.trade.execute", True),
    ]
    shown = run(tmp_path, "show", str(copy), "--json").stdout.splitlines()
    assert json.loads(shown[-1])["kind"] == "Recovered"


def test_a_journal_that_is_being_written_or_sent_is_left_to_those_who_do(tmp_path: Path) -> None:
    journal = agent(tmp_path / "lives")
    put(journal, started(1))
    refused = run(tmp_path / "lives", "recover", only_folder(tmp_path / "lives").name)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "its process still runs, and writes it" in refused.stderr
    folder = died(tmp_path / "sent")
    lock = FileLock.take(folder / "ship.lock")
    assert lock is not None
    refused = run(tmp_path / "sent", "recover", folder.name)
    lock.release()
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "a shipper has it" in refused.stderr
    assert len(segments_in(folder)) == 1


def test_all_journals_are_recovered_but_those_that_are_in_use(tmp_path: Path) -> None:
    dead = died(tmp_path)
    lives = agent(tmp_path)
    ended_by_itself = agent(tmp_path)
    ended_by_itself.end()
    done = run(tmp_path, "recover", "--all", "--json")
    found = {line["name"]: line["end"] for line in map(json.loads, done.stdout.splitlines())}
    assert lives.folder is not None
    assert ended_by_itself.folder is not None
    assert found == {dead.name: "died", ended_by_itself.folder.name: "clean"}
    assert lives.folder.name in done.stderr
    assert done.exit_code == 0


def test_one_journal_or_all_of_them_are_named(tmp_path: Path) -> None:
    folder = died(tmp_path)
    assert run(tmp_path, "recover").exit_code == 2
    assert run(tmp_path, "recover", folder.name, "--all").exit_code == 2


def test_a_folder_in_which_nothing_can_be_written_says_so_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = died(tmp_path)
    before = sorted(path.name for path in folder.iterdir())
    open_ = os.open

    def read_only(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return open_(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", read_only)
    refused = run(tmp_path, "recover", folder.name)
    assert refused.exit_code == 1
    assert "Read-only file system" in refused.stderr
    assert "copy the folder, and name the copy" in refused.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_damage_is_said_and_what_could_be_read_is_recovered(tmp_path: Path) -> None:
    folder = died(tmp_path)
    ((_, path),) = segments_in(folder)
    path.write_bytes(path.read_bytes().replace(b"agent.decision_cycle", b"agent.decision_cyclX"))
    done = run(tmp_path, "recover", folder.name, "--json")
    assert [each["name"] for each in json.loads(done.stdout)["open"]] == ["pf.trade.execute"]
    assert "segment 1 is damaged at" in done.stderr
    assert done.exit_code == 1


def test_a_newer_format_is_refused_in_one_line_and_nothing_of_it_is_touched(tmp_path: Path) -> None:
    folder = died(tmp_path)
    ((_, path),) = segments_in(folder)
    content = bytearray(path.read_bytes())
    content[8] += 1
    path.write_bytes(content)
    for command in ("recover", "show"):
        refused = run(tmp_path, command, folder.name)
        assert refused.exit_code == 1
        (line,) = refused.stderr.splitlines()
        assert "is of format 2, and this Fleaglass reads up to 1; it is left as it is" in line
    (line,) = run(tmp_path, "list").stderr.splitlines()
    assert "is of format 2" in line
    assert path.read_bytes() == content
    assert len(segments_in(folder)) == 1


def test_what_was_given_up_is_shown_by_name(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, *(log(number) for number in range(9)))
    journal.end()
    ((_, path),) = segments_in(only_folder(tmp_path))
    shrink(path, ALL_BUT_MONEY)
    lines = run(tmp_path, "show", only_folder(tmp_path).name).stdout.splitlines()
    (given_up,) = [line for line in lines if line.split()[0] == "GivenUp"]
    assert 'counts={"Log": 9}' in given_up
