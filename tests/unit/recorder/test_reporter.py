"""One failure is one event, linked to its span, with everything that helps to read it."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Iterator
from dataclasses import dataclass

import anyio
import pytest

from fleaglass.recorder.operation import Request
from fleaglass.testing import Recording, recording
from tests.unit.recorder.failing import ORDER, PLACEMENT, Busy, Margin, Refused, fail, operation, trader


@pytest.fixture
def record() -> Iterator[Recording]:
    with trader() as record:
        yield record


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
    fail(record, ValueError("x"), "order_polling", **ORDER)
    assert "fingerprint" not in record.events[0]


def test_while_an_order_is_placed_they_are_apart_by_asset_too(record: Recording) -> None:
    for asset in ("BTC", "ETH"):
        fail(record, TimeoutError("slow"), **ORDER | {"asset": asset})
    assert [event["fingerprint"] for event in record.events] == [
        ["{{ default }}", "BTC", "order_placement"],
        ["{{ default }}", "ETH", "order_placement"],
    ]


class Trouble(Exception):
    """As the Sentry integration guide's own error of trading is."""

    def __init__(self, text: str, asset: object = "", phase: str = "", order_id: object = "") -> None:
        super().__init__(text)
        self.asset, self.phase, self.order_id = asset, phase, order_id


class Coin(enum.StrEnum):
    ETH = "ETH"


def test_an_error_of_the_authors_own_says_what_it_is_about(record: Recording) -> None:
    for asset in ("BTC", Coin.ETH):
        record.agent.capture(Trouble("no", asset, PLACEMENT, 7), size=1)
    assert [event["fingerprint"] for event in record.events] == [
        ["Trouble", "BTC", "order_placement"],
        ["Trouble", "ETH", "order_placement"],
    ]
    assert {event["level"] for event in record.events} == {"fatal"}
    tags = {name: value for name, value in record.events[1]["tags"].items() if name.startswith("trade.")}
    assert tags == {
        "trade.asset": "ETH",
        "trade.phase": "order_placement",
        "trade.error_type": "Trouble",
        "trade.order_id": "7",
    }


def test_an_error_that_will_not_say_what_it_is_about_is_reported(record: Recording) -> None:
    class Odd(Exception):
        phase = None
        asset = object()

        @property
        def order_id(self) -> str:
            raise RuntimeError("not yet")

    record.agent.capture(Odd())
    assert len(record.events) == 1


def test_an_error_in_a_cycle_about_an_asset_says_so(record: Recording) -> None:
    with pytest.raises(ValueError, match="x"), record.agent.cycle(asset="BTC"), record.agent.stage("order.size"):
        raise ValueError("x")
    assert record.events[0]["tags"]["trade.asset"] == "BTC"


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


async def test_a_timeout_of_the_authors_own_after_an_order_is_a_failure(record: Recording) -> None:
    """Whatever cut the order short, its outcome is not known."""

    async def order() -> None:
        with operation(record, **ORDER) as span:
            span.sent = True
            try:
                await asyncio.sleep(60)
            finally:
                span.tell(lambda story: story.lose_answer())

    async def in_a_task() -> None:
        with record.agent.cycle(asset="BTC"):
            task = asyncio.create_task(order())
            await asyncio.wait({task}, timeout=0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise TimeoutError("no order in time")

    async def raised_again() -> None:
        with record.agent.stage("strategy"):
            try:
                await asyncio.wait_for(order(), 0.001)
            except TimeoutError:
                raise TimeoutError("no order in time")  # noqa: B904  # as programs do

    async def by_anyio() -> None:
        with record.agent.cycle(), anyio.fail_after(0.001):
            await order()

    for decide in (in_a_task, raised_again, by_anyio):
        record.events.clear()
        with pytest.raises(TimeoutError):
            await decide()
        (event,) = record.events
        assert event["tags"]["trade.asset"] == "BTC"
        assert event["fingerprint"][:2] == ["{{ default }}", "BTC"]


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


def test_what_is_known_after_the_event_was_sent_is_kept(record: Recording) -> None:
    """The guide's own pattern: the operation has reported its error, and the agent captures it with what it knows."""
    with record.agent.cycle():
        try:
            with operation(record, **ORDER):
                raise Margin("no")
        except Margin as error:
            ids = [record.agent.capture(error, size=2, api_key="hunter2hunter2"), record.agent.capture(error)]
    (event,) = record.events
    assert ids == [event["event_id"]] * 2
    crumb = record.breadcrumbs[-1]
    assert (crumb.category, crumb.message) == ("capture", "more on Margin")
    assert crumb.data == {"size": 2, "api_key": "[scrubbed]"}
    (left,) = record.one("agent.decision_cycle").events
    assert left.attributes["custom.size"] == 2


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
