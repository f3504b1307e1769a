"""An error inside the recorder is counted and logged once; the agent never notices. Tests do."""

import logging
import threading
from contextlib import suppress

import pytest

from fleaglass.recorder import EndedSpan, Seams, guard, init_offline
from fleaglass.testing import Recording, SwallowedError, lenient, recording, strict


class BrokenClock:
    def wall_ns(self) -> int:
        raise OSError("no clock")

    monotonic_ns = wall_ns


def test_an_agent_with_a_broken_clock_trades_on(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of the recorder works here, and everything the agent calls does."""
    agent = init_offline("broken", services=(), seams=Seams(clock=BrokenClock()))
    done = []
    with lenient():
        for _ in range(3):
            with agent.cycle(market="BTC/USD") as cycle, agent.pipeline("BTC", "buy"):
                with agent.stage("signal.analysis") as stage:
                    stage.signal({"confidence": 0.9})
                    stage.set(valid=True)
                assert agent.risk_check("net_vega", passed=False) is False
                with agent.handoff("research") as carrier, agent.take_over(carrier, mode="child") as task:
                    task.set(valid=True)
                cycle.skip("insufficient_balance")
                cycle.reject("net_vega")
                done.append(cycle)
        counted = sum(guard.swallowed.values())
    agent.shutdown()
    assert len(done) == 3
    assert counted > 10
    messages = [record.message for record in caplog.records if record.name == "fleaglass"]
    assert len(messages) == len(set(messages)) < counted
    assert all(record.levelno == logging.WARNING for record in caplog.records)


def test_a_log_line_about_an_error_has_no_secrets(caplog: pytest.LogCaptureFixture) -> None:
    with lenient(), guard("testing"):
        raise ValueError("pf_live_0123456789abcdef")
    (record,) = caplog.records
    assert "internal error while testing" in record.message
    assert "pf_live" not in record.message


def test_what_is_not_an_error_of_ours_passes() -> None:
    with lenient(), pytest.raises(KeyboardInterrupt), guard("testing"):
        raise KeyboardInterrupt


def test_a_test_fails_where_the_error_was_and_again_if_it_hid_that() -> None:
    with (
        pytest.raises(SwallowedError, match="testing: ValueError"),
        strict(),
        pytest.raises(ValueError, match="ours"),
        guard("testing"),
    ):
        raise ValueError("ours")
    guard.forget()


def test_a_test_fails_for_an_error_in_another_thread() -> None:
    def work() -> None:
        with suppress(ValueError), guard("working in the background"):
            raise ValueError("ours")

    def run() -> None:
        with strict():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

    with pytest.raises(SwallowedError, match=r"working in the background: ValueError \(1 times\)"):
        run()
    guard.forget()


def test_a_sink_that_fails_does_not_reach_the_agent() -> None:
    def sink(span: EndedSpan) -> None:
        raise OSError("disk full")

    agent = init_offline("sink", services=(), seams=Seams(sinks=(sink,)))
    with lenient(), agent.cycle():
        pass
    agent.shutdown()


def test_an_authors_test_gets_the_agent_under_test() -> None:
    import fleaglass

    with recording("vol-arb-1") as record:
        assert isinstance(record, Recording)
        assert fleaglass.init("vol-arb-1") is record.agent
    assert fleaglass.init is not None
