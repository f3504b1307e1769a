"""What is said of a destination that is away: a line when it goes, a line when it is back, and none meanwhile."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from fleaglass.journal.cursors import ask_for_hurry
from fleaglass.journal.layout import journal_folders
from fleaglass.shipper import Batch, NotNow
from fleaglass.shipper.answer import Answer
from fleaglass.shipper.outage import Outage, Waits
from tests.unit.shipper.bench import (
    HUB,
    SENTRY,
    Clock,
    Recorded,
    agent,
    ended,
    envelope,
    log,
    put,
    shipper_of,
    turns,
)

ALL = msgspec.structs.replace(HUB, metrics="http://127.0.0.1:4318/v1/metrics")


class Server(Recorded):
    """Refuses in words that are never the same, until it is back."""

    is_away = True

    def send(self, batch: Batch) -> Answer:
        if self.is_away:
            self.answers = [NotNow(f"HTTP 503, attempt {len(self.batches)}", 5.0)]
        return super().send(batch)


def test_an_hour_without_a_destination_is_two_lines(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever its signals, however often it is tried, and however many agents come, go and are waited for."""
    names = ("hub/traces", "hub/logs", "hub/metrics", "sentry/envelopes")
    servers = {name: Server() for name in names}
    clock = Clock()
    shipper = shipper_of(tmp_path, dict(servers), clock)
    with caplog.at_level(logging.WARNING, "fleaglass"):
        for number in range(6):
            journal = agent(tmp_path, ALL, SENTRY)
            for minute in range(10):
                put(journal, ended(minute), log(minute), envelope(minute))
                if minute == 5:
                    for folder in journal_folders(tmp_path):
                        ask_for_hurry(folder, clock.wall_ns() + 20_000_000_000)
                turns(shipper, clock, 60, step_s=1)
            if number:
                journal.end()
        assert [line.partition(" is down ")[0] for line in caplog.messages] == [
            "hub (http://127.0.0.1:4318)",
            "sentry (http://127.0.0.1:9000)",
        ]
        assert all(len(server.batches) > 100 for server in servers.values())
        caplog.clear()
        for server in servers.values():
            server.is_away = False
        turns(shipper, clock, 180, step_s=1)
    assert sorted(line.partition(" is back ")[0] for line in caplog.messages) == [
        "hub (http://127.0.0.1:4318)",
        "sentry (http://127.0.0.1:9000)",
    ]
    shipper.close()


def test_each_change_is_a_line_and_nothing_else_is() -> None:
    said: list[str] = []
    outage = Outage("hub", said.append)
    for at_s in range(3):
        outage.failed("traces", 10.0 + at_s, "refused")
        outage.failed("logs", 10.0 + at_s, "timed out")
    outage.worked("logs", 15.0)
    outage.worked("traces", 70.0)
    outage.worked("traces", 71.0)
    outage.failed("logs", 80.0, "refused")
    assert said == [
        "hub is down (refused); what is for it waits in the journal until it is back",
        "hub is back after 60.0 s",
        "hub is down (refused); what is for it waits in the journal until it is back",
    ]


def test_a_destination_is_tried_again_for_as_long_as_it_takes_and_at_least_twice_a_minute() -> None:
    waits = Waits(chance=lambda: 1.0)
    tried_at_s = []
    for now_s in range(3_600):
        if waits.may_try(now_s, in_a_hurry=False):
            waits.failed(now_s, "refused", None)
            tried_at_s.append(now_s)
    assert tried_at_s == [0, 1, 2, 3, 5, 9, 17, *range(33, 3_600, 30)]
