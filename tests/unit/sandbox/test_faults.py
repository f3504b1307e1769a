from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.sandbox.faults import BadFault, Fault, Kind, parse_fault
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.operations import OPERATIONS, matching, targets

BY_NAME = {operation.name: operation for operation in OPERATIONS}
WRITING = [name for name in targets() if any(operation.changes for operation in matching(name))]

percents = st.decimals("0.01", 100, places=2)
times = st.decimals(0, 600_000, places=3)
latencies = st.builds(
    lambda target, percent, pair: Fault(Kind.LATENCY, target, percent, least_ms=min(pair), most_ms=max(pair)),
    st.sampled_from(targets()),
    percents,
    st.tuples(times, times),
)
errors = st.builds(
    lambda target, percent, status: Fault(Kind.ERROR, target, percent, status=status),
    st.sampled_from([*targets(), *BY_NAME]),
    percents,
    st.integers(400, 599),
)
cuts = st.builds(Fault, st.sampled_from([Kind.DROP_ACK, Kind.RESET]), st.sampled_from(WRITING), percents)


@given(st.one_of(latencies, errors, cuts))
def test_a_fault_written_out_in_full_parses_to_itself(fault: Fault) -> None:
    assert parse_fault(str(fault)) == fault


SOUP = st.lists(
    st.sampled_from(
        [
            "latency",
            "error",
            "drop-ack",
            "reset",
            ":",
            "=",
            "@",
            "%",
            "-",
            "5",
            "0",
            "503",
            "2.5s",
            "ms",
            "trade",
            "all",
            "\n",
            "é",
            "٣",
        ]
    )
)


@given(st.one_of(st.text(max_size=80), SOUP.map("".join)))
def test_any_text_is_a_fault_or_is_refused_in_one_line(spec: str) -> None:
    try:
        problem = str(parse_fault(spec)) and "fault"
    except BadFault as error:
        problem = str(error)
    assert problem.startswith("fault")
    assert len(problem.splitlines()) == 1


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (
            "latency:trade=2.5s@5%",
            Fault(Kind.LATENCY, "trade", Decimal(5), least_ms=Decimal(2500), most_ms=Decimal(2500)),
        ),
        ("latency=20ms-60ms", Fault(Kind.LATENCY, "all", least_ms=Decimal(20), most_ms=Decimal(60))),
        ("error:500@1%", Fault(Kind.ERROR, "all", Decimal(1), status=500)),
        ("error:503:escrow@2%", Fault(Kind.ERROR, "escrow", Decimal(2), status=503)),
        ("drop-ack:trade@1%", Fault(Kind.DROP_ACK, "trade", Decimal(1))),
        ("drop-ack", Fault(Kind.DROP_ACK)),
        ("reset:trading.poll@0.5%", Fault(Kind.RESET, "trading.poll", Decimal("0.5"))),
    ],
)
def test_the_documented_forms(spec: str, fault: Fault) -> None:
    assert parse_fault(spec) == fault


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("", "must start with latency, error, drop-ack, hang, reset, malformed-json, wrong-types, wrong-rows"),
        ("slow:trade=1s", "must start with"),
        ("latency:trade", "needs a time"),
        ("latency:trade=fast", "a time is a number of ms or s"),
        ("latency:trade=2s-1s", "the range ends before it begins"),
        ("latency:trade=601s", "a time is at most 600 s"),
        ("latencytrade=1s", "must start with"),
        ("error", "must be error:STATUS"),
        ("error:200", "the status must be 400 to 599, got '200'"),
        ("error:500:bank", "no target 'bank'"),
        ("error:500@150%", "the share after @"),
        ("error:500@0%", "the share after @"),
        ("error:500@5", "the share after @"),
        ("reset=5s", "only latency takes ="),
        ("drop-ack:a:b", "must be drop-ack or drop-ack:TARGET"),
        ("drop-ack:market", "market only reads"),
    ],
)
def test_a_bad_specification_says_what_is_wrong_with_it(spec: str, says: str) -> None:
    with pytest.raises(BadFault) as refused:
        parse_fault(spec)
    assert says in str(refused.value)


def hits(board: FaultBoard, operation: str, caller: str, times: int = 200) -> list[bool]:
    return [board.draw(BY_NAME[operation], caller).fault is not None for _ in range(times)]


def test_faults_fall_on_the_same_calls_in_every_run_of_a_seed() -> None:
    faults = [parse_fault("error:500@10%")]
    first = hits(FaultBoard(7, faults), "trading.order", "a")
    assert first == hits(FaultBoard(7, faults), "trading.order", "a")
    assert first != hits(FaultBoard(8, faults), "trading.order", "a")
    assert 5 < sum(first) < 40


def test_another_agents_calls_do_not_shift_where_faults_fall() -> None:
    alone, shared = (FaultBoard(7, [parse_fault("error:500@10%")]) for _ in range(2))
    undisturbed = hits(alone, "trading.order", "a", 50)
    disturbed = []
    for _ in range(50):
        hits(shared, "trading.order", "b", 3)
        disturbed += hits(shared, "trading.order", "a", 1)
    assert disturbed == undisturbed


def test_targets_say_which_calls_are_hit() -> None:
    reach = {name: [op.name for op in OPERATIONS if parse_fault(f"reset:{name}").aims_at(op)] for name in targets()}
    assert reach["trade"] == ["trading.order", "trading.spot", "trading.limit", "trading.close"]
    assert "trading.poll" in reach["trading"]
    assert not any(name.startswith("faucet") for name in reach["all"])
    assert reach["faucet"] == ["faucet.register", "faucet.claim"]


def test_an_answer_is_only_lost_where_something_was_done() -> None:
    board = FaultBoard(7, [parse_fault("drop-ack:trading")])
    assert board.draw(BY_NAME["trading.order"], "a").is_(Kind.DROP_ACK)
    assert not board.draw(BY_NAME["trading.poll"], "a").is_(Kind.DROP_ACK)


def test_delays_add_up_and_the_first_stopping_fault_wins() -> None:
    specs = ["latency=100ms", "latency:trade=200ms-300ms", "error:503:trade", "reset"]
    hit = FaultBoard(7, [parse_fault(spec) for spec in specs]).draw(BY_NAME["trading.order"], "a")
    assert 0.3 <= hit.delay_s <= 0.4
    assert hit.fault == parse_fault("error:503:trade")


def test_the_board_counts_what_was_drawn_and_what_fired() -> None:
    board = FaultBoard(7, [parse_fault("error:500@50%")])
    fired = sum(hits(board, "wallet.balance", "a", 100))
    assert (board.drawn["error:500:all@50%"], board.fired["error:500:all@50%"]) == (100, fired)
