"""Model calls by OpenTelemetry's GenAI conventions: what they cost always, what was said only when asked for."""

import json
from decimal import Decimal

import pytest

from fleaglass.recorder import Agent
from fleaglass.testing import Recording, recording

SAID = "buy all the tulips"

KEY = "sk_live_0123456789abcdef0123456789abcdef"


def test_a_stage_carries_its_model_call(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle(), fleaglass_recording.agent.stage("signal.analysis") as stage:
        stage.model_call(
            provider="anthropic",
            model="claude-sonnet-5",
            input_tokens=812,
            output_tokens=64,
            cost_usd=Decimal("0.003396"),
            finish_reason="end_turn",
            response_model="claude-sonnet-5-20260901",
            prompt="Buy or sell?",
            completion="Sell.",
        )
    assert (
        fleaglass_recording.tree(attributes=True)
        == """\
agent.decision_cycle
  · gen_ai.agent.name = 'test-agent'
  · gen_ai.operation.name = 'invoke_agent'
  · gen_ai.provider.name = 'anthropic'
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'completed'
  pf.signal.analysis
    · gen_ai.operation.name = 'chat'
    · gen_ai.provider.name = 'anthropic'
    · gen_ai.request.model = 'claude-sonnet-5'
    · gen_ai.response.finish_reasons = ['end_turn']
    · gen_ai.response.model = 'claude-sonnet-5-20260901'
    · gen_ai.usage.input_tokens = 812
    · gen_ai.usage.output_tokens = 64
    · pf.model_cost_usd = 0.003396"""
    )


def test_several_calls_on_one_stage_add_up(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.stage("thinking") as stage:
        for cost in (Decimal("0.1"), 0.2, "unknown", float("nan")):
            stage.model_call(provider="openai", model="o9", input_tokens=10, output_tokens=None, cost_usd=cost)
    span = fleaglass_recording.one("thinking")
    assert span.attributes["gen_ai.usage.input_tokens"] == 40
    assert span.attributes["pf.model_cost_usd"] == 0.3
    assert "gen_ai.usage.output_tokens" not in span.attributes


def test_each_call_has_a_span_when_it_is_a_chat(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.stage("signal.analysis") as stage:
        with stage.chat("anthropic", "claude-sonnet-5") as call:
            call.usage(812, 64, cost_usd=0.003396, finish_reason="end_turn", response_id="msg_1")
        with pytest.raises(TimeoutError), stage.chat("anthropic", "claude-sonnet-5", operation="generate_content"):
            raise TimeoutError
    assert [span.name for span in fleaglass_recording.spans[:2]] == [
        "chat claude-sonnet-5",
        "generate_content claude-sonnet-5",
    ]
    chat, failed, stage_span, cycle = fleaglass_recording.spans
    assert chat.kind == "client"
    assert chat.parent_span_id == stage_span.span_id
    assert chat.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-5",
        "gen_ai.response.finish_reasons": ["end_turn"],
        "gen_ai.response.id": "msg_1",
        "gen_ai.usage.input_tokens": 812,
        "gen_ai.usage.output_tokens": 64,
        "pf.model_cost_usd": 0.003396,
    }
    assert (failed.status, failed.attributes["error.type"]) == ("error", "TimeoutError")
    assert cycle.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert not any(name.startswith("gen_ai.") for name in stage_span.attributes)  # or tools would count it twice


def test_an_agent_of_a_framework_and_its_tools(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle:
        with agent.invoke_agent("analyst", provider="anthropic", model="claude-sonnet-5") as analyst:
            with analyst.chat("anthropic", "claude-sonnet-5") as call:
                call.usage(finish_reason="tool_use")
            with agent.execute_tool("order_book", call_id="call_1", arguments={"asset": "BTC"}) as tool:
                tool.result({"bid": 68_000})
            analyst.set(z_score=1.87, mood="bullish")
        cycle.skip("low_confidence")
    assert (
        fleaglass_recording.tree()
        == """\
agent.decision_cycle
  invoke_agent analyst
    chat claude-sonnet-5
    execute_tool order_book"""
    )
    run = fleaglass_recording.one("invoke_agent analyst")
    assert run.kind == "internal"
    assert run.attributes == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "analyst",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-5",
        "pf.z_score": 1.87,
        "custom.mood": "bullish",
    }
    assert fleaglass_recording.one("execute_tool order_book").attributes == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "order_book",
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": "call_1",
    }


def test_a_cycle_without_a_model_is_no_invocation(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.execute_tool("order_book"):
        pass
    assert "gen_ai.operation.name" not in fleaglass_recording.one("agent.decision_cycle").attributes


PROMPT = [
    {"role": "system", "content": f"Trade carefully. The key is {KEY}."},
    {"role": "user", "content": [{"type": "text", "text": "Buy or sell?"}]},
]


def test_what_was_said_is_recorded_on_request_and_scrubbed() -> None:
    with recording(capture_content=True) as record:
        with record.agent.stage("thinking") as stage:
            with stage.chat("anthropic", "m", prompt=PROMPT) as call:
                call.usage(completion="Sell.", finish_reason="end_turn")
            stage.model_call(provider="anthropic", model="m", prompt=f"My key is {KEY}", completion=None)
        with record.agent.execute_tool("sign", arguments={"private_key": KEY}) as tool:
            tool.result(["ok", KEY])
        chat = record.one("chat m")
        assert json.loads(chat.attributes["gen_ai.input.messages"]) == [
            {"role": "system", "parts": [{"type": "text", "content": "Trade carefully. The key is [scrubbed]."}]},
            {"role": "user", "parts": [{"type": "text", "content": '[{"type": "text", "text": "Buy or sell?"}]'}]},
        ]
        assert json.loads(chat.attributes["gen_ai.output.messages"]) == [
            {"role": "assistant", "parts": [{"type": "text", "content": "Sell."}], "finish_reason": "end_turn"}
        ]
        assert KEY not in repr(record.spans)
        assert "gen_ai.tool.call.result" in record.one("execute_tool sign").attributes


@pytest.mark.parametrize(
    "said",
    [
        "x" * 1_000_000,
        ["\x00" * 100_000] * 1_000,
        [{"role": "user", "content": '"' * 50_000}] * 20,
        {"role": "r" * 10_000, "content": {"deep": ["x"] * 10_000}},
        "\ud800 half a character" * 1_000,
        "🤖" * 100_000,
    ],
)
def test_what_was_said_is_bounded_and_stays_json(said: object) -> None:
    with recording(capture_content=True) as record:
        with record.agent.stage("thinking") as stage:
            stage.model_call(provider="p", model="m", prompt=said)
        text = record.one("thinking").attributes["gen_ai.input.messages"]
        assert len(text) <= 8_192
        assert 1 <= len(json.loads(text)) <= 16


def test_the_last_messages_are_the_ones_kept() -> None:
    with recording(capture_content=True) as record:
        with record.agent.stage("thinking") as stage:
            stage.model_call(provider="p", model="m", prompt=[str(n) for n in range(100)])
        kept = json.loads(record.one("thinking").attributes["gen_ai.input.messages"])
    assert [message["parts"][0]["content"] for message in kept] == [str(n) for n in range(84, 100)]


class Broken:
    """What a model's client may hand out."""

    def __str__(self) -> str:
        raise RuntimeError("not loaded yet")


def test_what_cannot_be_read_costs_only_itself() -> None:
    endless: list[object] = []
    endless.append(endless)
    with recording(capture_content=True) as record:
        for said in (Broken(), {"content": endless}, (word for word in ["consumed?"])):
            with record.agent.stage("thinking") as stage, stage.chat("p", "m", prompt=said) as call:
                call.usage(1, completion=said)
        assert [span.attributes["gen_ai.usage.input_tokens"] for span in record.named("chat m")] == [1, 1, 1]


def test_a_name_that_holds_a_key_is_scrubbed(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.invoke_agent(KEY), fleaglass_recording.agent.execute_tool("t " * 500):
        pass
    assert {span.name for span in fleaglass_recording.spans} == {
        "invoke_agent [scrubbed]",
        f"execute_tool {'t ' * 41}t",
    }


@pytest.mark.parametrize("capture_content", [False, True])
def test_an_error_s_locals_hold_content_only_if_it_is_to_be_recorded(capture_content: bool) -> None:
    def decide(agent: Agent, prompt: str) -> None:
        size = 3
        messages = [{"role": "user", "content": prompt}]
        with agent.cycle(), agent.stage("signal.analysis") as stage:
            stage.model_call(provider="anthropic", model="m", prompt=messages)
            raise ZeroDivisionError(size)

    with recording("vol-arb-1", capture_content=capture_content) as record:
        with pytest.raises(ZeroDivisionError):
            decide(record.agent, SAID)
        assert (SAID in repr(record.spans)) is capture_content
        assert (SAID in repr(record.events)) is capture_content
        assert "'size': '3'" in repr(record.events)
