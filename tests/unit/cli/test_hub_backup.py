"""`fleaglass hub backup --from`: what it asks of a running hub, and how it tells the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from fleaglass.cli._hub.backup import command
from tests.support.fake_hub import FakeHub, fake_hub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with fake_hub() as server:
        yield server


def ask(hub: FakeHub, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["/backups/monday", "--from", f"{hub.url}/"], env=environment)
    return done.exit_code, done.output


def test_a_running_hub_is_asked_with_the_token_and_its_answer_told(hub: FakeHub) -> None:
    hub.answer = 200, {"to": "/backups/monday", "files": 3, "bytes": 70, "rows": {"spans": 2, "logs": 0}}
    assert ask(hub, FLEAGLASS_HUB_TOKEN="t") == (0, "/backups/monday: 3 files, 70 bytes; rows: 2 spans\n")
    assert hub.asked == [("/api/v1/backup", "Bearer t", {"to": "/backups/monday"})]


def test_its_refusal_is_one_line(hub: FakeHub) -> None:
    hub.answer = 400, {"error": {"code": "bad_path", "message": "/backups/monday is not empty", "hint": "…"}}
    assert ask(hub) == (1, "Error: /backups/monday is not empty\n")
    assert hub.asked[0][1] is None


@pytest.mark.parametrize("answer", [(200, []), (200, {}), (500, []), (500, {"error": "no"}), (502, "bad")])
def test_an_answer_that_is_no_hubs_is_told_too(hub: FakeHub, answer: tuple[int, Any]) -> None:
    hub.answer = answer
    code, said = ask(hub)
    assert (code, len(said.splitlines())) == (1, 1)
