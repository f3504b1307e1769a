"""What is lost of a rule book on its way into another system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.provision.grafana.rules import grafana_verdict
from fleaglass.provision.prometheus.rules import prometheus_verdict
from fleaglass.provision.sentry_alerts.plan import sentry_verdict
from fleaglass.provision.verdict import Backend, Exact, Impossible, Verdict

__all__ = ["VERDICTS", "impossible_rules", "lost_rules"]

VERDICTS: Final[Mapping[Backend, Callable[[Rule], Verdict]]] = {
    "prometheus": prometheus_verdict,
    "grafana": grafana_verdict,
    "sentry": sentry_verdict,
}


def lost_rules(book: RuleBook, backend: Backend) -> list[str]:
    """What is not exact of the rules that are enabled, a line each."""
    verdicts = ((rule, VERDICTS[backend](rule)) for rule in book.rules if rule.enabled)
    return [f"{rule.name}: {verdict}" for rule, verdict in verdicts if not isinstance(verdict, Exact)]


def impossible_rules(book: RuleBook, backend: Backend) -> list[str]:
    """Names of the enabled rules that cannot be said there."""
    return [rule.name for rule in book.rules if rule.enabled and isinstance(VERDICTS[backend](rule), Impossible)]
