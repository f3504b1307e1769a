"""A lease outlives a killed process, and nothing in its file is trusted."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleaglass.recorder.session.lease import LeaseFolder, Tenure
from fleaglass.testing import recording

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no record locks")

NOW_NS = 1_795_168_800_000_000_000
HOUR_NS = 3600 * 10**9
TAKE = """
import os, sys
from pathlib import Path
from fleaglass.recorder.session.lease import LeaseFolder, Tenure
home, agent, sid, started, seen, errors = sys.argv[1:]
LeaseFolder(Path(home), agent).take(Tenure(sid=sid, agent_id=agent, started_ns=int(started), seen_ns=int(seen),
    errors=int(errors), release="a@1", environment="demo"))
print("taken", flush=True)
sys.stdin.read() if sid.startswith("alive") else os._exit(9)
"""


def tenure(sid: str = "s1", agent_id: str = "a", started_ns: int = NOW_NS) -> Tenure:
    return Tenure(
        sid=sid,
        agent_id=agent_id,
        started_ns=started_ns,
        seen_ns=started_ns + HOUR_NS,
        errors=2,
        release="a@1",
        environment="demo",
    )


def elsewhere(home: Path, sid: str, *, agent: str = "a", started_ns: int = NOW_NS) -> subprocess.Popen[str]:
    """A process that takes a lease; it is killed at once unless the sid says that it is alive."""
    arguments = [str(home), agent, sid, str(started_ns), str(started_ns + HOUR_NS), "2"]
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    if not sid.startswith("alive"):
        process.wait(10)
    return process


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "sessions").iterdir())


def test_it_is_for_the_owner_s_eyes_and_goes_when_the_session_ends(tmp_path: Path) -> None:
    lease = LeaseFolder(tmp_path, "a").take(tenure())
    assert lease is not None
    (path,) = (tmp_path / "sessions").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    lease.end()
    lease.end()
    lease.write(tenure())
    assert left(tmp_path) == []


def test_the_session_of_a_killed_process_is_found_once(tmp_path: Path) -> None:
    elsewhere(tmp_path, "dead")
    assert list(LeaseFolder(tmp_path, "a").abandoned()) == [tenure("dead")]
    assert list(LeaseFolder(tmp_path, "a").abandoned()) == []
    assert left(tmp_path) == []


def test_the_session_of_a_living_process_is_its_own(tmp_path: Path) -> None:
    """Two processes of one agent, and this one has a lease too."""
    process = elsewhere(tmp_path, "alive")
    mine = LeaseFolder(tmp_path, "a").take(tenure("mine"))
    assert mine is not None
    assert list(LeaseFolder(tmp_path, "a").abandoned()) == []
    assert len(left(tmp_path)) == 2
    process.kill()
    process.communicate()
    assert [found.sid for found in LeaseFolder(tmp_path, "a").abandoned()] == ["alive"]
    mine.end()


def test_looking_does_not_let_go_of_one_s_own(tmp_path: Path) -> None:
    """Closing any handle of a file gives up a process's record locks on it."""
    mine = LeaseFolder(tmp_path, "a").take(tenure("mine"))
    assert mine is not None
    list(LeaseFolder(tmp_path, "a").abandoned())
    other = "import sys; from pathlib import Path; from fleaglass.recorder.session.lease import LeaseFolder\n"
    other += "print(list(LeaseFolder(Path(sys.argv[1]), 'a').abandoned()))"
    assert subprocess.check_output([sys.executable, "-c", other, str(tmp_path)], text=True) == "[]\n"
    mine.end()


def test_another_agent_s_sessions_are_not_ours_to_report(tmp_path: Path) -> None:
    elsewhere(tmp_path, "dead", agent="b")
    assert list(LeaseFolder(tmp_path, "a").abandoned()) == []
    assert len(left(tmp_path)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_stands_in_the_file_nothing_breaks(tmp_path: Path, content: bytes) -> None:
    folder = LeaseFolder(tmp_path, "a")
    lease = folder.take(tenure())
    assert lease is not None
    lease.end()
    path = tmp_path / "sessions" / f"{folder._prefix}-x.lease"
    path.write_bytes(content)
    assert list(folder.abandoned()) == []
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b'{"version":2,"sid":"s","agent_id":"a","started_ns":1,"seen_ns":2,"errors":0,"release":"r","environment":"e"}',
        b'{"version":1,"sid":"s","agent_id":"b","started_ns":1,"seen_ns":2,"errors":0,"release":"r","environment":"e"}',
        b'{"version":1,"sid":"s","agent_id":"a","started_ns":"1","seen_ns":2,"errors":0,"release":"r","environment":"e"}',
        b'{"version":1,"sid":"s"}',
        b"[]",
    ],
)
def test_a_file_that_is_almost_a_lease_is_none(tmp_path: Path, content: bytes) -> None:
    folder = LeaseFolder(tmp_path, "a")
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / f"{folder._prefix}-x.lease").write_bytes(content)
    assert list(folder.abandoned()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = LeaseFolder(tmp_path, "a")
    (tmp_path / "sessions").mkdir()
    target = tmp_path / "precious"
    target.write_text("{}")
    os.symlink(target, tmp_path / "sessions" / f"{folder._prefix}-x.lease")
    assert list(folder.abandoned()) == []
    assert target.read_text() == "{}"


def test_the_next_run_reports_a_killed_one_as_abnormal_and_never_begins_it_again(tmp_path: Path) -> None:
    elsewhere(tmp_path, "dead", agent="vol-arb-1")
    with recording("vol-arb-1", release="a@2", home=str(tmp_path)) as record, record.agent.session():
        killed, begun = record.sessions
    assert (killed.sid, killed.status, killed.init, killed.errors) == ("dead", "abnormal", False, 2)
    assert (killed.release, killed.environment) == ("a@1", "demo")
    assert killed.duration_s == 3600
    assert killed.timestamp_ns == NOW_NS + HOUR_NS
    assert (begun.status, begun.init) == ("ok", True)


def test_one_that_is_too_old_for_the_server_is_let_go(tmp_path: Path) -> None:
    elsewhere(tmp_path, "dead", agent="vol-arb-1", started_ns=NOW_NS - 6 * 24 * HOUR_NS)
    with recording("vol-arb-1", release="a@2", home=str(tmp_path)) as record, record.agent.session():
        assert [update.status for update in record.sessions] == ["ok"]


def test_the_lease_is_kept_up_to_date_and_follows_the_session(tmp_path: Path) -> None:
    with recording("vol-arb-1", release="a@2", home=str(tmp_path)) as record:
        with record.agent.session():
            with pytest.raises(ZeroDivisionError), record.agent.cycle():
                _ = 1 / 0
            record.pass_time(61)
            (path,) = (tmp_path / "sessions").iterdir()
            assert b'"errors":1' in path.read_bytes()
            record.pass_time(24 * 3600)
            (next_path,) = (tmp_path / "sessions").iterdir()
            assert next_path != path
        assert left(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_named_and_the_session_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with recording("vol-arb-1", release="a@2", home=str(tmp_path / "file")) as record:
        with record.agent.session():
            pass
        assert [update.status for update in record.sessions] == ["ok", "exited"]
    assert "set FLEAGLASS_HOME" in caplog.text
