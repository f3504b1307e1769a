"""The line that lives: one line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import io
from decimal import Decimal

import httpx
import pytest

from fleaglass.cli._demo.status import Status, StatusLine, read_status

AGENTS = {
    "agents": [
        {"cycles": 12, "traded": 3, "pnl_usd": "4.25", "span_count": 150, "errors": 1},
        {"cycles": 0, "traded": 0, "pnl_usd": "-10.5", "span_count": 20, "errors": 0},
    ]
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class ClosedTerminal(Terminal):
    def write(self, _: str) -> int:
        raise OSError(5, "Input/output error")


def hub(answer: httpx.Response) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://hub", transport=httpx.MockTransport(lambda _: answer))


async def test_it_adds_up_what_all_agents_did() -> None:
    status = await read_status(hub(httpx.Response(200, json=AGENTS)))
    assert status == Status(cycles=12, traded=3, pnl_usd=Decimal("-6.25"), spans=170, errors=1)


async def test_a_hub_that_does_not_answer_is_no_reason_to_stop() -> None:
    assert await read_status(hub(httpx.Response(503))) is None


@pytest.mark.parametrize(("pnl", "shown"), [("1234.567", "+$1,234.57"), ("-0.5", "-$0.50"), ("0", "+$0.00")])
def test_money_has_a_sign_and_cents(pnl: str, shown: str) -> None:
    assert f"P&L {shown} ·" in str(Status(pnl_usd=Decimal(pnl)))


def test_a_terminal_has_one_line_that_is_rewritten() -> None:
    terminal = Terminal()
    line = StatusLine(terminal)
    line.show("1 cycle")
    line.show("2 cycles")
    assert terminal.getvalue() == "\r1 cycle\x1b[K\r2 cycles\x1b[K"


def test_what_is_said_goes_below_the_line() -> None:
    terminal = Terminal()
    line = StatusLine(terminal)
    line.show("1 cycle")
    line.say("Stopping.")
    line.say("Gone.")
    assert terminal.getvalue() == "\r1 cycle\x1b[K\nStopping.\nGone.\n"


def test_a_line_longer_than_the_terminal_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that wraps could not be rewritten."""
    monkeypatch.setenv("COLUMNS", "11")
    terminal = Terminal()
    StatusLine(terminal).show("0123456789abcdef")
    assert terminal.getvalue() == "\r0123456789\x1b[K"


def test_in_a_file_each_status_has_its_own_line() -> None:
    file = io.StringIO()
    line = StatusLine(file)
    line.show("1 cycle")
    line.show("2 cycles")
    line.say("Stopping.")
    assert file.getvalue() == "1 cycle\n2 cycles\nStopping.\n"


def test_nothing_is_due_at_once() -> None:
    assert not StatusLine(io.StringIO()).due


def test_a_terminal_that_was_closed_does_not_keep_the_demo_from_ending() -> None:
    line = StatusLine(ClosedTerminal())
    line.show("1 cycle")
    line.say("Stopping.")
