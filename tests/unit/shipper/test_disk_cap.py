"""When the journals' share of the disk is used up, what is left is sent, once and in order, and the rest is counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fleaglass.journal import MONEY, Cursor, Room, Writer, read_cursors
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import Envelope, SpanMarked, encode
from fleaglass.journal.shrinking import ALL_BUT_MONEY, EVERYTHING, shrink
from fleaglass.shipper import NotNow
from tests.unit.journal.desk import SEGMENT_BYTES, only_folder
from tests.unit.shipper.bench import (
    HUB,
    SENTRY,
    T0,
    Clock,
    Recorded,
    agent,
    ended,
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


def cursor(home: Path, name: str = "hub/traces") -> Cursor:
    cursors = read_cursors(only_folder(home))
    assert cursors is not None
    return cursors.deliveries[name]


def spans(journal: Writer, first: int, count: int) -> None:
    """Spans that began and ended, every tenth of them of money."""
    for number in range(first, first + count):
        put(journal, started(number))
        record = ended(number, chars=300)
        journal.append(record.kind, encode(record), 0 if number % 10 else MONEY)


def make_room(home: Path, segments: float) -> None:
    Room(home, most_bytes=int(segments * SEGMENT_BYTES), segment_bytes=SEGMENT_BYTES, pause=lambda: None).make()


def test_after_an_outage_that_was_too_long_what_is_left_arrives_and_the_rest_is_counted(tmp_path: Path) -> None:
    journal = agent(tmp_path, batch=16)
    outlet = Recorded(*[NotNow("refused")] * 5)
    clock = Clock()
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    spans(journal, 0, 400)
    turns(shipper, clock, 5)
    make_room(tmp_path, 6.2)
    turns(shipper, clock, 60)
    shipper.close()
    arrived = numbers([batch for batch in outlet.batches[5:] if batch.records])
    assert arrived == sorted(set(arrived))
    assert set(range(0, 400, 10)) <= set(arrived)
    found = cursor(tmp_path)
    assert found.accepted == len(arrived)
    assert found.dropped == {"disk_cap": 400 - len(arrived)}
    assert found.dropped["disk_cap"] > 100


@pytest.mark.parametrize("seed", range(12))
def test_whenever_segments_are_shrunk_nothing_is_sent_twice_and_what_is_missing_is_counted(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    journal = agent(tmp_path, batch=chance.choice([3, 16, 99]))
    outlet = Recorded(*(NotNow("refused") for _ in range(chance.randrange(8))))
    refused = len(outlet.answers)
    clock = Clock()
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    recorded = 0
    for _ in range(8):
        count = chance.randrange(60)
        spans(journal, recorded, count)
        recorded += count
        turns(shipper, clock, chance.randrange(4))
        if chance.random() < 0.3:  # it ends, and another one goes on with what the first wrote down
            shipper.close()
            shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
        for _, path in segments_in(only_folder(tmp_path))[:-1]:
            if chance.random() < 0.5:
                borders = [cursor(tmp_path).at.offset] if (only_folder(tmp_path) / "cursors.json").exists() else []
                shrink(path, chance.choice([ALL_BUT_MONEY, EVERYTHING]), borders=borders)
    turns(shipper, clock, 200)
    shipper.close()
    assert refused < len(outlet.batches)
    arrived = numbers({batch.id: batch for batch in outlet.batches[refused:]}.values())
    assert arrived == sorted(set(arrived))
    found = cursor(tmp_path)
    assert found.accepted <= len(arrived)  # an answer that no shipper was there to hear counts as none
    assert found.accepted + found.dropped.get("disk_cap", 0) >= recorded
    read = read_cursors(only_folder(tmp_path))
    assert read is not None
    assert (read.damaged, read.missing) == (0, 0)


def test_what_is_counted_once_is_not_counted_again_after_a_crash(tmp_path: Path) -> None:
    journal = agent(tmp_path, batch=4)
    spans(journal, 0, 60)
    for _, path in segments_in(only_folder(tmp_path))[:-1]:
        shrink(path, ALL_BUT_MONEY)
    outlet, clock = Recorded(), Clock()
    for _ in range(30):
        shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
        turns(shipper, clock, 3)
        for shipment in shipper._shipments.values():  # it is killed: nothing is written down at its end
            shipment._lock.release()
    found = cursor(tmp_path)
    arrived = numbers({batch.id: batch for batch in outlet.batches}.values())
    assert found.dropped["disk_cap"] + len(set(arrived)) == 60


def test_an_order_in_flight_is_named_though_all_else_of_its_segment_is_gone(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, started(1, "pf.trade.execute"))
    journal.append(SpanMarked.kind, encode(SpanMarked(b"t" * 16, (1).to_bytes(8), T0, {"pf.asset": "BTC"})), MONEY)
    spans(journal, 2, 200)
    for _, path in segments_in(only_folder(tmp_path))[:-1]:
        shrink(path, EVERYTHING)
    killed(journal)
    outlets = ship(tmp_path)
    *_, order = [record for batch in outlets["hub/traces"].batches for record in batch.records]
    assert order.attributes["pf.order.state"] == "unknown"  # type: ignore[attr-defined]
    interrupted = [each for batch in outlets["hub/traces"].batches for each in batch.records]
    assert sum("pf.interrupted" in each.attributes for each in interrupted) == 1  # type: ignore[attr-defined]
    assert folders(tmp_path) == []


def test_an_agent_that_ended_while_the_disk_was_full_has_not_died(tmp_path: Path) -> None:
    def no_room(_: int = 0) -> None:
        raise OSError(28, "No space left on device")

    journal = agent(tmp_path, HUB, SENTRY, make_room=no_room)
    put(journal, started(1))
    journal._check_room = no_room
    while not journal._is_off:
        put(journal, log(1))
    journal.end()
    outlets = ship(tmp_path)
    assert not outlets.get("sentry/envelopes", Recorded()).batches
    assert not outlets.get("hub/traces", Recorded()).batches
    assert folders(tmp_path) == []


def test_an_item_beside_the_journal_arrives_whole_and_its_file_goes_with_the_segment(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    item = b'{"text":"%s"}' % (b"x" * 3 * SEGMENT_BYTES)
    put(journal, Envelope("error", item))
    spans(journal, 0, 80)
    spill = only_folder(tmp_path) / "spill"
    assert len(list(spill.iterdir())) == 1
    (batch,) = ship(tmp_path)["sentry/envelopes"].batches
    assert [each.item for each in batch.records] == [item]  # type: ignore[attr-defined]
    assert list(spill.iterdir()) == []
