"""Two agents in two processes, and an escrow on the sandbox between them that carries the trace, in either profile.

1. Agent A hires: a cycle, a hand-off, an escrow. Agent B reads the escrow and takes the work over.
2. Mode child: one trace. Mode link: two, the second with a link to the hand-off's span.
3. A hirer who means harm writes the escrow by hand. B's spans are what they are without any carrier.

Times are not looked at here, and neither is how the hub draws the two traces.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.processes import FLEAGLASS
from tests.unit.recorder.collector import Collector, collector

pytestmark = pytest.mark.integration

AGENTS = Path(__file__).parents[1] / "support" / "handoff_agents.py"
HANDOFF, TASK, CYCLE = "agent_a.create_task", "agent_b.task_execution", "agent.decision_cycle"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@dataclass(frozen=True)
class Account:
    """An agent as the venue knows it."""

    account_id: str
    key: str


class Sandbox:
    """A sandbox process, and accounts on it."""

    def __init__(self) -> None:
        command = [*FLEAGLASS, "sandbox", "--port", "0", "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self._callers = 0
        self.root = json.loads(self.process.stdout.readline())["url"]

    def account(self, profile: str, name: str, *, funded: bool) -> Account:
        if profile == "guide":
            made = self._post("/v1/faucet/register", {"agent_id": name})
            if funded:
                self._post("/v1/faucet/claim", {"agent_id": name})
        else:
            made = self._post("/live/casino/api/v1/auth/register", {})
            if funded:
                self._post("/live/faucet/faucet/claim", {"agent_casino_id": made["agent_id"]})
        return Account(made["agent_id"], made["api_key"])

    def escrow_by_hand(self, profile: str, hirer: Account, worker: Account, carrier: Any) -> str:
        """An escrow of a hirer who does not use Fleaglass; on ``live`` the carrier is the description itself."""
        terms = {"amount_usd": 0.1, "timeout_hours": 1}
        if profile == "guide":
            terms |= {"counterparty_id": worker.account_id, "conditions": "work"}
            made = self._post("/v1/escrow/create", {**terms, "metadata": {"trace_context": carrier}}, hirer.key)
        else:
            terms |= {"counterparty_agent_id": worker.account_id, "description": f"work {carrier}"}
            made = self._post("/live/escrow/escrow/create", terms, hirer.key)
        return str(made["escrow_id"])

    def _post(self, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
        self._callers += 1  # one claim an address and day
        headers = {"X-Forwarded-For": f"10.0.0.{self._callers}"} | ({"Authorization": f"Bearer {key}"} if key else {})
        answer = httpx.post(self.root + path, json=body, headers=headers, timeout=10)
        assert answer.is_success, answer.text
        return dict(answer.json())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox()
    yield running
    running.process.terminate()
    running.process.wait(10)


@pytest.fixture
def agents() -> Iterator[tuple[Collector, Callable[..., str]]]:
    """A collector, and a way to run an agent that sends its spans there."""
    with collector() as received:

        def run(agent_id: str, *arguments: str, stdin: str = "", **environment: str) -> str:
            environ = {**os.environ, **environment, "FLEAGLASS_AGENT_ID": agent_id, "FLEAGLASS_ENDPOINT": received.url}
            done = subprocess.run(
                [sys.executable, str(AGENTS), *arguments],
                input=stdin,
                env=environ,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout.strip()

        yield received, run


@dataclass(frozen=True)
class Sent:
    """A span as it came in."""

    agent: str
    span: Span

    @property
    def trace_id(self) -> str:
        return self.span.trace_id.hex()

    @property
    def attributes(self) -> dict[str, Any]:
        return {entry.key: getattr(entry.value, entry.value.WhichOneof("value")) for entry in self.span.attributes}


def spans(received: Collector, name: str) -> list[Sent]:
    return [
        Sent(next(e.value.string_value for e in resource.resource.attributes if e.key == "pf.agent_id"), span)
        for _, _, request in received.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        if span.name == name
    ]


@pytest.mark.parametrize("profile", ["guide", "live"])
@pytest.mark.parametrize("mode", ["child", "link"])
def test_two_processes(sandbox: Sandbox, agents, profile: str, mode: str) -> None:
    received, run = agents
    hirer = sandbox.account(profile, f"hirer-{mode}", funded=True)
    worker = sandbox.account(profile, f"worker-{mode}", funded=False)
    escrow_id = run("agent-a", "hire", profile, sandbox.root, hirer.key, worker.account_id)
    run("agent-b", "work", profile, sandbox.root, worker.key, mode, escrow_id)

    (handoff,), (task,) = spans(received, HANDOFF), spans(received, TASK)
    cycles = {sent.agent: sent for sent in spans(received, CYCLE)}
    assert (handoff.agent, task.agent) == ("agent-a", "agent-b")
    assert cycles["agent-a"].trace_id == handoff.trace_id
    assert cycles["agent-b"].trace_id == task.trace_id
    links = [(link.trace_id.hex(), link.span_id) for link in task.span.links]
    if mode == "child":
        assert (task.trace_id, task.span.parent_span_id, links) == (handoff.trace_id, handoff.span.span_id, [])
    else:
        assert task.trace_id != handoff.trace_id
        assert (task.span.parent_span_id, links) == (b"", [(handoff.trace_id, handoff.span.span_id)])
    assert task.attributes["pf.handoff.mode"] == mode
    assert handoff.attributes["pf.context.propagated"] is True
    assert task.attributes["pf.escrow_id"] == handoff.attributes["pf.escrow_id"] == escrow_id
    # A description is everybody's to read, so it does not say who asks.
    assert task.attributes["pf.requester_agent_id"] == ("agent-a" if profile == "guide" else "unknown")


MALFORMED = {
    "guide": [
        {"traceparent": f"00-{TRACE[:-1]}-{SPAN}-01"},
        {"traceparent": f"ff-{TRACE}-{SPAN}-01"},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-03"},
        {"traceparent": "x" * 5_000},
        {f"k{n}": n for n in range(300)},
        [[[[["traceparent"]]]]],
        7,
        "[" * 5_000,
    ],
    "live": [
        f"[trace 00-{TRACE[:-1]}-{SPAN}-01]",
        f"[trace ff-{TRACE}-{SPAN}-01]",
        f"[trace 00-{'0' * 32}-{SPAN}-03]",
        "[trace " * 1_000,
        f'{{"traceparent": "00-{TRACE}-{SPAN}-01"}}',
    ],
}


@pytest.mark.parametrize("profile", ["guide", "live"])
def test_a_hostile_carrier_changes_nothing(sandbox: Sandbox, agents, profile: str) -> None:
    received, run = agents
    hirer = sandbox.account(profile, "hirer-hostile", funded=True)
    worker = sandbox.account(profile, "worker-hostile", funded=False)
    carriers = [{} if profile == "guide" else "", *MALFORMED[profile]]
    escrows = [sandbox.escrow_by_hand(profile, hirer, worker, carrier) for carrier in carriers]
    run("agent-b", "work", profile, sandbox.root, worker.key, "child", *escrows)

    tasks = spans(received, TASK)
    assert len({task.trace_id for task in tasks} | {TRACE}) == len(escrows) + 1
    assert [(task.span.parent_span_id, list(task.span.links)) for task in tasks] == [(b"", [])] * len(escrows)
    plain, *others = [{k: v for k, v in task.attributes.items() if k != "pf.escrow_id"} for task in tasks]
    assert others == [plain] * len(others)
    assert [[event.name for event in task.span.events] for task in tasks] == [["context_rejected"]] * len(escrows)
    completed = spans(received, "pf.escrow.complete")
    assert [span.attributes["pf.escrow_status"] for span in completed] == ["completed"] * len(escrows)


@pytest.mark.parametrize("sampler", ["parentbased_always_on", "parentbased_always_off"])
def test_flags_and_ten_thousand_entries_change_nothing(agents, sampler: str) -> None:
    """The ids are well formed and are followed; what the carrier says of sampling and of itself is not."""
    received, run = agents
    carriers: list[Any] = [{"traceparent": f"00-{TRACE}-{SPAN}-{flags}"} for flags in ("00", "01", "03", "ff")]
    carriers.append({**carriers[0], "baggage": ",".join(["pf.task_type=x", *(f"k{n}=v" for n in range(10_000))])})
    nowhere = ("guide", "http://127.0.0.1:9", "none")
    run("agent-b", "take", *nowhere, "child", stdin=json.dumps(carriers), OTEL_TRACES_SAMPLER=sampler)

    tasks = spans(received, TASK)
    assert len(tasks) == len(spans(received, CYCLE)) == (5 if sampler == "parentbased_always_on" else 0)
    for task in tasks:
        assert (task.trace_id, task.span.parent_span_id.hex()) == (TRACE, SPAN)
        assert task.attributes["pf.requester_agent_id"] == "unknown"
        assert "pf.task_type" not in task.attributes
