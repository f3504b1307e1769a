"""Stages: the steps an agent takes by itself, between what it reads and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import attribute_name
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.span import Span, current_span

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


class Stage(Span):
    """One step. Made by ``Agent.stage``."""

    def __init__(self, core: Core, name: str) -> None:
        super().__init__(core, _span_name(name))
        self._started_ns = 0

    def set(self, **values: object) -> None:
        """Record values by short attribute name, such as ``valid=True`` or ``z_score=1.87``.

        Names that the registry does not know go under ``custom.``.
        """
        with guard("recording on a stage"):
            self.record({attribute_name(name): value for name, value in values.items()})
            if values.get("valid") is False:
                for story in self.stories():
                    story.signal_invalid = True

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
            found.setdefault(semconv.PF_MODEL_LATENCY_MS, round((self.now_ns() - self._started_ns) / 1e6, 2))
            self.record(found)
            self._tell(self._core.attributes(found))

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

    def __enter__(self) -> Stage:
        super().__enter__()
        self._started_ns = self.now_ns()
        return self


def record_risk_check(core: Core, name: str, *, passed: bool, value: object, limit: object) -> None:
    """One span for one check, and an event where the order would have come from if it failed."""
    facts = {
        semconv.PF_RISK_CHECK: name,
        semconv.PF_RISK_VALUE: value,
        semconv.PF_RISK_LIMIT: limit,
    }
    above = current_span()
    with Span(core, semconv.SPAN_RISK_CHECK, attributes={**facts, semconv.PF_RISK_PASSED: passed}):
        pass
    if passed or above is None:
        return
    above.event(semconv.EVENT_RISK_CHECK_FAILED, facts)
    for story in above.stories():
        story.failed_checks.append(name)


def _span_name(stage: str) -> str:
    """``signal.analysis`` is the span ``pf.signal.analysis``; ``order.size`` and an author's own keep their name."""
    with guard("naming a stage"):
        full = f"pf.{stage}"
        return full if full in semconv.SPANS else scrub(str(stage))[:_MAX_NAME_CHARS]
    return "stage"
