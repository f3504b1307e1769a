"""One failure is one event, linked to its span, with everything that helps to read it."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from fleaglass.recorder import Operation, OperationError
from fleaglass.recorder.operation import Request
from fleaglass.recorder.sentry import Event
from fleaglass.testing import Recording, recording

PLACEMENT = "order_placement"


class Refused(OperationError):
    """As the venue's errors are: told everything when they are raised."""

    def __init__(self, text: str = "no", **about: str) -> None:
        super().__init__(text)
        for name, value in about.items():
            setattr(self, name, value)


class Margin(Refused):
    level: ClassVar[str] = "warning"


class Busy(Refused):
    transient: ClassVar[bool] = True


@pytest.fixture
def record() -> Iterator[Recording]:
    with recording("vol-arb-1", strategy="vol-arb-btc", release="agent-vol-arb@2.1.0", environment="staging") as record:
        yield record


def operation(record: Recording, phase: str | None = PLACEMENT, **attributes: object) -> Operation:
    service = {"service": "trading"} | {name: value for name, value in attributes.items() if name == "service"}
    rest = {f"pf.{name}": value for name, value in attributes.items() if name != "service"}
    return Operation(record.agent.core, "pf.trade.execute", str(service["service"]), rest, phase=phase)


def fail(record: Recording, error: BaseException, phase: str | None = PLACEMENT, **attributes: object) -> None:
    with pytest.raises(type(error)), record.agent.cycle(), operation(record, phase, **attributes):
        raise error


ORDER = {"asset": "BTC", "side": "buy", "quantity": 1.0, "order_type": "market"}


def test_an_error_is_one_event_of_the_deepest_span(record: Recording) -> None:
    fail(record, ValueError("bad size"), **ORDER)
    (event,) = record.events
    span = record.one("pf.trade.execute")
    assert event["contexts"]["trace"] == {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "op": "pf.trade.execute",
    }
    assert span.attributes["sentry.event_id"] == event["event_id"]
    assert "sentry.event_id" not in record.one("agent.decision_cycle").attributes
    assert event["transaction"] == "agent.decision_cycle"
    (value,) = event["exception"]["values"]
    assert (value["type"], value["value"]) == ("ValueError", "bad size")
    assert value["mechanism"] == {"type": "fleaglass", "handled": True}
    assert value["stacktrace"]["frames"][-1]["function"] == "fail"
    assert record.agent.error_counts().sent == 1


def test_an_event_says_who_and_what(record: Recording) -> None:
    fail(record, Refused("no", asset="BTC", phase=PLACEMENT, order_id="ord_1", service="trading"), **ORDER)
    (event,) = record.events
    assert event["release"] == "agent-vol-arb@2.1.0"
    assert event["environment"] == "staging"
    assert event["user"] == {"id": "vol-arb-1", "username": "agent-vol-arb-1"}
    assert event["tags"] == {
        "agent_id": "vol-arb-1",
        "strategy": "vol-arb-btc",
        "platform": "purple_flea",
        "agent.phase": "running",
        "service": "trading",
        "asset": "BTC",
        "side": "buy",
        "trade.asset": "BTC",
        "trade.phase": "order_placement",
        "trade.error_type": "Refused",
        "trade.order_id": "ord_1",
    }


def test_assets_and_phases_are_issues_of_their_own(record: Recording) -> None:
    for asset, phase in (("BTC", PLACEMENT), ("ETH", PLACEMENT), ("BTC", "order_polling"), (None, None)):
        about = {name: value for name, value in (("asset", asset), ("phase", phase)) if value}
        with pytest.raises(Refused), record.agent.cycle():
            raise Refused(**about)
    assert [event["fingerprint"] for event in record.events] == [
        ["Refused", "BTC", "order_placement"],
        ["Refused", "ETH", "order_placement"],
        ["Refused", "BTC", "order_polling"],
        ["Refused", "unknown_asset", "unknown_phase"],
    ]


def test_other_errors_are_grouped_by_their_stack(record: Recording) -> None:
    fail(record, ValueError("x"), **ORDER)
    assert "fingerprint" not in record.events[0]


@pytest.mark.parametrize(
    ("error", "phase", "level"),
    [
        (Margin(), None, "warning"),
        (Margin(), PLACEMENT, "error"),
        (Refused(), "order_polling", "error"),
        (Refused(), PLACEMENT, "fatal"),
        (ValueError(), None, "error"),
        (ValueError(), PLACEMENT, "fatal"),
    ],
)
def test_severity_is_the_classes_and_a_step_more_during_a_placement(record, error, phase, level) -> None:
    fail(record, error, phase, **ORDER)
    assert [event["level"] for event in record.events] == [level]


