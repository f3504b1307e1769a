"""Stages: the steps an agent takes by itself, between what it reads and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.genai import ModelCall, Usage, record_model_call
from fleaglass.recorder.guard import guard
from fleaglass.recorder.messages import messages
from fleaglass.recorder.normalise import value_of
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.span import Span, own_span
from fleaglass.recorder.story import is_cancellation

__all__ = ["Stage", "record_risk_check"]

_MAX_NAME_CHARS: Final = 64

# What is read from a signal, by the names that models give it.
_SIGNAL_FIELDS: Final[Mapping[str, str]] = {
    "type": semconv.PF_SIGNAL_TYPE,
    "signal_type": semconv.PF_SIGNAL_TYPE,
    "confidence": semconv.PF_SIGNAL_CONFIDENCE,
    "signal_confidence": semconv.PF_SIGNAL_CONFIDENCE,
    "action": semconv.PF_ACTION,
    "asset": semconv.PF_ASSET,
    "z_score": semconv.PF_Z_SCORE,
    "iv": semconv.PF_IV,
    "rv": semconv.PF_RV,
    "model_latency_ms": semconv.PF_MODEL_LATENCY_MS,
}

# Stages that are part of placing an order, under the names that the venue's operations have for what they are at.
_PHASES: Final[Mapping[str, str]] = {
    semconv.SPAN_ORDER_SUBMIT: "order_placement",
    semconv.SPAN_ORDER_CONFIRM: "order_polling",
}


# What the cycle and the pipeline above need to know.
_TELLING: Final = frozenset({"valid", "order_id", "fill_confirmed"})


_NAMES: Final = {name.removeprefix("pf."): name for name in semconv.SPANS if name.startswith("pf.")}


class Stage(Span):
    """One step. Made by ``Agent.stage``."""

    _usage: Usage | None = None

    def __init__(self, core: Core, name: str) -> None:
        # As in Span, which is not called: there are several in a cycle.
        self._core = core
        self.name = (_NAMES.get(name) if type(name) is str else None) or _span_name(name)
        if self.name in _PHASES:
            self.phase = _PHASES[self.name]

    def set(self, /, **values: object) -> None:
        """Record values by short attribute name, such as ``valid=True`` or ``z_score=1.87``.

        Names that the registry does not know go under ``custom.``.
        """
        self.record_by_short_name(values)
        if not _TELLING.isdisjoint(values):
            try:
                self._tell_of(values)
            except Exception as caught:  # as a fence of guard's, which costs more
                guard.caught("recording on a stage", caught)

    def signal(self, signal: object) -> None:
        """Record what the model said.

        Args:
            signal: a mapping or an object with any of ``type``, ``confidence`` (0 to 1), ``action``, ``asset``,
                ``z_score``, ``iv``, ``rv`` (annualised, as fractions) and ``model_latency_ms``. Without the last, the
                time since the stage began is taken for the model's.
        """
        with guard("recording a signal"):
            found: dict[str, object] = {}
            for name, attribute in _SIGNAL_FIELDS.items():
                value = signal.get(name) if isinstance(signal, Mapping) else getattr(signal, name, None)
                if value is not None:
                    found[attribute] = value
            found.setdefault(semconv.PF_MODEL_LATENCY_MS, round((self.now_ns() - self.started_ns) / 1e6, 2))
            self.record(found)
            self._tell(self._core.attributes(found))
            self._core.trail.signal(
                asset=found.get(semconv.PF_ASSET),
                action=found.get(semconv.PF_ACTION),
                confidence=found.get(semconv.PF_SIGNAL_CONFIDENCE),
                z_score=found.get(semconv.PF_Z_SCORE),
                iv=found.get(semconv.PF_IV),
                rv=found.get(semconv.PF_RV),
            )

    def model_call(
        self,
        *,
        provider: str,
        model: str,
        operation: str = "chat",
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        cost_usd: Decimal | float | None = None,
        finish_reason: str | None = None,
        response_model: str | None = None,
        prompt: object = None,
        completion: object = None,
    ) -> None:
        """Record a call of a model on the stage itself. Several calls add up; ``chat`` gives each a span of its own.

        Args:
            provider: who provides the model, such as ``anthropic``.
            model: the model that was asked for.
            operation: ``chat`` or another operation of OpenTelemetry's GenAI conventions.
            input_tokens: tokens of what the model was given.
            output_tokens: tokens of what it gave.
            cost_usd: what the provider charges, in USD.
            finish_reason: why it stopped, in the provider's words, such as ``end_turn``.
            response_model: the model that answered, if it says so.
            prompt: what it was asked: text, a message, or a list of messages. Recorded only with ``capture_content``.
            completion: what it said, likewise.
        """
        with guard("recording a call of a model"):
            self._usage = self._usage or Usage()
            facts = {
                **self._usage.add(input_tokens=input_tokens, output_tokens=output_tokens, cost_usd=cost_usd),
                semconv.GEN_AI_RESPONSE_FINISH_REASONS: finish_reason,
                semconv.GEN_AI_RESPONSE_MODEL: response_model,
                semconv.GEN_AI_INPUT_MESSAGES: messages(self._core, prompt, "user"),
                semconv.GEN_AI_OUTPUT_MESSAGES: messages(self._core, completion, "assistant", finish_reason),
            }
            record_model_call(self, provider, model, operation, facts)

    def chat(self, provider: str, model: str, *, operation: str = "chat", prompt: object = None) -> ModelCall:
        """One call of a model, for ``with``; ``usage`` of what it gives records what came back.

        Args:
            provider: who provides the model, such as ``anthropic``.
            model: the model that is asked for.
            operation: ``chat`` or another operation of OpenTelemetry's GenAI conventions.
            prompt: what it is asked: text, a message, or a list of messages. Recorded only with ``capture_content``.
        """
        return ModelCall(self._core, provider, model, operation=operation, prompt=prompt)

    def size(self, size_usd: Decimal | float | int) -> None:
        """Record the size the agent chose for the position, in USD."""
        self.record({semconv.PF_SIZE_USD: size_usd})

    def _tell(self, signal: Mapping[str, object]) -> None:
        """The cycle and the pipeline need the asset and the confidence too."""
        asset, confidence = signal.get(semconv.PF_ASSET), signal.get(semconv.PF_SIGNAL_CONFIDENCE)
        for story in self.stories():
            story.about(
                asset if isinstance(asset, str) else None, confidence if isinstance(confidence, float) else None
            )

    def _tell_of(self, values: Mapping[str, object]) -> None:
        """Let the cycle and the pipeline above know. An order that the author sends is part of their story, too."""
        order_id, filled = values.get("order_id"), values.get("fill_confirmed")
        is_order = self.phase is not None and (order_id is not None or filled is not None)
        is_filled = is_order and filled is not None and value_of(filled) is True
        state = semconv.PF_ORDER_STATE_FILLED if is_filled else semconv.PF_ORDER_STATE_OPEN
        is_invalid = "valid" in values and value_of(values["valid"]) is False
        for story in self.stories():
            if is_invalid:
                story.signal_invalid = True
            if is_order:
                story.order(None if order_id is None else str(order_id), state, story.filled)

    def _fail(self, error: BaseException) -> None:
        super()._fail(error)
        if self.phase is None:
            return
        for story in self.stories():
            story.failure = error
            if self.phase == "order_placement" and (is_cancellation(error) or isinstance(error, TimeoutError)):
                story.lose_answer()


def record_risk_check(core: Core, name: str, *, passed: bool, value: object, limit: object) -> None:
    """One span for one check, and an event where the order would have come from if it failed."""
    facts = {
        semconv.PF_RISK_CHECK: name,
        semconv.PF_RISK_VALUE: value,
        semconv.PF_RISK_LIMIT: limit,
    }
    above = own_span(core)
    with Span(core, semconv.SPAN_RISK_CHECK, attributes={**facts, semconv.PF_RISK_PASSED: passed}):
        core.trail.risk_check(name, passed=passed, value=value, limit=limit)
    if passed or above is None:
        return
    above.event(semconv.EVENT_RISK_CHECK_FAILED, facts)
    for story in above.stories():
        story.failed_checks.append(name)


def _span_name(stage: str) -> str:
    """``signal.analysis`` is the span ``pf.signal.analysis``; ``order.size`` and an author's own keep their name."""
    try:
        full = f"pf.{stage}"
        return full if full in semconv.SPANS else scrub(str(stage))[:_MAX_NAME_CHARS]
    except Exception as caught:
        guard.caught("naming a stage", caught)
    return "stage"
