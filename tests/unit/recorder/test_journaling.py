"""An agent's journal keeps its share of the disk, says what was lost and why, and looks after itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import fleaglass
from fleaglass.journal import OtlpDestination, Route
from fleaglass.journal.layout import journal_folders, segments_in
from fleaglass.journal.records import Log, encode
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.rounds import Rounds
from fleaglass.recorder.seams import Seams, SystemClock
from fleaglass.recorder.shipping import Shipping
from fleaglass.testing import TickingClock, lenient
from tests.unit.journal.desk import only_folder, records

HUB = OtlpDestination(name="hub", traces="http://127.0.0.1:1/v1/traces", logs="http://127.0.0.1:1/v1/logs")


class Shipped(Shipping):
    """It only counts how often somebody was to begin."""

    begun = 0

    def begin(self) -> None:
        self.begun += 1


def journaling(home: Path, most_bytes: int = 1 << 30) -> tuple[Journaling, Shipped]:
    shipping = Shipped("off", home)
    route = Route(agent_id="vol-arb-1", destinations=(HUB,))
    made = Journaling(home, route, resource={}, clock=SystemClock(), shipping=shipping, most_bytes=most_bytes)
    return made, shipping


def put(journal: Journaling, chars: int = 0) -> None:
    journal.put(Log.kind, encode((1, 1, 9, "INFO", "x" * chars, "agent", {})))


@pytest.mark.parametrize(("most_bytes", "segment_bytes"), [(1 << 30, 8 << 20), (64 << 20, 4 << 20), (1 << 20, 1 << 18)])
def test_a_small_share_has_small_segments(tmp_path: Path, most_bytes: int, segment_bytes: int) -> None:
    journal, _ = journaling(tmp_path, most_bytes)
    put(journal)
    ((_, path),) = segments_in(next(journal_folders(tmp_path)))
    assert path.stat().st_size == segment_bytes


def test_a_share_in_which_nothing_has_room_turns_recording_off_with_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal, _ = journaling(tmp_path, 1_000)
    for _ in range(3):
        put(journal)
    journal.tend()
    (line,) = caplog.messages
    assert "the journals' share of the disk" in line
    assert journal.counts("logs").dropped == 3
    assert list(journal_folders(tmp_path)) == []


def test_a_journal_that_somebody_deleted_is_begun_again_and_shipped_again(tmp_path: Path) -> None:
    journal, shipping = journaling(tmp_path)
    put(journal)
    put(journal)
    assert shipping.begun == 1
    shutil.rmtree(tmp_path / "journals")
    journal.tend()
    put(journal)
    assert shipping.begun == 2
    assert journal.counts("logs").dropped == 2


def test_an_agent_that_could_not_record_does_so_again_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "home"
    home.write_text("in the way")
    for name, value in {"HOME": str(home), "SHIPPER": "off", "METRICS": "none", "LOGS": "none"}.items():
        monkeypatch.setenv(f"FLEAGLASS_{name}", value)
    clock = TickingClock()
    rounds = Rounds(clock, threaded=False)
    with lenient():
        agent = fleaglass.init("mended", seams=Seams(clock=clock, rounds=rounds))
        with agent.cycle(market="BTC/USD"):
            pass
        home.unlink()
        clock.advance(10)
        rounds.do_what_is_due()
        with agent.cycle(market="ETH/USD"):
            pass
        agent.shutdown(0)
    told = [type(each).__name__ for each in records(only_folder(home))]
    assert told.count("SpanEnded") == 1
    assert told[-1] == "CleanEnd"
    assert "Dropped" in told
    off, on = (line for line in caplog.messages if line.startswith("recording is"))
    assert "recording is off, because" in off
    assert "recording is on again" in on