def test_wrapping_an_error_is_not_a_second_failure(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise ValueError("cause")
            except ValueError as error:
                raise RuntimeError("wrapped") from error

    with pytest.raises(RuntimeError):
        decide()
    assert len(record.events) == 1


def test_the_same_exception_object_in_a_later_cycle_is_another_failure(record: Recording) -> None:
    error = ValueError("kept in a module")
    for _ in range(2):
        with pytest.raises(ValueError, match="kept"), record.agent.cycle():
            raise error
    assert len(record.events) == 2


def test_an_error_that_leaves_a_cycle_inside_a_cycle_is_one_failure(record: Recording) -> None:
    with pytest.raises(ValueError, match="deep"), record.agent.cycle(), record.agent.cycle():
        raise ValueError("deep")
    assert len({span.trace_id for span in record.spans}) == 2
    assert len(record.events) == 1


async def test_a_group_of_reported_errors_is_no_failure_of_its_own(record: Recording) -> None:
    async def child(text: str) -> None:
        with record.agent.stage("signal.analysis"):
            raise ValueError(text)

    async def decide() -> None:
        with record.agent.cycle():
            async with asyncio.TaskGroup() as group:
                group.create_task(child("one"))
                group.create_task(child("two"))

    with pytest.raises(BaseExceptionGroup):
        await decide()
    assert [event["exception"]["values"][-1]["value"] for event in record.events] == ["one", "two"]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_being_stopped_is_no_issue(record: Recording, error: BaseException) -> None:
    fail(record, error, **ORDER)
    assert record.events == []


async def test_a_timeout_around_an_order_is_a_failed_placement(record: Recording) -> None:
    """The request was cancelled; the TimeoutError is raised outside of it, from the cancellation."""

    async def decide() -> None:
        with record.agent.cycle():
            async with asyncio.timeout(0.001):
                with operation(record, **ORDER) as span:
                    span.sent = True
                    await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await decide()
    (event,) = record.events
    assert event["level"] == "fatal"
    assert event["tags"]["trade.phase"] == PLACEMENT
    assert event["tags"]["trade.asset"] == "BTC"


def test_a_request_leaves_its_errors_to_the_operation(record: Recording) -> None:
    """The next attempt may succeed; and here the error has a type of ours."""

    def request() -> Request:
        return Request(
            record.agent.core, method="GET", template="/x", address="http://v/x", host="v", port=80, resend=0
        )

    def decide() -> None:
        with record.agent.cycle(), operation(record, "order_polling", **ORDER):
            try:
                with request():
                    raise ConnectionError("first attempt")
            except ConnectionError:
                pass
            try:
                with request():
                    raise ConnectionError("second")
            except ConnectionError as error:
                raise Refused("out of reach") from error

    with pytest.raises(Refused):
        decide()
    (event,) = record.events
    assert event["contexts"]["trace"]["span_id"] == record.one("pf.trade.execute").span_id
    assert [value["type"] for value in event["exception"]["values"]] == ["ConnectionError", "Refused"]


def test_an_error_captured_by_hand_is_told_once_and_with_its_context(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                raise ValueError("odd")
            except ValueError as error:
                ids.append(record.agent.capture(error, size=2, side="buy"))
                ids.append(record.agent.capture(error))
                raise

    ids: list[str | None] = []
    with pytest.raises(ValueError, match="odd"):
        decide()
    (event,) = record.events
    assert ids == [event["event_id"]] * 2
    assert event["contexts"]["trade_context"] == {"size": 2, "side": "buy"}
    assert record.one("agent.decision_cycle").attributes["sentry.event_id"] == event["event_id"]


def test_capturing_works_outside_of_spans(record: Recording) -> None:
    assert record.agent.capture(TimeoutError("by hand is never noise")) is not None
    (event,) = record.events
    assert "trace" not in event["contexts"]
    assert event["tags"]["agent.phase"] == "startup"


def test_what_the_context_holds_is_taken_as_it_is_now(record: Recording) -> None:
    order = {"legs": [1]}
    record.agent.capture(ValueError(), order=order)
    order["legs"].append(2)
    assert record.events[0]["contexts"]["trade_context"] == {"order": {"legs": [1]}}


def test_expected_errors_are_dropped_counted_and_stay_on_their_spans(record: Recording) -> None:
    fail(record, TimeoutError("slow"), "balance_polling", **ORDER)
    fail(record, Busy(), "order_polling", **ORDER)
    assert record.events == []
    assert record.agent.error_counts().noise == 2
    assert [span.status for span in record.named("pf.trade.execute")] == ["error", "error"]


@pytest.mark.parametrize("error", [TimeoutError("slow"), Busy()])
def test_nothing_is_noise_while_an_order_is_placed(record: Recording, error: Exception) -> None:
    fail(record, error, PLACEMENT, **ORDER)
    assert len(record.events) == 1


@pytest.mark.parametrize("error", [TimeoutError("slow"), Busy()])
def test_nothing_is_noise_once_money_may_have_moved(record: Recording, error: Exception) -> None:
    span = operation(record, "wallet_send", **ORDER)
    span.sent = True
    with pytest.raises(type(error)), span:
        raise error
    assert len(record.events) == 1


def test_an_author_who_wraps_noise_is_heard(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("market.data"):
                    raise TimeoutError
            except TimeoutError as error:
                raise RuntimeError("no market data for an hour") from error

    with pytest.raises(RuntimeError):
        decide()
    assert [event["exception"]["values"][-1]["type"] for event in record.events] == ["RuntimeError"]


def test_a_phase_of_the_authors_own_counts(record: Recording) -> None:
    record.agent.phase(PLACEMENT)
    with pytest.raises(TimeoutError), record.agent.cycle():
        raise TimeoutError
    assert record.events[0]["tags"]["agent.phase"] == PLACEMENT
    assert record.events[0]["level"] == "fatal"


def test_the_agents_state_is_attached(record: Recording) -> None:
    agent = record.agent
    agent.state(open_positions=3, last_order_id="ord_0")
    with agent.cycle():
        with agent.stage("signal.analysis") as stage:
            stage.signal({"asset": "BTC", "z_score": 1.87})
        with operation(record, "balance_polling", balance_usd=1204.5, **ORDER):
            pass
        agent.capture(ValueError("x"))
    assert record.events[0]["contexts"]["agent_state"] == {
        "current_asset": "BTC",
        "last_signal_z": 1.87,
        "portfolio_usd": 1204.5,
        "open_positions": 3,
        "last_order_id": "ord_0",
    }


def test_the_agents_state_can_be_asked_for(record: Recording) -> None:
    @dataclass
    class Book:
        open_positions: int = 2
        api_key: str = "pf_live_0123456789abcdef"

    record.agent.state_from(Book)
    record.agent.capture(ValueError())
    assert record.events[0]["contexts"]["agent_state"] == {"open_positions": 2, "api_key": "[scrubbed]"}


@pytest.mark.parametrize("answer", [ZeroDivisionError("no"), 7, object()])
def test_a_state_that_cannot_be_had_costs_no_event(record: Recording, answer: object) -> None:
    def source() -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    record.agent.state(open_positions=1)
    record.agent.state_from(source)
    record.agent.capture(ValueError())
    assert record.events[0]["contexts"]["agent_state"]["open_positions"] == 1


def test_an_exception_that_cannot_be_described_is_still_an_event(record: Recording) -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this")

        __repr__ = __str__

    record.agent.capture(Odd())
    assert record.events[0]["exception"]["values"][0]["type"].endswith("Odd")


def test_a_frozen_exception_is_reported_once(record: Recording) -> None:
    @dataclass(frozen=True)
    class Frozen(Exception):
        code: int

    with pytest.raises(Frozen), record.agent.cycle(), record.agent.stage("order.size"):
        raise Frozen(7)
    assert len(record.events) == 1


def test_agents_that_share_a_process_do_not_mix() -> None:
    with recording("a") as a, recording("b") as b:
        with a.agent.cycle(asset="BTC"):
            a.agent.breadcrumb("note", "a's")
            with b.agent.cycle():
                b.agent.breadcrumb("note", "b's")
                b.agent.capture(ValueError("b"))
        assert a.events == []
        (event,) = b.events
        assert event["tags"]["agent_id"] == "b"
        assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["b's"]
        assert event["contexts"].get("agent_state") is None


def test_an_agent_that_is_disabled_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import fleaglass

    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("SENTRY_DSN", "http://k@127.0.0.1:1/1")
    agent = fleaglass.init("off-with-dsn")
    assert agent.capture(ValueError()) is None
    with pytest.raises(ValueError, match="x"), agent.cycle():
        raise ValueError("x")
    assert agent.shutdown()


def test_an_error_raised_in_the_place_of_another_is_no_second_failure(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise ValueError("cause")
            except ValueError:
                raise RuntimeError("replaced") from None

    with pytest.raises(RuntimeError):
        decide()
    assert len(record.events) == 1


def test_an_exception_that_is_kept_and_raised_again_is_about_what_it_fails_now(record: Recording) -> None:
    error = ValueError("kept in a module")
    fail(record, error, PLACEMENT, **ORDER)
    fail(record, error, "order_polling", **ORDER | {"asset": "ETH"})
    assert [(event["level"], event["tags"]["asset"]) for event in record.events] == [("fatal", "BTC"), ("error", "ETH")]


async def test_what_is_left_of_a_group_is_no_second_failure(record: Recording) -> None:
    """``except*`` raises it as a group of its own, and a member may be raised by itself."""

    async def child(error: Exception) -> None:
        raise error

    async def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("signal.analysis"):
                    async with asyncio.TaskGroup() as group:
                        group.create_task(child(ValueError("one")))
                        group.create_task(child(TypeError("two")))
            except* ValueError as group_of_values:
                raise group_of_values.exceptions[0] from None

    with pytest.raises(BaseExceptionGroup):
        await decide()
    (event,) = record.events
    assert [e.name for span in record.spans for e in span.events] == ["exception"]
    assert record.one("pf.signal.analysis").attributes["sentry.event_id"] == event["event_id"]


def test_an_exception_that_went_through_a_span_can_still_be_pickled_and_copied(record: Recording) -> None:
    """A pool of processes sends a worker's error home by pickling it."""
    with pytest.raises(ValueError, match="odd") as caught, record.agent.cycle():
        raise ValueError("odd")
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert str(again) == "odd"
        record.agent.capture(again)
    assert len(record.events) == 3, "what was remembered of it stays in its process"


def test_an_exception_goes_when_nobody_holds_it(record: Recording) -> None:
    """At once and not when the garbage is collected: its traceback holds the locals of every frame."""

    class Mine(Exception):
        pass

    def fails() -> weakref.ref[Mine]:
        try:
            with record.agent.cycle():
                raise Mine
        except Mine as error:
            return weakref.ref(error)

    gc.disable()
    try:
        assert fails()() is None
    finally:
        gc.enable()


def test_an_exception_whose_response_cannot_be_had_is_reported(record: Recording) -> None:
    class Odd(Exception):
        @property
        def response(self) -> object:
            raise RuntimeError("none yet")

    with pytest.raises(Odd), record.agent.cycle():
        raise Odd
    assert len(record.events) == 1


def test_a_crash_is_never_noise(record: Recording) -> None:
    """Dropped while somebody may still have handled it; then it ended the program."""
    with pytest.raises(TimeoutError) as caught, record.agent.cycle():
        raise TimeoutError
    assert record.events == []
    record.agent.core.reporter.crashed(caught.value, "excepthook")
    (event,) = record.events
    assert event["level"] == "fatal"


def test_a_hook_that_captures_what_it_is_given_is_not_called_for_that(record: Recording) -> None:
    def hook(event: Event, hint: dict[str, Any]) -> Event:
        assert agent.capture(hint["exc_info"][1]) is None
        return event

    with recording("hooked", before_send=hook) as hooked:
        agent = hooked.agent
        agent.capture(ValueError())
        assert len(hooked.events) == 1


def test_a_function_for_the_state_that_fails_in_a_span_is_asked_once(record: Recording) -> None:
    """It may ask the venue, which may be what is down."""

    def state() -> object:
        asked.append(1)
        with record.agent.stage("market.data"):
            raise ConnectionError("down")

    asked: list[int] = []
    record.agent.state_from(state)
    with pytest.raises(ValueError, match="x"), record.agent.cycle():
        raise ValueError("x")
    assert asked == [1]
    assert [event["exception"]["values"][-1]["type"] for event in record.events] == ["ValueError"]


async def test_the_state_is_that_of_the_cycle_that_failed(record: Recording) -> None:
    async def cycle(asset: str) -> None:
        with record.agent.cycle(asset=asset):
            await asyncio.sleep(0)
            if asset == "BTC":
                record.agent.capture(ValueError())

    await asyncio.gather(cycle("BTC"), cycle("ETH"))
    assert record.events[0]["contexts"]["agent_state"]["current_asset"] == "BTC"


def test_a_context_may_have_any_name(record: Recording) -> None:
    record.agent.capture(ValueError(), error="E42")
    assert record.events[0]["contexts"]["trade_context"] == {"error": "E42"}
