"""Every span arrives or is counted, an outage is two log lines, and leaving takes no longer than allowed."""

import logging
import os
import threading
import time
from collections.abc import Iterator

import pytest

from fleaglass.recorder.delivery import Counts, Delivery
from fleaglass.recorder.sender import Accepted, Answer, NotNow, Refused
from fleaglass.testing import lenient


class FakeSender:
    """Answers as told and keeps what it took. Spans are stand-ins: nothing here looks inside one."""

    destination = "http://127.0.0.1:4318"

    def __init__(self) -> None:
        self.answer: Answer = Accepted()
        self.taken: list[object] = []
        self.batches: list[int] = []
        self.calls = 0
        self.gate = threading.Event()
        self.gate.set()

    def send(self, batch) -> Answer:
        self.calls += 1
        self.gate.wait()
        if isinstance(self.answer, Accepted):
            self.taken += batch
            self.batches.append(len(batch))
        return self.answer


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def delivery(sender: FakeSender) -> Iterator[Delivery]:
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=0.02, setting="OTEL_BSP_MAX_QUEUE_SIZE")
    yield delivery
    sender.gate.set()
    delivery.shutdown(0.2)


def put(delivery: Delivery, spans: int) -> list[object]:
    made = [object() for _ in range(spans)]
    for span in made:
        delivery.put(span)  # type: ignore[arg-type]
    return made


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "fleaglass"]


def wait_until(true, timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_spans_arrive_in_order_and_soon_without_being_asked(sender: FakeSender, delivery: Delivery) -> None:
    spans = put(delivery, 3)
    wait_until(lambda: len(sender.taken) == 3)
    assert sender.taken == spans
    assert sender.batches == [3]


def test_a_full_batch_does_not_wait_for_company(sender: FakeSender) -> None:
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=60)
    put(delivery, 25)
    wait_until(lambda: len(sender.taken) >= 20)
    assert delivery.flush(5)
    assert sender.batches == [10, 10, 5]
    assert delivery.counts() == Counts(recorded=25, accepted=25)
    assert delivery.shutdown(1)


