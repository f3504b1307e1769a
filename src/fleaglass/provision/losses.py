"""What is lost of a rule book on its way into another system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.provision.escalation import with_critical
from fleaglass.provision.grafana.rules import grafana_verdict
from fleaglass.provision.prometheus.rules import prometheus_verdict
from fleaglass.provision.sentry_alerts.plan import critical_verdict, sentry_verdict
from fleaglass.provision.verdict import Approximate, Backend, Exact, Impossible, Verdict

__all__ = ["VERDICTS", "impossible_rules", "lost_rules"]

VERDICTS: Final[Mapping[Backend, Callable[[Rule], Verdict]]] = {
    "prometheus": prometheus_verdict,
    "grafana": grafana_verdict,
    "sentry": sentry_verdict,
}


_BESIDE: Final = "told beside the first, and over below its own limit"


def lost_rules(book: RuleBook, backend: Backend) -> list[str]:
    """What is not exact of the rules that are enabled, and of their worse limits, a line each."""
    return [f"{name}: {verdict}" for name, verdict in _verdicts(book, backend) if not isinstance(verdict, Exact)]


def impossible_rules(book: RuleBook, backend: Backend) -> list[str]:
    """Names of the enabled rules that cannot be said there."""
    return [name for name, verdict in _verdicts(book, backend) if isinstance(verdict, Impossible)]


def _verdicts(book: RuleBook, backend: Backend) -> Iterator[tuple[str, Verdict]]:
    for rule in (each for each in book.rules if each.enabled):
        yield rule.name, VERDICTS[backend](rule)
        for worse in with_critical(rule)[1:]:
            yield worse.name, critical_verdict(rule) if backend == "sentry" else _beside(VERDICTS[backend](worse))


def _beside(verdict: Verdict) -> Verdict:
    match verdict:
        case Exact():
            return Approximate(_BESIDE)
        case Approximate(why=why):
            return Approximate(f"{why}; {_BESIDE}")
    return verdict
