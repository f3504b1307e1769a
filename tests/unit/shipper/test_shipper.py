"""What an agent has recorded arrives: all of it, once, in order, whoever is down, whatever happens to the shipper."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from fleaglass.journal import Destination, Position, Route, read_cursors
from fleaglass.journal.cursors import ask_for_hurry
from fleaglass.journal.layout import segments_in
from fleaglass.shipper import Accepted, NotNow, Refused, Shipper, Signal
from fleaglass.shipper.lock import FileLock
from tests.unit.journal.desk import only_folder, writer
from tests.unit.shipper.bench import (
    HUB,
    SENTRY,
    Clock,
    Recorded,
    agent,
    ended,
    envelope,
    folders,
    killed,
    log,
    numbers,
    put,
    ship,
    shipper_of,
    started,
    turns,
)


def test_each_signal_arrives_where_it_belongs_in_order_and_the_journal_is_gone(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, ended(1), log(2), envelope(3), ended(4), envelope(5))
    journal.end()
    outlets = ship(tmp_path)
    assert numbers(outlets["hub/traces"].batches) == [1, 4]
    assert numbers(outlets["hub/logs"].batches) == [2]
    assert [each.item for batch in outlets["sentry/envelopes"].batches for each in batch.records] == [  # type: ignore[attr-defined]
        b'{"number":3}',
        b'{"number":5}',
    ]
    assert folders(tmp_path) == []


def test_a_batch_says_whose_it_is_and_which_libraries_its_spans_are_of(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    journal.end()
    (batch,) = ship(tmp_path)["hub/traces"].batches
    assert batch.opened.agent_id == "vol-arb-1"
    assert batch.scopes[0].name == "fleaglass"


def test_many_segments_arrive_in_order_and_go_while_the_agent_lives(tmp_path: Path) -> None:
    journal = agent(tmp_path, batch=16)
    put(journal, *(ended(number, chars=500) for number in range(200)))
    folder = only_folder(tmp_path)
    assert len(segments_in(folder)) > 5
    outlets = ship(tmp_path)
    assert numbers(outlets["hub/traces"].batches) == list(range(200))
    assert len(segments_in(folder)) == 1
    put(journal, *(ended(number, chars=500) for number in range(200, 300)))
    journal.end()
    outlets = ship(tmp_path)
    assert numbers(outlets["hub/traces"].batches) == list(range(200, 300))
    assert folders(tmp_path) == []


def test_what_is_sent_while_the_agent_lives_is_not_sent_again(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    outlets = ship(tmp_path)
    put(journal, ended(2))
    ship(tmp_path, outlets)
    assert numbers(outlets["hub/traces"].batches) == [1, 2]


def test_a_destination_that_hangs_holds_up_no_other_and_gets_it_later(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    outlets = {"hub/traces": Recorded()}
    outlets["hub/traces"].may_answer.clear()
    clock = Clock()
    shipper = shipper_of(tmp_path, outlets, clock)
    put(journal, ended(1), envelope(2))
    turns(shipper, clock, 3)
    put(journal, ended(3), envelope(4))
    turns(shipper, clock, 3)
    assert len(outlets["sentry/envelopes"].batches) == 2
    assert outlets["hub/traces"].batches == []
    outlets["hub/traces"].may_answer.set()
    turns(shipper, clock, 5)
    assert numbers(outlets["hub/traces"].batches) == [1, 3]
    shipper.close()


def test_an_outage_is_two_deliveries_and_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = agent(tmp_path)
    outlets = {"hub/traces": Recorded(*[NotNow("refused")] * 20), "hub/logs": Recorded(*[NotNow("refused")] * 20)}
    clock = Clock()
    shipper = shipper_of(tmp_path, outlets, clock)
    with caplog.at_level(logging.WARNING, "fleaglass"):
        for number in range(40):
            put(journal, ended(number), log(number))
            turns(shipper, clock, 20, step_s=1)
    assert list(dict.fromkeys(numbers(outlets["hub/traces"].batches))) == list(range(40))
    assert numbers(outlets["hub/traces"].batches[20:]) == list(range(40))
    assert [record.getMessage().partition(" (http://127.0.0.1:4318) ")[2][:7] for record in caplog.records] == [
        "is down",
        "is back",
    ]
    shipper.close()


def test_a_destination_that_is_down_is_left_alone_longer_each_time_and_as_long_as_it_asks(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    outlet = Recorded(NotNow("HTTP 429", 60.0), *[NotNow("HTTP 503")] * 100)
    clock = Clock()
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    put(journal, ended(1))
    turns(shipper, clock, 59, step_s=1)
    assert len(outlet.batches) == 1
    turns(shipper, clock, 600, step_s=1)
    assert 20 <= len(outlet.batches) <= 60
    shipper.close()


def test_a_flush_makes_it_try_at_once_and_can_tell_what_has_arrived(tmp_path: Path) -> None:
    journal = agent(tmp_path, linger_ms=60_000)
    outlet = Recorded()
    clock = Clock()
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    put(journal, ended(1))
    folder = only_folder(tmp_path)
    turns(shipper, clock, 3)
    assert outlet.batches == []
    here = Position(1, journal._at)
    cursors = read_cursors(folder)
    assert cursors is not None
    assert not cursors.passed(here)
    ask_for_hurry(folder, clock.wall_ns() + 60_000_000_000)
    turns(shipper, clock, 3, step_s=0.05)
    cursors = read_cursors(folder)
    assert cursors is not None
    assert numbers(outlet.batches) == [1]
    assert cursors.passed(here)
    assert cursors.lost == 0
    shipper.close()


def test_what_is_refused_is_dropped_and_counted(tmp_path: Path) -> None:
    journal = agent(tmp_path, batch=2)
    outlets = {"hub/traces": Recorded(Refused("HTTP 400"), Accepted(1), Accepted())}
    put(journal, *map(ended, range(6)))
    ship(tmp_path, outlets)
    cursors = read_cursors(only_folder(tmp_path))
    assert cursors is not None
    line = cursors.deliveries["hub/traces"]
    assert (line.accepted, line.rejected, line.dropped, cursors.lost) == (3, 1, {"refused": 2}, 3)


def test_a_batch_that_is_too_large_for_a_destination_is_halved(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    outlets = {"hub/traces": Recorded(Refused("HTTP 413", too_large=True), Refused("HTTP 413", too_large=True))}
    put(journal, *map(ended, range(8)))
    ship(tmp_path, outlets)
    assert [len(batch.records) for batch in outlets["hub/traces"].batches] == [8, 4, 2, 2, 2, 2]
    assert numbers(outlets["hub/traces"].batches[2:]) == list(range(8))


def test_one_record_that_is_too_large_for_a_destination_is_dropped(tmp_path: Path) -> None:
    journal = agent(tmp_path, batch=1)
    outlets = {"hub/traces": Recorded(Refused("HTTP 413", too_large=True))}
    put(journal, ended(1), ended(2))
    ship(tmp_path, outlets)
    cursors = read_cursors(only_folder(tmp_path))
    assert cursors is not None
    assert cursors.deliveries["hub/traces"].dropped == {"too_large": 1}
    assert cursors.deliveries["hub/traces"].accepted == 1


def test_after_a_crash_the_same_batch_comes_again_under_its_id(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    lost = Recorded()
    lost.may_answer.clear()
    clock = Clock()
    crashed = shipper_of(tmp_path, {"hub/traces": lost}, clock)
    put(journal, *map(ended, range(3)))
    crashed.turn()
    lost.may_answer.set()
    while not lost.batches:
        pass
    for shipment in crashed._shipments.values():
        shipment._lock.release()  # as the system does, and nothing else
    put(journal, *map(ended, range(3, 6)))
    outlets = ship(tmp_path)
    again, new = outlets["hub/traces"].batches
    assert again.id == lost.batches[0].id
    assert again.records == lost.batches[0].records
    assert numbers([new]) == [3, 4, 5]


def test_two_shippers_never_send_the_same_journal(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    clock = Clock()
    first, second = Recorded(), Recorded()
    one = shipper_of(tmp_path, {"hub/traces": first}, clock)
    other = shipper_of(tmp_path, {"hub/traces": second}, clock)
    turns(one, clock, 3)
    turns(other, clock, 3)
    assert (len(first.batches), len(second.batches), other.journals) == (1, 0, 0)
    one.close()
    put(journal, ended(2))
    turns(other, clock, 3)
    assert numbers(second.batches) == [2]
    other.close()


def test_a_heartbeat_that_is_out_of_date_need_not_leave(tmp_path: Path) -> None:
    journal = agent(tmp_path, SENTRY)
    outlets = {"sentry/envelopes": Recorded(*[NotNow("refused")] * 3)}
    put(journal, *(envelope(number, supersedes="alive") for number in range(5)), envelope(5))
    journal.end()
    ship(tmp_path, outlets)
    sent = [each.item for batch in outlets["sentry/envelopes"].batches[-2:] for each in batch.records]  # type: ignore[attr-defined]
    assert sent == [b'{"number":4}', b'{"number":5}']


def test_what_was_too_large_for_a_record_is_in_its_envelope_again(tmp_path: Path) -> None:
    journal = agent(tmp_path, SENTRY)
    folder = only_folder(tmp_path)
    (folder / "spill").mkdir()
    (folder / "spill" / "1.item").write_bytes(b'{"large":true}')
    put(journal, envelope(1, spilled="1.item"), envelope(2, spilled="../route.json"), envelope(3, spilled="gone"))
    outlets = ship(tmp_path)
    (batch,) = outlets["sentry/envelopes"].batches
    assert [each.item for each in batch.records] == [b'{"large":true}']  # type: ignore[attr-defined]
    cursors = read_cursors(folder)
    assert cursors is not None
    assert cursors.deliveries["sentry/envelopes"].dropped == {"unreadable": 2}


def test_a_journal_without_destinations_stays(tmp_path: Path) -> None:
    journal = writer(tmp_path, files={"route.json": Route(agent_id="a").encode()})
    put(journal, ended(1))
    journal.end()
    ship(tmp_path)
    assert len(segments_in(only_folder(tmp_path))) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("route.json", b'{"version":2}', "is of format 2"),
        ("route.json", b"{", "route.json"),
        ("cursors.json", b'{"version":2}', "is of format 2"),
        ("00000001.seg", b"FLEAGLS\n\x02\x00" + bytes(100), "is of format 2"),
    ],
)
def test_what_a_newer_one_wrote_is_left_as_it_is_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, content: bytes, said: str
) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    journal.end()
    path = only_folder(tmp_path) / name
    path.write_bytes(content)
    outlets = ship(tmp_path)
    assert [record.getMessage() for record in caplog.records if said in record.getMessage()] != []
    assert len(caplog.records) == 1
    assert path.read_bytes() == content
    assert all(not each.batches for each in outlets.values())


def test_cursors_that_cannot_be_read_lose_nothing(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    ship(tmp_path)
    (only_folder(tmp_path) / "cursors.json").write_bytes(b"\x00")
    assert numbers(ship(tmp_path)["hub/traces"].batches) == [1]


def test_damage_is_counted_and_said_and_what_follows_arrives(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1), ended(2, chars=99), ended(3))
    journal.end()
    (_, path), *_ = segments_in(only_folder(tmp_path))
    path.write_bytes(path.read_bytes().replace(b"x" * 99, b"y" * 99))
    outlets = {"hub/logs": Recorded()}
    outlets["hub/logs"].may_answer.clear()
    assert numbers(ship(tmp_path, outlets)["hub/traces"].batches) == [1, 3]
    assert len([record for record in caplog.records if "is damaged" in record.getMessage()]) == 1


def test_a_segment_that_is_gone_is_said_and_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = agent(tmp_path)
    put(journal, *(ended(number, chars=3_000) for number in range(12)))
    (_, gone) = segments_in(only_folder(tmp_path))[1]
    gone.unlink()
    sent = numbers(ship(tmp_path)["hub/traces"].batches)
    assert sent == sorted(sent)
    assert {0, 11} < set(sent) < set(range(12))
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "segment 2 is missing; what can be read is sent"
    ]


def test_a_backlog_of_any_length_takes_little_memory(tmp_path: Path) -> None:
    journal = agent(tmp_path, segment_bytes=4 << 20)
    put(journal, *(ended(number, chars=2_000) for number in range(6_000)))
    outlets = {"hub/traces": Recorded()}
    outlets["hub/traces"].may_answer.clear()
    clock = Clock()
    shipper = shipper_of(tmp_path, outlets, clock)
    turns(shipper, clock, 10)
    (shipment,) = shipper._shipments.values()
    held = sum(len(raw.payload) for chunk in shipment._tail._recent for raw in chunk.records)
    assert held <= 5 << 20
    assert all(len(line._items) <= 512 for line in shipment._deliveries)
    outlets["hub/traces"].may_answer.set()
    turns(shipper, clock, 20)
    assert numbers(outlets["hub/traces"].batches) == list(range(6_000))
    shipper.close()


def test_a_journal_that_is_being_made_is_not_touched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "journals" / "20261130T004553-8f3a21c0"
    folder.mkdir(parents=True)
    ship(tmp_path)
    assert folder.is_dir()
    assert list(folder.iterdir()) == []
    assert caplog.records == []


def test_nothing_is_left_open_behind_a_lock(tmp_path: Path) -> None:
    lock = FileLock.take(tmp_path / "lock")
    assert lock is not None
    assert FileLock.take(tmp_path / "lock") is None
    lock.release()
    again = FileLock.take(tmp_path / "lock")
    assert again is not None
    again.release()


def test_a_shipper_is_idle_when_no_agent_lives_and_nothing_is_left(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, started(1), ended(1))
    clock = Clock()
    shipper = shipper_of(tmp_path, {}, clock)
    turns(shipper, clock, 5)
    assert not shipper.is_idle
    killed(journal)
    turns(shipper, clock, 5)
    assert shipper.is_idle
    assert shipper.journals == 0


def test_a_journal_that_was_half_removed_is_not_sent_again(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, ended(1))
    journal.end()
    folder = only_folder(tmp_path)
    folder.rename(folder.with_name(folder.name + ".gone"))
    outlets = ship(tmp_path)
    assert outlets == {}
    assert folders(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError("no address"), RuntimeError("ours")])
def test_a_destination_that_makes_no_sense_holds_up_only_its_own_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    odd = agent(tmp_path, SENTRY)
    put(odd, envelope(1))
    good = agent(tmp_path, random=lambda count: b"\x07" * count)
    put(good, ended(2))
    outlet, clock = Recorded(), Clock()

    def make_outlet(destination: Destination, signal: Signal) -> Recorded:
        if destination.name == "sentry":
            raise error
        return outlet

    shipper = Shipper(tmp_path, make_outlet, monotonic=clock.monotonic, wall_ns=clock.wall_ns)
    turns(shipper, clock, 5)
    shipper.close()
    assert numbers(outlet.batches) == [2]
    assert ["is left as it is" in record.getMessage() for record in caplog.records] == [True]
    assert segments_in(odd.folder or tmp_path) != []
