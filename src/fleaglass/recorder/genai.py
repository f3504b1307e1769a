"""Models, the tools they ask for and the agents they make up, by OpenTelemetry's GenAI conventions.

::

    agent.decision_cycle                 gen_ai.operation.name = invoke_agent, as soon as a model takes part
    ├── pf.signal.analysis               agent.stage("signal.analysis"), with stage.model_call(…) for what it cost
    │   └── chat {model}        CLIENT   stage.chat("anthropic", "claude-sonnet-5"), a span for each call
    └── invoke_agent {name}              agent.invoke_agent("analyst"): an agent of a framework's
        ├── chat {model}        CLIENT   analyst.chat(…)
        └── execute_tool {name}          agent.execute_tool("order_book")

What was said to a model, and by it, is recorded only when the setting ``capture_content`` asks for it
(`fleaglass.recorder.messages`).

The conventions are those of the GenAI semantic conventions' repository, whose names are all "Development".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.cycle import Cycle
from fleaglass.recorder.guard import guard
from fleaglass.recorder.messages import messages
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.span import Span, lineage
from fleaglass.recorder.tracing import Kind

__all__ = ["AgentRun", "ModelCall", "ToolCall", "Usage", "record_model_call"]

_MAX_NAME_CHARS: Final = 96


class Usage:
    """What the calls of one stage came to. Adds up, since a stage may call a model several times."""

    def __init__(self) -> None:
        self._totals: dict[str, Decimal] = {}

    def add(self, *, input_tokens: object, output_tokens: object, cost_usd: object) -> Mapping[str, object]:
        """The totals with one more call, by attribute. What is no number does not count."""
        for name, raw in (
            (semconv.GEN_AI_USAGE_INPUT_TOKENS, input_tokens),
            (semconv.GEN_AI_USAGE_OUTPUT_TOKENS, output_tokens),
            (semconv.PF_MODEL_COST_USD, cost_usd),
        ):
            if (number := _number(raw)) is not None:
                self._totals[name] = self._totals.get(name, Decimal(0)) + number
        return dict(self._totals)


def record_model_call(span: Span, provider: str, model: str, operation: str, facts: Mapping[str, object]) -> None:
    """Record one call of a model on the span that it belongs to, and say on the cycle that a model took part.

    Args:
        span: the stage that made the call, or the span of the call.
        provider: who provides the model, such as ``anthropic``.
        model: the model that was asked for.
        operation: ``chat`` or another operation of the conventions.
        facts: further attributes, by full name.
    """
    span.record(
        {
            semconv.GEN_AI_OPERATION_NAME: operation,
            semconv.GEN_AI_PROVIDER_NAME: provider,
            semconv.GEN_AI_REQUEST_MODEL: model,
            **facts,
        }
    )
    _name_cycle(span, provider)


def _name_cycle(span: Span, provider: str | None) -> None:
    """A decision that a model takes part in is an agent's invocation, and the conventions' tools look for its name."""
    cycle = next((above for above in lineage(span) if isinstance(above, Cycle)), None)
    if cycle is not None:
        cycle.record(
            {
                semconv.GEN_AI_OPERATION_NAME: "invoke_agent",
                semconv.GEN_AI_AGENT_NAME: cycle.core.agent_id,
                semconv.GEN_AI_PROVIDER_NAME: provider,
            }
        )


class _GenAiSpan(Span):
    """A span named after its operation and what it was done with."""

    def __init__(
        self, core: Core, operation: str, subject: str, attributes: Mapping[str, object], kind: Kind = "internal"
    ) -> None:
        name = f"{operation} {subject}"
        with guard("naming a model's span"):
            name = scrub(name)[:_MAX_NAME_CHARS]
        super().__init__(core, name, kind=kind, attributes={semconv.GEN_AI_OPERATION_NAME: operation, **attributes})

    def set(self, /, **values: object) -> None:
        """Record values by short attribute name."""
        self.record_by_short_name(values)


class ModelCall(_GenAiSpan):
    """One call of a model. Made by ``Stage.chat`` and ``AgentRun.chat``."""

    def __init__(
        self, core: Core, provider: str, model: str, *, operation: str = "chat", prompt: object = None
    ) -> None:
        self._provider, self._model, self._operation = provider, model, operation
        self._prompt = prompt
        # What a sampler and a processor may look for must be there when the span starts.
        super().__init__(
            core,
            operation,
            model,
            {semconv.GEN_AI_PROVIDER_NAME: provider, semconv.GEN_AI_REQUEST_MODEL: model},
            kind="client",
        )

    def __enter__(self) -> ModelCall:
        super().__enter__()
        with guard("recording a call of a model"):
            said = messages(self._core, self._prompt, "user")
            record_model_call(self, self._provider, self._model, self._operation, {semconv.GEN_AI_INPUT_MESSAGES: said})
        return self

    def usage(
        self,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        *,
        cost_usd: Decimal | float | None = None,
        finish_reason: str | None = None,
        response_model: str | None = None,
        response_id: str | None = None,
        completion: object = None,
    ) -> None:
        """Record what came back. Called again, as a stream goes on, the later values take the place of the earlier.

        Args:
            input_tokens: tokens of what the model was given.
            output_tokens: tokens of what it gave.
            cost_usd: what the provider charges for the call, in USD.
            finish_reason: why it stopped, in the provider's words, such as ``end_turn``.
            response_model: the model that answered, if it says so.
            response_id: the provider's id of the answer.
            completion: what it said: text, a message, or a list of messages. Recorded only with ``capture_content``.
        """
        with guard("recording a model's answer"):
            self.record(
                {
                    semconv.GEN_AI_USAGE_INPUT_TOKENS: input_tokens,
                    semconv.GEN_AI_USAGE_OUTPUT_TOKENS: output_tokens,
                    semconv.PF_MODEL_COST_USD: cost_usd,
                    semconv.GEN_AI_RESPONSE_FINISH_REASONS: finish_reason,
                    semconv.GEN_AI_RESPONSE_MODEL: response_model,
                    semconv.GEN_AI_RESPONSE_ID: response_id,
                    semconv.GEN_AI_OUTPUT_MESSAGES: messages(self._core, completion, "assistant", finish_reason),
                }
            )


class AgentRun(_GenAiSpan):
    """An agent of a framework at work. Made by ``Agent.invoke_agent``."""

    def __init__(self, core: Core, name: str, *, provider: str | None, model: str | None) -> None:
        self._provider = provider
        super().__init__(
            core,
            "invoke_agent",
            name,
            {
                semconv.GEN_AI_AGENT_NAME: name,
                semconv.GEN_AI_PROVIDER_NAME: provider,
                semconv.GEN_AI_REQUEST_MODEL: model,
            },
        )

    def __enter__(self) -> AgentRun:
        super().__enter__()
        with guard("recording an agent's run"):
            _name_cycle(self, self._provider)
        return self

    def chat(self, provider: str, model: str, *, operation: str = "chat", prompt: object = None) -> ModelCall:
        """One call of a model, for ``with``; see ``Stage.chat``."""
        return ModelCall(self._core, provider, model, operation=operation, prompt=prompt)


class ToolCall(_GenAiSpan):
    """A tool that a model asked for. Made by ``Agent.execute_tool``."""

    def __init__(self, core: Core, name: str, *, call_id: str | None, arguments: object) -> None:
        super().__init__(
            core,
            "execute_tool",
            name,
            {
                semconv.GEN_AI_TOOL_NAME: name,
                semconv.GEN_AI_TOOL_TYPE: "function",
                semconv.GEN_AI_TOOL_CALL_ID: call_id,
                semconv.GEN_AI_TOOL_CALL_ARGUMENTS: arguments if core.capture_content else None,
            },
        )

    def result(self, value: object) -> None:
        """Record what the tool gave, if ``capture_content`` asks for it."""
        if self._core.capture_content:
            self.record({semconv.GEN_AI_TOOL_CALL_RESULT: value})


def _number(raw: object) -> Decimal | None:
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
