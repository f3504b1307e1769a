"""Whose run it is: the program's agent's, and of one that stands in only when the program makes none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import fleaglass
from fleaglass.cli._agent_of_run import AgentOfRun
from fleaglass.recorder import NOTHING, agents, current_core, surrounded_by

Begin = Callable[..., AgentOfRun]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Surrounds the test as `fleaglass run` surrounds a program; no signal is taken, and nothing sent."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    run: AgentOfRun

    def make(**options: str | None) -> None:
        nonlocal run
        run = AgentOfRun("my-agent", options)
        blocks.append(surrounded_by(run))
        blocks[-1].__enter__()

    blocks = []
    yield make
    for block in blocks:
        block.__exit__(None, None, None)
    for agent in agents():
        agent.shutdown(0)


def test_nobody_is_made_before_there_is_something_to_record(begin: Callable[..., None]) -> None:
    begin()
    assert agents() == ()
    assert current_core().agent_id == "my-agent"
    (agent,) = agents()
    assert agent.session().is_open


def test_the_first_agent_of_the_program_has_the_session(begin: Callable[..., None]) -> None:
    begin()
    first, second = fleaglass.init("a"), fleaglass.init("b")
    assert (first.session().is_open, second.session().is_open) == (True, False)
    assert current_core() is first.core
    assert len(agents()) == 2


def test_a_name_comes_from_the_program_then_the_command_then_the_environment_then_the_file(
    begin: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(agent_id="of-the-command", strategy="momentum", release=None)
    monkeypatch.setenv("FLEAGLASS_AGENT_ID", "of-the-environment")
    agent = fleaglass.init()
    assert (agent.agent_id, agent.settings.strategy) == ("of-the-command", "momentum")
    agent.shutdown(0)
    begin(agent_id=None)
    assert fleaglass.init().agent_id == "of-the-environment"
    monkeypatch.delenv("FLEAGLASS_AGENT_ID")
    assert fleaglass.init(strategy="x").agent_id == "my-agent"


def test_a_name_that_the_program_does_not_take_is_told(
    begin: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    begin(agent_id="momentum-7")
    fleaglass.init("my-own")
    assert "the program calls its agent my-own: --agent-id does nothing" in caplog.text


def test_a_program_that_has_ended_its_agent_gets_no_other(begin: Callable[..., None]) -> None:
    begin()
    fleaglass.init("my-own").shutdown(0)
    assert current_core() is NOTHING


def test_a_forked_child_leaves_the_session_to_its_parent(
    begin: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert not fleaglass.init().session().is_open