def test_an_outage_is_two_log_lines_and_loses_nothing(
    sender: FakeSender, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    sender.answer = NotNow("Connection refused")
    spans = put(delivery, 30)
    wait_until(lambda: sender.calls >= 2)
    assert not delivery.flush(0.3)
    sender.answer = Accepted()
    assert delivery.flush(5)
    assert sender.taken == spans
    down, back = logged(caplog)
    assert down == "http://127.0.0.1:4318 is down (Connection refused); spans wait here until it is back"
    assert back.startswith("http://127.0.0.1:4318 is back after ")
    assert back.endswith("; 0 spans dropped so far")


def test_beyond_the_queue_the_oldest_go_and_are_counted(
    sender: FakeSender, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    sender.answer = NotNow("HTTP 503")
    spans = put(delivery, 130)
    assert delivery.counts().dropped == 30
    sender.answer = Accepted()
    wait_until(lambda: delivery.counts().settled == 130)
    assert sender.taken[-100:] == spans[30:]
    assert delivery.counts().dropped <= 30
    assert sum("is full (100 spans, OTEL_BSP_MAX_QUEUE_SIZE)" in line for line in logged(caplog)) == 1


def test_an_item_that_is_out_of_date_gives_its_place_to_the_newer(sender: FakeSender) -> None:
    delivery: Delivery = Delivery(sender, capacity=3, batch=1, linger_s=0)
    sender.answer = NotNow("connection refused")
    delivery.put("error")
    earlier = None
    for heartbeat in ("alive 1", "alive 2", "alive 3", "alive 4"):
        delivery.put(heartbeat, instead_of=earlier)
        earlier = heartbeat
    sender.answer = Accepted()
    assert delivery.flush(2)
    assert sender.taken == ["error", "alive 4"]
    assert delivery.counts() == Counts(recorded=5, accepted=2, dropped=3)
    delivery.put("alive 5", instead_of=earlier)
    assert delivery.flush(2)
    assert delivery.counts() == Counts(recorded=6, accepted=3, dropped=3)
    delivery.shutdown(0.2)


def test_a_batch_refused_for_good_does_not_hold_up_the_rest(
    sender: FakeSender, delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    with lenient():
        sender.answer = Refused("HTTP 400")
        put(delivery, 5)
        assert not delivery.flush(5)
        sender.answer = Accepted()
        put(delivery, 5)
        assert delivery.flush(5)
    assert delivery.counts() == Counts(recorded=10, accepted=5, rejected=5)
    assert logged(caplog) == ["http://127.0.0.1:4318 refuses spans: HTTP 400"]


def test_spans_that_the_collector_rejects_are_counted(sender: FakeSender, delivery: Delivery) -> None:
    with lenient():
        sender.answer = Accepted(rejected=2)
        put(delivery, 5)
        assert not delivery.flush(5)
    assert delivery.counts() == Counts(recorded=5, accepted=3, rejected=2)


def test_a_sender_that_breaks_loses_its_batch_and_not_the_thread(delivery: Delivery, sender: FakeSender) -> None:
    with lenient():
        sender.answer = None  # type: ignore[assignment]  # settling this batch raises

        def explode(batch) -> Answer:
            raise RuntimeError("encoder")

        sender.send = explode  # type: ignore[method-assign]
        put(delivery, 5)
        assert not delivery.flush(5)
        del sender.send
        sender.answer = Accepted()
        put(delivery, 1)
        assert delivery.flush(5)
    assert delivery.counts() == Counts(recorded=6, accepted=1, rejected=5)


def test_leaving_is_bounded_and_says_what_was_lost(sender: FakeSender, caplog: pytest.LogCaptureFixture) -> None:
    """A collector that takes the connection and never answers."""
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=0.01)
    sender.gate.clear()
    put(delivery, 12)
    began = time.monotonic()
    assert not delivery.shutdown(0.2)
    assert time.monotonic() - began < 0.5
    assert logged(caplog) == [
        "12 spans were not delivered to http://127.0.0.1:4318 within 0.2 s of the end and are lost"
    ]
    put(delivery, 1)
    assert delivery.counts() == Counts(recorded=13, dropped=13)
    sender.gate.set()


def test_leaving_while_down_tries_until_the_last_moment(sender: FakeSender) -> None:
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=0.01)
    sender.answer = NotNow("Connection refused")
    put(delivery, 3)
    wait_until(lambda: sender.calls >= 1)
    threading.Timer(0.2, lambda: setattr(sender, "answer", Accepted())).start()
    assert delivery.shutdown(5)
    assert delivery.counts() == Counts(recorded=3, accepted=3)


def test_leaving_without_having_recorded_is_immediate(sender: FakeSender) -> None:
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=60)
    assert delivery.shutdown(60)
    assert delivery.shutdown(60)
    assert sender.calls == 0


def test_flush_is_truthful_about_spans_put_before_it(sender: FakeSender, delivery: Delivery) -> None:
    assert delivery.flush(0)
    sender.gate.clear()
    put(delivery, 1)
    assert not delivery.flush(0.05)
    sender.gate.set()
    assert delivery.flush(5)


def test_many_threads_lose_nothing(sender: FakeSender) -> None:
    delivery = Delivery(sender, capacity=100_000, batch=512, linger_s=0.001)
    threads = [threading.Thread(target=put, args=(delivery, 2_000)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert delivery.shutdown(30)
    assert delivery.counts() == Counts(recorded=16_000, accepted=16_000)
    assert len(set(map(id, sender.taken))) == 16_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_after_a_fork_parent_and_child_each_deliver_their_own(sender: FakeSender) -> None:
    delivery = Delivery(sender, capacity=100, batch=10, linger_s=60)
    put(delivery, 2)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        sender.taken.clear()
        put(delivery, 3)
        flushed = delivery.flush(5)
        os.write(writer, f"{flushed} {len(sender.taken)} {delivery.counts().accepted}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"True 3 3"
    assert delivery.shutdown(5)
    assert len(sender.taken) == 2


def test_the_log_may_record_while_it_is_told_that_the_queue_is_full(sender: FakeSender) -> None:
    """A handler has a lock of its own, and may itself wait for somebody who records."""
    sender.gate.clear()
    delivery = Delivery(sender, capacity=2, batch=1, linger_s=0.0)
    recorded: list[bool] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            thread = threading.Thread(target=put, args=(delivery, 1), daemon=True)
            thread.start()
            thread.join(5)
            recorded.append(not thread.is_alive())

    handler = Handler()
    logging.getLogger("fleaglass").addHandler(handler)
    try:
        put(delivery, 5)
    finally:
        logging.getLogger("fleaglass").removeHandler(handler)
        sender.gate.set()
        delivery.shutdown(1)
    assert recorded == [True]
