"""Work that takes a while is seen while it is under way, where that is wanted."""

from __future__ import annotations

from pathlib import Path

from fleaglass.journal import OtlpDestination, Writer
from fleaglass.journal.records import SpanEnded, SpanEvent, SpanMarked, SpanStarted
from fleaglass.shipper import NotNow
from tests.unit.shipper.bench import HUB, T0, Clock, Recorded, agent, killed, put, shipper_of, turns

SHOWS = OtlpDestination(name="hub", traces=HUB.traces, snapshots=True)
BEGIN = T0 + 1_000_000_000_000
"""When the clock is set."""


def begun(number: int, at_s: float = 0.0) -> SpanStarted:
    start_ns = BEGIN + int(at_s * 1e9)
    return SpanStarted(b"t" * 16, number.to_bytes(8, "big"), b"", "pf.trade.execute", 3, start_ns, {"pf.asset": "BTC"})


def over(number: int) -> SpanEnded:
    return SpanEnded(b"t" * 16, number.to_bytes(8, "big"), b"", "pf.trade.execute", 3, BEGIN, BEGIN + 9, {})


def shown(outlet: Recorded) -> list[list[SpanEnded]]:
    return [[each for each in batch.records if isinstance(each, SpanEnded)] for batch in outlet.batches]


def play(home: Path, destination: OtlpDestination = SHOWS) -> tuple[Writer, Clock, Recorded]:
    return agent(home, destination), Clock(), Recorded()


def test_a_span_is_shown_once_it_has_been_open_for_two_seconds_and_then_only_with_news(tmp_path: Path) -> None:
    journal, clock, outlet = play(tmp_path)
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet}, clock)
    put(journal, begun(1), begun(2, at_s=3))
    turns(shipper, clock, 4)
    assert outlet.batches == []
    turns(shipper, clock, 4)
    assert [[each.span_id[-1] for each in batch] for batch in shown(outlet)] == [[1]]
    put(journal, SpanMarked(b"t" * 16, (1).to_bytes(8, "big"), BEGIN, {"pf.order.state": "open"}))
    put(journal, SpanEvent(b"t" * 16, (1).to_bytes(8, "big"), "order_sent", BEGIN + 5))
    turns(shipper, clock, 20)
    assert [[each.span_id[-1] for each in batch] for batch in shown(outlet)] == [[1], [1], [2]]
    span = shown(outlet)[1][0]
    assert (span.start_ns, span.end_ns, span.status) == (BEGIN, 0, 0)
    assert span.attributes == {"pf.asset": "BTC", "pf.order.state": "open"}
    assert [event.name for event in span.events] == ["order_sent"]
    shipper.close()


def test_a_short_span_is_never_shown(tmp_path: Path) -> None:
    journal, clock, outlet = play(tmp_path)
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet}, clock)
    put(journal, begun(1))
    turns(shipper, clock, 2)
    put(journal, over(1))
    turns(shipper, clock, 20)
    assert outlet.batches == []
    shipper.close()


def test_a_span_that_stays_open_gives_a_sign_of_life_every_ten_minutes(tmp_path: Path) -> None:
    journal, clock, outlet = play(tmp_path)
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet}, clock)
    put(journal, begun(1))
    turns(shipper, clock, 1_300, step_s=1)
    assert len(outlet.batches) == 3
    shipper.close()


def test_what_did_not_get_through_is_shown_later_and_holds_nothing_up(tmp_path: Path) -> None:
    journal, clock, _ = play(tmp_path)
    outlet, ended = Recorded(*[NotNow("refused")] * 3), Recorded()
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet, "hub/traces": ended}, clock)
    put(journal, begun(1), begun(2), over(2))
    turns(shipper, clock, 100)
    assert len(ended.batches) == 1
    assert len(outlet.batches) == 4
    shipper.close()


def test_only_a_destination_that_shows_them_gets_them(tmp_path: Path) -> None:
    journal, clock, _ = play(tmp_path, HUB)
    outlets: dict[str, Recorded] = {}
    shipper = shipper_of(tmp_path, outlets, clock)
    put(journal, begun(1))
    turns(shipper, clock, 20)
    assert "hub/snapshots" not in outlets
    shipper.close()


def test_what_a_dead_agent_left_open_is_ended_and_not_shown_as_open(tmp_path: Path) -> None:
    journal, clock, outlet = play(tmp_path)
    put(journal, begun(1))
    killed(journal)
    clock.s += 60
    ended = Recorded()
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet, "hub/traces": ended}, clock)
    turns(shipper, clock, 20)
    assert outlet.batches == []
    assert [each.attributes["pf.interrupted"] for each in shown(ended)[0]] == [True]
    shipper.close()


def test_many_are_shown_a_request_at_a_time(tmp_path: Path) -> None:
    journal, clock, outlet = play(tmp_path)
    shipper = shipper_of(tmp_path, {"hub/snapshots": outlet}, clock)
    put(journal, *(begun(number) for number in range(1, 1_101)))
    turns(shipper, clock, 20)
    assert [len(batch) for batch in shown(outlet)] == [512, 512, 76]
    shipper.close()
