"""Cycles that did nothing may be thinned; whatever tells of money, an error or an issue arrives, whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fleaglass.journal import MONEY, Route, Writer, read_cursors
from fleaglass.journal.cursors import ask_for_hurry
from fleaglass.journal.records import SpanEnded, SpanStarted, encode
from tests.unit.journal.desk import only_folder, writer
from tests.unit.shipper.bench import HUB, T0, Clock, Recorded, folders, killed, ship, shipper_of, turns

IDLE = {"pf.cycle_outcome": "skipped"}


def agent(home: Path, keep_idle: float = 0.0, **fields: Any) -> Writer:
    route = Route(agent_id="vol-arb-1", destinations=(HUB,), linger_ms=0, keep_idle=keep_idle, **fields)
    journal = writer(home, files={"route.json": route.encode()})
    journal.open()
    return journal


def trace_of(number: int) -> bytes:
    return number.to_bytes(16, "big")


def begin(journal: Writer, trace: int, span: int = 1, parent: int = 0, name: str = "agent.decision_cycle") -> None:
    parent_id = parent.to_bytes(8, "big") if parent else b""
    started = SpanStarted(trace_of(trace), span.to_bytes(8, "big"), parent_id, name, 1, T0, {})
    journal.append(started.kind, encode(started))


def end(
    journal: Writer,
    trace: int,
    attributes: dict[str, Any],
    span: int = 1,
    parent: int = 0,
    *,
    name: str = "agent.decision_cycle",
    s: float = 1_000,
    flags: int = 0,
    status: int = 0,
) -> None:
    """A span ends, so many seconds after T0."""
    parent_id = parent.to_bytes(8, "big") if parent else b""
    ended = SpanEnded(
        trace_of(trace), span.to_bytes(8, "big"), parent_id, name, 1, T0, T0 + int(s * 1e9), attributes, status=status
    )
    journal.append(ended.kind, encode(ended), flags)


def cycle(journal: Writer, trace: int, attributes: dict[str, Any] = IDLE, **child: Any) -> None:
    """A cycle with one operation, which is as is said."""
    begin(journal, trace)
    begin(journal, trace, 2, 1, "pf.wallet.balance_check")
    end(journal, trace, child.pop("told", {}), 2, 1, name="pf.wallet.balance_check", **child)
    end(journal, trace, attributes)


def arrived(outlet: Recorded) -> list[tuple[int, int]]:
    """Trace and span of each that came, in order."""
    return [
        (int.from_bytes(each.trace_id, "big"), int.from_bytes(each.span_id, "big"))
        for batch in outlet.batches
        for each in batch.records
        if isinstance(each, SpanEnded)
    ]


def trace_states(outlet: Recorded) -> set[str]:
    return {each.trace_state for batch in outlet.batches for each in batch.records if isinstance(each, SpanEnded)}


def test_by_default_everything_is_sent_at_once_and_weighs_nothing(tmp_path: Path) -> None:
    journal = agent(tmp_path, keep_idle=1.0)
    begin(journal, 1)
    begin(journal, 1, 2, 1)
    end(journal, 1, {}, 2, 1)
    outlet = ship(tmp_path)["hub/traces"]
    assert arrived(outlet) == [(1, 2)]
    cycle(journal, 3)
    assert arrived(ship(tmp_path)["hub/traces"]) == [(3, 2), (3, 1)]


@pytest.mark.parametrize("outcome", ["skipped", "completed"])
def test_a_cycle_that_did_nothing_need_not_arrive_and_is_no_loss(tmp_path: Path, outcome: str) -> None:
    journal = agent(tmp_path)
    cycle(journal, 1, {"pf.cycle_outcome": outcome})
    assert arrived(ship(tmp_path)["hub/traces"]) == []
    cursors = read_cursors(only_folder(tmp_path))
    assert cursors is not None
    assert cursors.deliveries["hub/traces"].dropped == {"sampled": 2}
    assert cursors.lost == 0
    journal.end()
    ship(tmp_path)
    assert folders(tmp_path) == []


@pytest.mark.parametrize(
    "child",
    [{"flags": MONEY}, {"status": 2}, {"told": {"sentry.event_id": "e"}}, {"told": {"pf.interrupted": True}}],
    ids=["money", "error", "issue", "interrupted"],
)
def test_what_matters_keeps_its_whole_trace(tmp_path: Path, child: dict[str, Any]) -> None:
    journal = agent(tmp_path)
    cycle(journal, 1, **child)
    outlet = ship(tmp_path)["hub/traces"]
    assert arrived(outlet) == [(1, 2), (1, 1)]
    assert trace_states(outlet) == {""}


@pytest.mark.parametrize("outcome", ["order_placed", "rejected", "failed", "unknown", "cancelled", "interrupted"])
def test_a_cycle_that_did_something_is_kept(tmp_path: Path, outcome: str) -> None:
    cycle(agent(tmp_path), 1, {"pf.cycle_outcome": outcome})
    assert len(arrived(ship(tmp_path)["hub/traces"])) == 2


def test_what_is_no_cycle_is_kept(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    end(journal, 1, {}, name="pf.trade.reconcile")
    end(journal, 2, IDLE, parent=77)  # below a cycle of another process
    assert arrived(ship(tmp_path)["hub/traces"]) == [(1, 1), (2, 1)]


def test_those_that_are_kept_say_how_many_they_stand_for(tmp_path: Path) -> None:
    journal = agent(tmp_path, keep_idle=0.25)
    quarter = 1 << 54
    for trace in (0, quarter, 2 * quarter, 3 * quarter - 1, 3 * quarter, 4 * quarter - 1):
        cycle(journal, trace)
    outlet = ship(tmp_path)["hub/traces"]
    assert sorted({trace for trace, _ in arrived(outlet)}) == [3 * quarter, 4 * quarter - 1]
    assert trace_states(outlet) == {"ot=th:c"}


def test_an_open_cycle_waits_until_it_ends_and_no_longer_than_ten_seconds(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    for trace in (1, 2):
        begin(journal, trace)
        begin(journal, trace, 2, 1)
        end(journal, trace, {}, 2, 1)
    turns(shipper, clock, 3)
    assert arrived(outlet) == []
    end(journal, 1, IDLE, s=1_002)
    turns(shipper, clock, 25)
    assert arrived(outlet) == [(2, 2)]
    end(journal, 2, IDLE, s=1_015)
    turns(shipper, clock, 3)
    assert arrived(outlet) == [(2, 2), (2, 1)]
    shipper.close()


def test_a_trace_that_is_kept_holds_up_no_other(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    begin(journal, 1)
    begin(journal, 1, 2, 1)
    end(journal, 1, {}, 2, 1, flags=MONEY)
    cycle(journal, 3, {"pf.cycle_outcome": "failed"})
    assert arrived(ship(tmp_path)["hub/traces"]) == [(1, 2), (3, 2), (3, 1)]
    end(journal, 1, IDLE)
    assert arrived(ship(tmp_path)["hub/traces"]) == [(1, 1)]


def test_a_flush_gets_what_is_undecided(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    begin(journal, 1)
    begin(journal, 1, 2, 1)
    end(journal, 1, {}, 2, 1)
    ask_for_hurry(only_folder(tmp_path), clock.wall_ns() + 60_000_000_000)
    shipper = shipper_of(tmp_path, {"hub/traces": outlet}, clock)
    turns(shipper, clock, 2)
    assert arrived(outlet) == [(1, 2)]
    shipper.close()


def test_an_agent_that_dies_in_an_idle_cycle_is_heard_of(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    begin(journal, 1)
    begin(journal, 1, 2, 1)
    end(journal, 1, {}, 2, 1)
    killed(journal)
    assert arrived(ship(tmp_path)["hub/traces"]) == [(1, 2), (1, 1)]


def test_a_late_span_goes_where_its_trace_went_unless_it_matters(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    cycle(journal, 1)
    end(journal, 1, {}, 3, 1)
    end(journal, 1, {}, 4, 1, flags=MONEY)
    assert arrived(ship(tmp_path)["hub/traces"]) == [(1, 4)]


def test_decisions_outlive_the_shipper(tmp_path: Path) -> None:
    """The destination is down while segments fill and another shipper takes over."""
    journal, clock = agent(tmp_path, batch=7), Clock()
    down = Recorded()
    down.may_answer.clear()
    crashed = shipper_of(tmp_path, {"hub/traces": down}, clock)
    for trace in range(1, 60):
        cycle(journal, trace, IDLE if trace % 3 else {"pf.cycle_outcome": "rejected"})
        turns(crashed, clock, 1, step_s=0.01)
    begin(journal, 99)
    begin(journal, 99, 2, 1)
    end(journal, 99, {}, 2, 1)
    turns(crashed, clock, 1)
    down.may_answer.set()
    for shipment in crashed._shipments.values():
        shipment._noted().write(shipment.folder)
        shipment._lock.release()
    end(journal, 99, IDLE)
    journal.end()
    found = arrived(ship(tmp_path, clock=clock)["hub/traces"])
    assert sorted(set(found)) == [(trace, span) for trace in range(3, 60, 3) for span in (1, 2)]
    assert folders(tmp_path) == []
